import { InputError, isPlainObject } from "../core/errors.ts";
import type { Estimate, Prediction, SeedStatistic } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";
import { estimate, type EstimateOptions } from "./estimate.ts";
import { logRatio, meanWithError, MINIMUM_SEEDS } from "./seed_statistic.ts";
import { binomialTails, signedRankP, studentTails, type Tails } from "./significance.ts";

/**
 * Throws unless a prediction suits a statistic.
 *
 * @param prediction The prediction.
 * @param statistic The statistic; if it is absent, any finite value suits.
 * @throws {InputError} If the relation is unknown, the value is not finite, not above 0 for a
 * geometric mean or not in [0, 1] for a share, or the smallest effect is not above 0.
 */
export function checkPrediction(prediction: Prediction, statistic?: SeedStatistic): void {
  const given: unknown = prediction;
  if (!isPlainObject(given)) {
    throw new InputError("prediction", "an object such as { relation, value }", given);
  }
  const { relation, value, smallestEffect } = prediction;
  if (relation !== "above" && relation !== "below" && relation !== "near") {
    throw new InputError("relation of the prediction", '"above", "below" or "near"', relation);
  }
  const positive = (number: number) => number > 0 && number < Infinity;
  switch (statistic) {
    case "geometric-mean":
      checkNumber("value of the prediction", value, "a finite number above 0", positive);
      break;
    case "share":
      checkNumber(
        "value of the prediction",
        value,
        "a number from 0 to 1",
        (share) => share >= 0 && share <= 1,
      );
      break;
    default:
      checkNumber("value of the prediction", value, "a finite number", Number.isFinite);
  }
  checkNumber(
    "smallestEffect of the prediction",
    smallestEffect,
    "a finite number above 0",
    positive,
  );
}

/** The p values that decide a claim, as {@link infer} returns them or adjusted within a family. */
export interface DecidingPs {
  /** The two-sided p value of the hypothesis of no difference; `null` with too few values. */
  readonly p: number | null;
  /** The p value of the hypothesis that the difference is at least the smallest effect. */
  readonly equivalenceP: number | null;
  /** The p value of the hypothesis that the difference is at most the smallest effect. */
  readonly outsideP: number | null;
}

/** The estimate and the tests of a prediction. */
export interface Inference {
  /** The statistic with its interval. */
  readonly estimate: Estimate;
  /**
   * The two-sided p value of the hypothesis that the true value equals the prediction's; `null`
   * with too few values.
   */
  readonly p: number | null;
  /**
   * The p value of the hypothesis that the difference is at least the smallest effect; `null` with
   * too few values.
   */
  readonly equivalenceP: number | null;
  /**
   * The p value of the hypothesis that the difference is at most the smallest effect; `null` with
   * too few values.
   */
  readonly outsideP: number | null;
  /**
   * The share of values that agree with the prediction: strictly on the predicted side or, for
   * `near`, less than the smallest effect away from the prediction's value.
   */
  readonly agreeing: Estimate;
  /**
   * The two-sided p value of Wilcoxon's signed-rank test against the prediction's value; `null` for
   * a share, with too few values, and for overlapping splits, for which the test has no correction.
   */
  readonly signedRankP: number | null;
}

/**
 * Tests a prediction with the values of the seeds.
 *
 * `p` is two-sided: of Student's t test of the values or, for a geometric mean, of their
 * logarithms; for a share, of the exact binomial test (twice the smaller tail, at most 1).
 *
 * `equivalenceP` is the larger p value of two one-sided tests, one against each bound of the
 * smallest effect (Schuirmann, 1987, doi:10.1007/BF01068419). This p value is below 0.05 if and
 * only if the 90 % interval lies between the bounds. The bounds are `value - smallestEffect` and
 * `value + smallestEffect`; for a geometric mean, `value / (1 + smallestEffect)` and
 * `value * (1 + smallestEffect)`.
 *
 * `outsideP` tests the opposite hypothesis, that the true value lies between the bounds. This p
 * value is the probability of an estimate at least as far from `value`, on either side, as the
 * observed one, if the true value is the less favourable of the two bounds. If the smallest effect
 * is large compared with the standard error, this is a one-sided p value; as the smallest effect
 * approaches 0, it approaches `p`.
 *
 * If all values are equal, each p value of a mean is 0 or 1. A value exactly at a bound then counts
 * as neither inside nor outside.
 *
 * With `overlap` the tests use the variance of {@link estimate}. With fewer than
 * {@link MINIMUM_SEEDS} values every p value is `null`.
 *
 * @param values A number for each seed: 0 or 1 for a share, above 0 for a geometric mean.
 * @param prediction The prediction of the statistic.
 * @param options The statistic, the confidence and the overlap.
 * @returns The estimate and the p values.
 * @throws {InputError} If there are no values, a value is not finite or does not suit the
 * statistic, the prediction does not suit the statistic, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { infer } from "./inference.ts";
 *
 * const values = [0.2, 0.5, 0.4, 0.3, 0.6, 0.1, 0.4, 0.5, 0.3, 0.2];
 * const { p, agreeing, signedRankP } = infer(values, {
 *   relation: "above",
 *   value: 0,
 *   smallestEffect: 0.1,
 *   reason: "a tenth of the range",
 * });
 * assert(Number(p) < 1e-4 && agreeing.value === 1 && signedRankP === 2 / 2 ** 10);
 * ```
 */
