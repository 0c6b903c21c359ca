import { InputError } from "../core/errors.ts";
import type { SeedStatistic } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";
import { assertValues, geometricMean, mean } from "./descriptive.ts";
import { moderate } from "./float64.ts";

/**
 * The least number of values for an interval or a test. With fewer values, an estimate has no
 * interval and no claim is decided.
 *
 * The number is a convention, for three reasons. First, an exact test of a share with 10 values can
 * reach a small p: 10 of 10 has a two-sided p of 0.002, 5 of 5 has 0.06. Second, Student t
 * intervals of skewed values contain the true value less often than their confidence, and this gets
 * worse with fewer values; the experiment `interval-coverage` measures by how much. Third, about 10
 * seeds are recommended for comparisons of trained networks (Colas, Sigaud & Oudeyer, 2018, "How
 * many random seeds?", arXiv:1806.08295).
 */
export const MINIMUM_SEEDS = 10;

/** The statistics, with the requirement on their values. */
const statistics: Readonly<Record<SeedStatistic, [string, (value: number) => boolean]>> = {
  "mean": ["a finite number", Number.isFinite],
  "geometric-mean": ["above 0", (value) => value > 0],
  "share": ["0 or 1", (value) => value === 0 || value === 1],
};

/**
 * Checks a statistic and the values of seeds.
 *
 * @param values A number for each seed.
 * @param statistic The statistic.
 * @returns `statistic`.
 * @throws {InputError} If the statistic is unknown, there are no values, a value is not finite, not
 * above 0 for a geometric mean, or not 0 or 1 for a share.
 */
export function checkSeedValues(
  values: readonly number[],
  statistic: SeedStatistic,
): SeedStatistic {
  if (typeof statistic !== "string" || !Object.hasOwn(statistics, statistic)) {
    throw new InputError("statistic", Object.keys(statistics).join(", "), statistic);
  }
  assertValues(values);
  const [wanted, suits] = statistics[statistic];
  const wrong = values.findIndex((value) => !suits(value));
  if (wrong >= 0) throw new InputError(`values[${wrong}]`, wanted, values[wrong]);
  return statistic;
}

/**
 * Throws unless `overlap` is a finite number of at least 0.
 *
 * @param overlap The size of a test set divided by that of its training set; 0 without overlap.
 * @throws {InputError} If `overlap` is negative or not finite.
 */
export function checkOverlap(overlap: number): void {
  const wanted = "a finite number of at least 0";
  checkNumber("overlap", overlap, wanted, (value) => value >= 0 && value < Infinity);
}

/** The mean of values with its standard error. */
export interface MeanWithError {
  /** The mean divided by `scale`. */
  readonly centre: number;
  /** The standard error of the mean divided by `scale`; exactly 0 if all values are equal. */
  readonly error: number;
  /** A power of two, 1 unless values are near the limits of float64. */
  readonly scale: number;
  /** The degrees of freedom of the standard error. */
  readonly freedom: number;
}

/**
 * Computes the mean and its standard error, sqrt((1/n + overlap) s^2), with the sample variance
 * s^2.
 *
 * With overlap this is the corrected resampled error of Nadeau & Bengio (2003), "Inference for the
 * generalization error", Machine Learning 52, 239-281, doi:10.1023/A:1024068626366. The values of
 * random splits of one data set share training examples, so that s^2 / n is too small.
 *
 * @param values At least 2 finite numbers.
 * @param overlap The size of a test set divided by that of its training set.
 * @returns The mean and its standard error, divided by a power of two that keeps squares within
 * float64.
 */
export function meanWithError(values: readonly number[], overlap: number): MeanWithError {
  const { values: moderated, scale } = moderate(values);
  const n = values.length;
  const centre = mean(moderated);
  const isEqual = moderated.every((value) => value === moderated[0]);
  let squares = 0;
  for (const value of moderated) squares += (value - centre) ** 2;
  const error = isEqual ? 0 : Math.sqrt((1 / n + overlap) * (squares / (n - 1)));
  return { centre, error, scale, freedom: n - 1 };
}

/**
 * Computes the natural logarithm of a ratio, exact even if the two numbers are nearly equal.
 *
 * @param value The numerator, above 0.
 * @param other The denominator, above 0.
 * @returns ln(value / other), even if the ratio is beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { logRatio } from "./seed_statistic.ts";
 *
 * assert(logRatio(1e200 * (1 + 2 ** -40), 1e200) / 2 ** -40 > 0.999);
 * assert(Math.abs(logRatio(1e300, 1e-300) - 600 * Math.LN10) < 1e-12);
 * ```
 */
export function logRatio(value: number, other: number): number {
  if (Math.abs(value - other) < other / 2) return Math.log1p((value - other) / other);
  const ratio = value / other;
  const isExact = ratio > 1e-300 && ratio < Infinity;
  return isExact ? Math.log(ratio) : Math.log(value) - Math.log(other);
}

/**
 * Computes a statistic of the values of seeds.
 *
 * @param values Values that suit the statistic.
 * @param statistic The statistic.
 * @returns The geometric mean, or the mean, which is also the share of ones.
 */
export function valueOf(values: readonly number[], statistic: SeedStatistic): number {
  return statistic === "geometric-mean" ? geometricMean(values) : mean(values);
}

/**
 * Computes the effective successes and trials of a share: those of a binomial variable with the
 * same share and the same variance.
 *
 * @param count The number of successes.
 * @param n The number of seeds.
 * @param overlap The size of a test set divided by that of its training set.
 * @returns `count` and `n` without overlap; otherwise n / (1 + n overlap) trials, not an integer.
 */
export function effectiveTrials(
  count: number,
  n: number,
  overlap: number,
): { readonly successes: number; readonly trials: number } {
  if (overlap === 0) return { successes: count, trials: n };
  const trials = n / (1 + n * overlap);
  return { successes: count === n ? trials : trials * (count / n), trials };
}
