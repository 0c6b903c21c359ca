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
export {
  drift,
  meanMethod,
  naive,
  seasonalNaive,
  seasonalNaiveWithDrift,
} from "./forecasting/naive.ts";
export {
  type DecompositionOptions,
  type SeasonalDecomposition,
  seasonalDecomposition,
} from "./forecasting/seasonal_decomposition.ts";
export { theta } from "./forecasting/theta.ts";
