/**
 * Statistics of experiments that are repeated over seeds: estimates with intervals, tests of
 * predictions and verdicts, the bootstrap, and descriptive statistics.
 *
 * @example Decide whether a mean is above 0
 * ```ts
 * import { assert } from "@std/assert";
 * import { infer, verdict } from "./statistics.ts";
 *
 * const values = [0.2, 0.5, 0.4, 0.3, 0.6, 0.1, 0.4, 0.5, 0.3, 0.2]; // a value for each seed
 * const prediction = {
 *   relation: "above",
 *   value: 0,
 *   smallestEffect: 0.1,
 *   reason: "a convention",
 * } as const;
 * const found = infer(values, prediction);
 * assert(found.estimate.low !== null && found.estimate.low > 0.2);
 * assert(verdict(found.estimate, prediction, found) === "supported");
 * ```
 *
 * @module
 */
export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapMethod,
  type BootstrapOptions,
} from "./statistics/bootstrap.ts";
export {
  type CrossedDifferenceOptions,
  crossedDifferences,
  type CrossedInterval,
  crossedIntervals,
  type CrossedOptions,
  type CrossedStatistics,
} from "./statistics/crossed_bootstrap.ts";
export { chiSquareTail } from "./statistics/chi_square.ts";
export { correlation } from "./statistics/correlation.ts";
export {
  geometricMean,
  mean,
  median,
  populationStandardDeviation,
  quantile,
  sampleStandardDeviation,
} from "./statistics/descriptive.ts";
export { detectable, type DetectableOptions } from "./statistics/detectable.ts";
export {
  estimate,
  type EstimateOptions,
  proportionEstimate,
  winProbability,
} from "./statistics/estimate.ts";
export { type DecidingPs, infer, type Inference } from "./statistics/inference.ts";
export { kendallTau } from "./statistics/kendall.ts";
export type { Statistic, StatisticName } from "./statistics/resample.ts";
export { MINIMUM_SEEDS } from "./statistics/seed_statistic.ts";
export { holm, verdict } from "./statistics/verdict.ts";
export type { Estimate, Prediction, SeedStatistic, Verdict } from "./result/result.ts";
