import { logAverage, mean as average } from "simple-statistics";
import { quantile as linearQuantile, sampleStandardDeviation } from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { powerOfTwoBelow, representable } from "./matrix.ts";

/**
 * Checks that values are an array of `least` numbers or more and that all are finite.
 *
 * @param values What was given.
 * @param least The fewest numbers.
 * @param name What the values are called in the message.
 * @throws {InputError} Naming what was given, the count, or the first value that is not finite and
 * its place.
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

/** Sums and squares of numbers between these neither overflow nor underflow. */
const [SMALL, LARGE] = [2 ** -400, 2 ** 400];

/**
 * Values whose sums and squares stay within float64: the values themselves, or, if the largest is
 * near the limits of float64, the values over a power of two, which is exact.
 *
 * @param values Finite numbers.
 * @returns The values in a new array, and what to multiply a mean or a deviation of them by.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { moderate } from "./statistics.ts";
 *
 * assertEquals(moderate([3, 4]), { values: [3, 4], scale: 1 });
 * assertEquals(moderate([2 ** 1000, 2 ** 999]), { values: [1, 0.5], scale: 2 ** 1000 });
 * ```
 */
export function moderate(values: readonly number[]): { values: number[]; scale: number } {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const isModerate = largest === 0 || (largest > SMALL && largest < LARGE);
  const scale = isModerate ? 1 : powerOfTwoBelow(largest);
  return { values: isModerate ? values.slice() : values.map((value) => value / scale), scale };
}

/**
 * A statistic that doubles if all values double, such as a deviation, over the whole range of
 * float64.
 *
 * @param values Finite numbers.
 * @param name What the statistic is called in the message.
 * @param statistic Computes it from moderate values.
 * @returns The statistic.
 * @throws {InputError} If it is beyond float64, though no value is.
 */
export function proportional(
  values: readonly number[],
  name: string,
  statistic: (values: number[]) => number,
): number {
  const { values: moderated, scale } = moderate(values);
  return representable(name, statistic(moderated) * scale);
}

/**
 * A number on the line between two others, also if their difference overflows.
 *
 * @param low Where `share` is 0.
 * @param high Where `share` is 1.
 * @param share From 0 to 1.
 * @returns low + share * (high - low)
 */
export function between(low: number, high: number, share: number): number {
  const range = high - low;
  return Number.isFinite(range) ? low + share * range : low * (1 - share) + high * share;
}

/**
 * The arithmetic mean, by compensated summation.
 *
 * @param values At least 1 number.
 * @returns The mean, also if the sum of the values is beyond float64.
 * @throws {InputError} If there are no values, or one is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mean } from "./statistics.ts";
 *
 * assert(mean([1, 2, 6]) === 3);
 * ```
 */
export function mean(values: readonly number[]): number {
  assertValues(values);
  const { values: moderated, scale } = moderate(values);
  return within(values, average(moderated) * scale);
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @param values At least 1 number.
 * @returns The median, also if the sum of the two in the middle is beyond float64.
 * @throws {InputError} If there are no values, or one is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { median } from "./statistics.ts";
 *
 * assert(median([5, 1, 2, 30]) === 3.5);
 * ```
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The geometric mean, `exp(mean(ln x))`, which neither overflows nor underflows as a product would.
 *
 * @param values Numbers above 0.
 * @returns The geometric mean.
 * @throws {InputError} If there are no values, or one is not finite or not above 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { geometricMean } from "./statistics.ts";
 *
 * assert(Math.abs(geometricMean([1e-200, 1e-100]) / 1e-150 - 1) < 1e-12);
 * ```
 */
export function geometricMean(values: readonly number[]): number {
  assertValues(values);
  const wrong = values.findIndex((value) => value <= 0);
  if (wrong >= 0) throw new InputError(`values[${wrong}]`, "above 0", values[wrong]);
  return within(values, logAverage([...values]));
}

/**
 * The standard deviation of a sample: the sum of squares is divided by n - 1.
 *
 * @param values At least 2 numbers.
 * @returns The standard deviation.
 * @throws {InputError} If there are fewer values, one is not finite, or the standard deviation is
 * beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { standardDeviation } from "./statistics.ts";
 *
 * assert(standardDeviation([1, 3]) === Math.SQRT2);
 * ```
 */
export function standardDeviation(values: readonly number[]): number {
  assertValues(values, 2);
  return proportional(values, "standard deviation", sampleStandardDeviation);
}

/**
 * The value below which a fraction of the values lies, interpolated linearly between the two order
 * statistics about `(n - 1) * fraction`: type 7 of Hyndman & Fan (1996), as in NumPy and R.
 *
 * @param values At least 1 number.
 * @param fraction From 0 (the smallest value) to 1 (the largest).
 * @returns The quantile.
 * @throws {InputError} If there are no values, one is not finite, or the fraction is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { quantile } from "./statistics.ts";
 *
 * assert(quantile([4, 1, 2, 3], 0.5) === 2.5);
 * ```
 */
export function quantile(values: readonly number[], fraction: number): number {
  assertValues(values);
  checkNumber("fraction", fraction, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  const found = linearQuantile([...values], fraction);
  if (Number.isFinite(found)) return found;
  // The difference of the two order statistics overflowed.
  const place = (values.length - 1) * fraction;
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return between(low, high, place - Math.floor(place));
}

// Rounding may put the mean of equal values beside them.
function within(values: readonly number[], mean: number): number {
  // One by one: a call takes some 100,000 arguments at most.
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Math.min(Math.max(mean, low), high);
}