export function infer(
  values: readonly number[],
  prediction: Prediction,
  options: EstimateOptions = {},
): Inference {
  const found = estimate(values, options);
  const { statistic = "mean", overlap = 0 } = options;
  checkPrediction(prediction, statistic);
  const differences = differencesOf(values, prediction, statistic);
  const agreeing = estimate(differences.map((one) => agrees(one, prediction, statistic)), {
    ...options,
    statistic: "share",
  });
  if (values.length < MINIMUM_SEEDS) {
    const none = { p: null, equivalenceP: null, outsideP: null, signedRankP: null };
    return { estimate: found, agreeing, ...none };
  }
  return {
    estimate: found,
    agreeing,
    ...psOf(values, prediction, statistic, overlap),
    signedRankP: statistic === "share" || overlap > 0
      ? null
      : rankedP(values, prediction, differences),
  };
}

/** The estimate and the p values without one of the values. */
export interface LeftOut {
  /** The statistic of the other values. */
  readonly estimate: Estimate;
  /** The p values of the other values. */
  readonly ps: DecidingPs;
}

/**
 * Tests a prediction without each value in turn, to find the values on which a verdict depends.
 * Each of these tests may have one value fewer than {@link MINIMUM_SEEDS}.
 *
 * @param values A number for each seed, as for {@link infer}.
 * @param prediction The prediction of the statistic.
 * @param options The statistic, the confidence and the overlap.
 * @returns The tests without each value, in the order of the values; empty with fewer than
 * {@link MINIMUM_SEEDS} values.
 * @throws {InputError} If {@link infer} throws for these arguments.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { inferWithoutEach } from "./inference.ts";
 *
 * const values = [0.2, 0.5, 0.4, 0.3, 0.6, 0.1, 0.4, 0.5, 0.3, -3];
 * const prediction = { relation: "above", value: 0, smallestEffect: 0.1, reason: "r" } as const;
 * const found = inferWithoutEach(values, prediction).map(({ ps }) => Number(ps.p) < 0.05);
 * assert(found.indexOf(true) === 9 && found.length === 10);
 * ```
 */
export function inferWithoutEach(
  values: readonly number[],
  prediction: Prediction,
  options: EstimateOptions = {},
): LeftOut[] {
  const { statistic = "mean", overlap = 0 } = options;
  estimate(values, options);
  checkPrediction(prediction, statistic);
  if (values.length < MINIMUM_SEEDS) return [];
  return values.map((_, place) => {
    const others = values.toSpliced(place, 1);
    return {
      estimate: estimate(others, options),
      ps: psOf(others, prediction, statistic, overlap),
    };
  });
}

/** The p values of at least 2 values. */
function psOf(
  values: readonly number[],
  prediction: Prediction,
  statistic: SeedStatistic,
  overlap: number,
): Pick<Inference, "p" | "equivalenceP" | "outsideP"> {
  const { value, low, high } = scaleOf(prediction, statistic);
  const tails = tailsOf(values, prediction, statistic, overlap);
  const bounds = statistic === "share" ? [Math.max(0, low), Math.min(1, high)] : [low, high];
  return {
    p: Math.min(1, 2 * Math.min(tails.atLeast(value), tails.atMost(value))),
    equivalenceP: Math.max(tails.atLeast(low), tails.atMost(high)),
    outsideP: Math.max(...bounds.map((bound) => tails.asFar(bound, value))),
  };
}

/** The value of a prediction and the bounds of its smallest effect, on the scale of the test. */
function scaleOf({ value, smallestEffect }: Prediction, statistic: SeedStatistic) {
  if (statistic !== "geometric-mean") {
    return { value, low: value - smallestEffect, high: value + smallestEffect };
  }
  const reach = Math.log1p(smallestEffect);
  return { value: 0, low: -reach, high: reach };
}

function tailsOf(
  values: readonly number[],
  { value }: Prediction,
  statistic: SeedStatistic,
  overlap: number,
): Tails {
  switch (statistic) {
    case "share":
      return binomialTails(values.filter((one) => one === 1).length, values.length, overlap);
    case "geometric-mean":
      return studentTails(meanWithError(values.map((one) => logRatio(one, value)), overlap));
    case "mean":
      return studentTails(meanWithError(values, overlap));
  }
}

/** The difference of each value from the prediction's; for a geometric mean, the log ratio. */
function differencesOf(
  values: readonly number[],
  { value }: Prediction,
  statistic: SeedStatistic,
): number[] {
  return values.map((one) => {
    return statistic === "geometric-mean" ? logRatio(one, value) : one - value;
  });
}

function rankedP(values: readonly number[], { value }: Prediction, differences: number[]): number {
  if (differences.every(Number.isFinite)) return signedRankP(differences);
  // Halves have the same signs and ranks, and their differences do not overflow.
  return signedRankP(values.map((one) => one / 2 - value / 2));
}

function agrees(
  difference: number,
  { relation, smallestEffect }: Prediction,
  statistic: SeedStatistic,
): 0 | 1 {
  switch (relation) {
    case "above":
      return difference > 0 ? 1 : 0;
    case "below":
      return difference < 0 ? 1 : 0;
    case "near": {
      const reach = statistic === "geometric-mean" ? Math.log1p(smallestEffect) : smallestEffect;
      return Math.abs(difference) < reach ? 1 : 0;
    }
  }
}
