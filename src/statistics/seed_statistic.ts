import { InputError } from "../core/errors.ts";
import type { SeedStatistic } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";
import { assertValues, geometricMean, mean } from "./descriptive.ts";
import { moderate } from "./float64.ts";

/**
 * The fewest values that an interval or a test may rest on. With fewer, a result has a value and no
 * interval, and decides no claim.
 *
 * A convention, for three reasons. With 10 values an exact test of a share can decide at all within a
 * family: 10 of 10 has a two-sided p of 0.002, 5 of 5 one of 0.06. Student t intervals of skewed values
 * cover less than they say, the more so the fewer values there are; the experiment
 * `interval-coverage` measures by how much. And 10 is about what comparisons of trained networks are
 * advised to have (Colas, Sigaud & Oudeyer, 2018, "How many random seeds?", arXiv:1806.08295).
 */
export const MINIMUM_SEEDS = 10;

/** The statistics, and what their values must be. */
const statistics: Readonly<Record<SeedStatistic, [string, (value: number) => boolean]>> = {
  "mean": ["a finite number", Number.isFinite],
  "geometric-mean": ["above 0", (value) => value > 0],
  "share": ["0 or 1", (value) => value === 0 || value === 1],
};

/**
 * Checks how values of seeds are summed up, and that the values suit it.
 *
 * @param values A number for each seed.
 * @param statistic What was given.
 * @returns The statistic.
 * @throws {InputError} On an unknown statistic, no value, one that is not finite, one that is not
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
 * Checks the overlap of splits.
 *
 * @param overlap The size of a test set over that of its training set; 0 without overlap.
 * @throws {InputError} If it is negative or not finite.
 */
export function checkOverlap(overlap: number): void {
  const wanted = "a number from 0 on";
  checkNumber("overlap", overlap, wanted, (value) => value >= 0 && value < Infinity);
}

/** The centre of values, and how surely they tell it. */
export interface MeanWithError {
  /** The mean over `scale`. */
  readonly centre: number;
  /** The standard error of the mean over `scale`; exactly 0 if all values are equal. */
  readonly error: number;
  /** A power of two, 1 unless values are near the limits of float64. */
  readonly scale: number;
  /** Degrees of freedom of the standard error. */
  readonly freedom: number;
}

/**
 * The mean and its standard error, sqrt((1/n + overlap) s^2) with the sample's variance s^2.
 *
 * With overlap it is the corrected resampled error of Nadeau & Bengio (2003), "Inference for the
 * generalization error", Machine Learning 52, 239-281, doi:10.1023/A:1024068626366: values of
 * random splits of one data set share training examples, and s^2 / n would be too small.
 *
 * @param values At least 2 finite numbers.
 * @param overlap The size of a test set over that of its training set.
 * @returns Both, over a power of two so that squares stay within float64.
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
 * The natural logarithm of one number over another, exact also where they are nearly equal.
 *
 * @param value Above 0.
 * @param other Above 0.
 * @returns ln(value / other), also if the ratio is beyond float64.
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

/** The statistic itself. */
export function valueOf(values: readonly number[], statistic: SeedStatistic): number {
  return statistic === "geometric-mean" ? geometricMean(values) : mean(values);
}

/**
 * Successes and trials of a binomial variable whose share is as uncertain as that of seeds.
 *
 * @param count How many seeds have it.
 * @param n How many seeds there are.
 * @param overlap The size of a test set over that of its training set.
 * @returns Not integers if there is an overlap: n / (1 + n overlap) trials, with the same share.
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
