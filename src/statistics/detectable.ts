import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Prediction } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";
import { betaQuantile, studentTailQuantile } from "./distributions.ts";
import { estimate, type EstimateOptions } from "./estimate.ts";
import { checkPrediction } from "./inference.ts";
import { effectiveTrials, logRatio, meanWithError, MINIMUM_SEEDS } from "./seed_statistic.ts";
import { binomialTails } from "./significance.ts";

/** Options for {@link detectable}. */
export interface DetectableOptions extends Omit<EstimateOptions, "confidence"> {
  /** The level of the test, two-sided for a difference. Defaults to 0.05. */
  readonly alpha?: number;
}

const names: OptionNames<DetectableOptions> = { statistic: true, overlap: true, alpha: true };

/** The power: the probability that a test finds an effect that exists. */
const POWER = 0.8;

/**
 * Computes the minimum detectable effect: the smallest effect that an experiment with the same
 * number of seeds and the observed spread detects with a power of 0.8.
 *
 * For `above` and `below` the effect is the true distance from the prediction's value at which the
 * two-sided test at level alpha finds a difference on this side in 8 of 10 experiments. For a mean
 * the distance is (t(1 - alpha/2) + t(0.8)) standard errors, where t(p) is a quantile of Student's
 * t distribution; a shifted t distribution stands for the noncentral one. For a share the distance
 * follows from the exact binomial test.
 *
 * For `near` the effect is the smallest margin at which two one-sided tests at level alpha find
 * equivalence in 8 of 10 experiments if the true value equals the prediction's. For a mean the
 * margin is (t(1 - alpha) + t(0.9)) standard errors.
 *
 * The effect depends on the spread of the values and not on the estimate. Power computed at the
 * estimate would add nothing to its p value (Hoenig & Heisey, 2001,
 * doi:10.1198/000313001300339897).
 *
 * @param values A number for each seed: 0 or 1 for a share, above 0 for a geometric mean.
 * @param prediction The prediction of the statistic.
 * @param options The statistic, the overlap and the level.
 * @returns The effect in the units of `smallestEffect`: a distance or, for a geometric mean, a
 * relative distance; 0 if all values are equal; `null` with fewer than {@link MINIMUM_SEEDS}
 * values, or if no share can be detected.
 * @throws {InputError} If there are no values, a value is not finite or does not suit the
 * statistic, the prediction does not suit the statistic, an option is wrong or unknown, or `alpha`
 * is not in (0, 0.5].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { detectable } from "./detectable.ts";
 *
 * const wins = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1];
 * const prediction = { relation: "above", value: 0.5, smallestEffect: 0.1, reason: "" } as const;
 * const effect = detectable(wins, prediction, { statistic: "share" });
 * assert(Math.abs(Number(effect) - 0.3) < 0.005); // 20 seeds detect a share of wins of 0.8.
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
  estimate(values, rest); // Checks the values and the options.
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

/** The distance above `value` at which the exact test detects a larger share. */
function shareAbove(value: number, n: number, overlap: number, alpha: number): number | null {
  const rejects = (count: number) => 2 * binomialTails(count, n, overlap).atLeast(value) < alpha;
  const count = first(n, rejects);
  if (count === null) return null;
  const { successes, trials } = effectiveTrials(count, n, overlap);
  // The share at which `count` or more successes have the probability POWER.
  return betaQuantile(POWER, successes, trials - successes + 1) - value;
}

/** The margin at which two one-sided tests find that a share is equivalent to `value`. */
function shareNear(value: number, n: number, overlap: number, alpha: number): number | null {
  const power = (margin: number) => {
    const tails = (count: number) => binomialTails(count, n, overlap);
    const low = first(n, (count) => tails(count).atLeast(value - margin) < alpha);
    const above = first(n, (count) => tails(count).atMost(value + margin) >= alpha) ?? n + 1;
    if (low === null || low >= above) return 0;
    const below = low === 0 ? 0 : tails(low - 1).atMost(value);
    return 1 - below - (above > n ? 0 : tails(above).atLeast(value));
  };
  // A larger margin would contain all shares.
  let [low, high] = [0, Math.max(value, 1 - value)];
  if (power(high) < POWER) return null;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (power(middle) >= POWER) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Returns the smallest count from 0 to n that passes a test; `null` if none does. All larger counts
 * must pass, too.
 */
function first(n: number, passes: (count: number) => boolean): number | null {
  let [low, high] = [0, n + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return high > n ? null : high;
}
