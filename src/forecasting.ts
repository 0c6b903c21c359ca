/**
 * Forecasting of series: methods that are fitted to a training window, and their evaluation.
 *
 * @module
 */
export {
  checkLevels,
  type FittedForecaster,
  type ForecastFamily,
  type ForecastFitOptions,
  type TrainingRules,
  trainingValues,
} from "./forecasting/forecaster.ts";
