import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Prediction } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";
import { betaQuantile, studentTailQuantile } from "./distributions.ts";
import { estimate, type EstimateOptions } from "./estimate.ts";
import { checkPrediction } from "./inference.ts";
import { effectiveTrials, logRatio, meanWithError, MINIMUM_SEEDS } from "./seed_statistic.ts";
import { binomialTails } from "./significance.ts";

/** What {@link detectable} may be told besides values and prediction. */
export interface DetectableOptions extends Omit<EstimateOptions, "confidence"> {
  /** The level of the test, two-sided for a difference; by default 0.05. */
  readonly alpha?: number;
}

const names: OptionNames<DetectableOptions> = { statistic: true, overlap: true, alpha: true };

/** The probability with which the effect is found. */
const POWER = 0.8;

/**
 * The smallest effect that as many values as these decide with a power of 0.8.
 *
 * For `above` and `below` it is the true distance from the prediction's value at which the two-sided
 * test at level alpha finds a difference on that side in 8 of 10 experiments: for a mean
 * (t(1 - alpha/2) + t(0.8)) times the standard error, with the spread that was observed (the
 * noncentral t distribution approximated by a shifted one); for a share by the exact binomial test.
 *
 * For `near` it is the smallest margin within which two one-sided tests at level alpha place a measure
 * that equals the prediction's value in 8 of 10 experiments: for a mean (t(1 - alpha) + t(0.9)) times
 * the standard error.
 *
 * It depends on the spread and not on where the estimate lies, so it is not the power of the result
 * that was found, which would say no more than its p (Hoenig & Heisey, 2001,
 * doi:10.1198/000313001300339897).
 *
 * @param values A number for each seed.
 * @param prediction What is predicted of the statistic.
 * @param options How values are summed up, and the level.
 * @returns The effect in the units of `smallestEffect`: a distance, or a relative one for a geometric
 * mean; 0 for values without spread. `null` with fewer than {@link MINIMUM_SEEDS} values, or if there is
 * no such share.
 * @throws {InputError} As `infer`, or if alpha is not above 0 and at most 0.5.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { detectable } from "./detectable.ts";
 *
 * const wins = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1];
 * const prediction = { relation: "above", value: 0.5, smallestEffect: 0.1, reason: "" } as const;
 * const effect = detectable(wins, prediction, { statistic: "share" });
 * assert(Math.abs(Number(effect) - 0.3) < 0.005); // 20 seeds decide a share of wins of 0.8.
 * ```
 */
export function detectable(
  values: readonly number[],
  prediction: Prediction,
  options: DetectableOptions = {},
): number | null {
  checkOptions("detectable", options, names);
  const { alpha = 0.05, ...rest } = options;
  const wanted = "a number above 0 and at most 0.5";
  checkNumber("alpha", alpha, wanted, (level) => level > 0 && level <= 0.5);
  estimate(values, rest); // Checks both.
  const { statistic = "mean", overlap = 0 } = options;
  checkPrediction(prediction, statistic);
  const n = values.length;
  if (n < MINIMUM_SEEDS) return null;
  const { relation, value } = prediction;
  if (statistic === "share") {
    switch (relation) {
      case "above":
        return shareAbove(value, n, overlap, alpha);
      case "below":
        return shareAbove(1 - value, n, overlap, alpha);
      case "near":
        return shareNear(value, n, overlap, alpha);
    }
  }
  const isRatio = statistic === "geometric-mean";
  const measured = isRatio ? values.map((one) => logRatio(one, value)) : values;
  const { error, scale, freedom } = meanWithError(measured, overlap);
  const quantile = (probability: number) => studentTailQuantile(probability, freedom);
  const errors = relation === "near"
    ? quantile(alpha) + quantile((1 - POWER) / 2)
    : quantile(alpha / 2) + quantile(1 - POWER);
  const effect = errors * error * scale;
  return Math.min(Number.MAX_VALUE, isRatio ? Math.expm1(effect) : effect);
}

/** The distance above a share at which the exact test finds a higher one with the wanted power. */
function shareAbove(value: number, n: number, overlap: number, alpha: number): number | null {
  const rejects = (count: number) => 2 * binomialTails(count, n, overlap).atLeast(value) < alpha;
  const count = first(n, rejects);
  if (count === null) return null;
  const { successes, trials } = effectiveTrials(count, n, overlap);
  // The share at which so many successes or more have the wanted probability.
  return betaQuantile(POWER, successes, trials - successes + 1) - value;
}

/** The margin within which two one-sided tests place a share with the wanted power. */
function shareNear(value: number, n: number, overlap: number, alpha: number): number | null {
  const power = (margin: number) => {
    const tails = (count: number) => binomialTails(count, n, overlap);
    const low = first(n, (count) => tails(count).atLeast(value - margin) < alpha);
    const above = first(n, (count) => tails(count).atMost(value + margin) >= alpha) ?? n + 1;
    if (low === null || low >= above) return 0;
    const below = low === 0 ? 0 : tails(low - 1).atMost(value);
    return 1 - below - (above > n ? 0 : tails(above).atLeast(value));
  };
  // A margin that holds all shares says nothing.
  let [low, high] = [0, Math.max(value, 1 - value)];
  if (power(high) < POWER) return null;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (power(middle) >= POWER) high = middle;
    else low = middle;
  }
  return high;
}

/** The first count from 0 to n that passes a test which all larger ones pass as well. */
function first(n: number, passes: (count: number) => boolean): number | null {
  let [low, high] = [0, n + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return high > n ? null : high;
}
