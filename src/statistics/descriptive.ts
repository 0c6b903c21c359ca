import * as simple from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { between, moderate, proportional } from "./float64.ts";

/**
 * Throws unless `values` is an array of at least `least` finite numbers.
 *
 * @param values The values.
 * @param least The least number of values.
 * @param name The name of the values in the message.
 * @throws {InputError} If `values` is not an array or too short, or a value is not finite; the
 * message has the index of the first such value.
 */
export function assertValues(values: readonly number[], least = 1, name = "values"): void {
  const wanted = least === 1 ? "at least 1 number" : `at least ${least} numbers`;
  checkArray(name, values, `an array of ${wanted}`);
  if (values.length < least) throw new InputError(name, wanted, values.length);
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new InputError(`${name}[${i}]`, "a finite number", value);
    }
  }
}

/**
 * Computes the arithmetic mean by compensated summation.
 *
 * @param values At least 1 number.
 * @returns The mean, even if the sum of the values is beyond float64.
 * @throws {InputError} If there are no values, or a value is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mean } from "./descriptive.ts";
 *
 * assert(mean([1, 2, 6]) === 3);
 * ```
 */
export function mean(values: readonly number[]): number {
  assertValues(values);
  const { values: moderated, scale } = moderate(values);
  return within(values, simple.mean(moderated) * scale);
}

/**
 * Computes the median: the middle value, or the mean of the two middle values if the number of
 * values is even.
 *
 * @param values At least 1 number.
 * @returns The median, even if the sum of the two middle values is beyond float64.
 * @throws {InputError} If there are no values, or a value is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { median } from "./descriptive.ts";
 *
 * assert(median([5, 1, 2, 30]) === 3.5);
 * ```
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Computes the geometric mean as `exp(mean(ln x))`, which neither overflows nor underflows.
 *
 * @param values At least 1 number above 0.
 * @returns The geometric mean.
 * @throws {InputError} If there are no values, or a value is not finite or not above 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { geometricMean } from "./descriptive.ts";
 *
 * assert(Math.abs(geometricMean([1e-200, 1e-100]) / 1e-150 - 1) < 1e-12);
 * ```
 */
export function geometricMean(values: readonly number[]): number {
  assertValues(values);
  const wrong = values.findIndex((value) => value <= 0);
  if (wrong >= 0) throw new InputError(`values[${wrong}]`, "above 0", values[wrong]);
  return within(values, simple.logAverage([...values]));
}

/**
 * Estimates the standard deviation of a population from a sample: the sum of squared differences
 * from the mean is divided by n - 1. See {@link populationStandardDeviation} for a division by n.
 *
 * @param values At least 2 numbers.
 * @returns The standard deviation.
 * @throws {InputError} If there are fewer than 2 values, a value is not finite, or the standard
 * deviation is beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { sampleStandardDeviation } from "./descriptive.ts";
 *
 * assert(sampleStandardDeviation([1, 3]) === Math.SQRT2);
 * ```
 */
export function sampleStandardDeviation(values: readonly number[]): number {
  assertValues(values, 2);
  return proportional(values, "standard deviation", simple.sampleStandardDeviation);
}

/**
 * Computes the standard deviation of a whole population: the sum of squared differences from the
 * mean is divided by n. See {@link sampleStandardDeviation} for a division by n - 1.
 *
 * @param values At least 1 number.
 * @returns The standard deviation; 0 for a single number.
 * @throws {InputError} If there are no values, a value is not finite, or the standard deviation is
 * beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { populationStandardDeviation } from "./descriptive.ts";
 *
 * assert(populationStandardDeviation([1, 3]) === 1);
 * ```
 */
export function populationStandardDeviation(values: readonly number[]): number {
  assertValues(values);
  return proportional(values, "standard deviation", simple.standardDeviation);
}

/**
 * Computes a quantile: the value below which a fraction of the values lies, interpolated linearly
 * between the two order statistics next to index `(n - 1) * fraction`. This is type 7 of Hyndman &
 * Fan (1996), doi:10.2307/2684934, the default of NumPy and R.
 *
 * @param values At least 1 number.
 * @param fraction From 0 (the smallest value) to 1 (the largest).
 * @returns The quantile.
 * @throws {InputError} If there are no values, a value is not finite, or `fraction` is not in [0,
 * 1].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { quantile } from "./descriptive.ts";
 *
 * assert(quantile([4, 1, 2, 3], 0.5) === 2.5);
 * ```
 */
export function quantile(values: readonly number[], fraction: number): number {
  assertValues(values);
  checkNumber("fraction", fraction, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  const found = simple.quantile([...values], fraction);
  if (Number.isFinite(found)) return found;
  // The difference of the two order statistics overflowed.
  const index = (values.length - 1) * fraction;
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(index)] ?? NaN, sorted[Math.ceil(index)] ?? NaN];
  return between(low, high, index - Math.floor(index));
}

/** Limits a mean to the range of the values, which rounding may leave. */
function within(values: readonly number[], mean: number): number {
  // A loop is used, since Math.min(...values) fails for more than about 100,000 values.
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Math.min(Math.max(mean, low), high);
}
