/**
 * Forecasting of series: methods that are fitted to a training window, and their evaluation.
 *
 * @module
 */
export {
  conformalMargins,
  type ConformalOptions,
  type IntervalEnds,
  widenIntervals,
} from "./forecasting/conformal.ts";
export {
  type Coverage,
  intervalCoverage,
  type IntervalCoverageOptions,
  type IntervalForecasts,
} from "./forecasting/coverage.ts";
export {
  evaluateForecasts,
  type EvaluateForecastsOptions,
  type ForecastEvaluation,
} from "./forecasting/evaluate.ts";
export { fillGaps, type FillGapsOptions, type FillMethod } from "./forecasting/fill_gaps.ts";
export {
  type ForecastScores,
  forecastScores,
  type ForecastScoresOptions,
} from "./forecasting/forecast_scores.ts";
export {
  checkFitOptions,
  checkLevels,
  type ExtendableForecaster,
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
export { isSeasonal, naive2 } from "./forecasting/naive2.ts";
export {
  meanAbsoluteError,
  meanAbsoluteScaledError,
  overallWeightedAverage,
  pinballLoss,
  type RelativeScores,
  rootMeanSquaredError,
  seasonalNaiveScale,
  symmetricMape,
} from "./forecasting/point_scores.ts";
export {
  autocorrelations,
  ljungBox,
  type LjungBoxOptions,
  type LjungBoxTest,
} from "./forecasting/residual_tests.ts";
export {
  type Origin,
  type RollingOrigins,
  rollingOrigins,
  type RollingOriginsOptions,
} from "./forecasting/rolling_origins.ts";
export { chooseDifferences, kpss } from "./forecasting/choose_differences.ts";
export { sarima, type SarimaFamily } from "./forecasting/sarima.ts";
export { type FittedSarima } from "./forecasting/sarima_fit.ts";
export { type SarimaOrder, type SarimaParameters } from "./forecasting/sarima_model.ts";
export {
  type DecompositionOptions,
  type SeasonalDecomposition,
  seasonalDecomposition,
} from "./forecasting/seasonal_decomposition.ts";
export { theta, thetaAdditive } from "./forecasting/theta.ts";
export { type EtsName, etsNames, type EtsParameters } from "./forecasting/ets_model.ts";
export { ets, type EtsFamily, type FittedEts } from "./forecasting/exponential_smoothing.ts";
export {
  type TrainingWindow,
  trainingWindow,
  type TrainingWindowOptions,
} from "./forecasting/training_window.ts";
export {
  type FittedTransform,
  fitTransform,
  type TransformOptions,
} from "./forecasting/transform.ts";
