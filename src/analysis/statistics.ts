import { logAverage, mean as average, median as middle } from "simple-statistics";
import { quantile as linearQuantile, sampleStandardDeviation } from "simple-statistics";
import { InputError } from "../core/errors.ts";

/**
 * Checks that there are `least` values or more and that all are finite.
 *
 * @throws {InputError} Naming the count, or the first value that is not finite and its place.
 */
export function assertValues(values: readonly number[], least = 1): void {
  if (values.length < least) {
    const wanted = least === 1 ? "at least 1 number" : `at least ${least} numbers`;
    throw new InputError("values", wanted, values.length);
  }
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new InputError(`values[${i}]`, "a finite number", value);
    }
  }
}

/**
 * The arithmetic mean, by compensated summation.
 *
 * @throws {InputError} Where there are no values, or one is not finite.
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
  return within(values, average([...values]));
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @throws {InputError} Where there are no values, or one is not finite.
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
  assertValues(values);
  return middle([...values]);
}

/**
 * The geometric mean, `exp(mean(ln x))`, which neither overflows nor underflows as a product would.
 *
 * @param values Numbers above 0.
 * @throws {InputError} Where there are no values, or one is not finite or not above 0.
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
 * @throws {InputError} Where there are fewer, or one is not finite.
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
  return sampleStandardDeviation([...values]);
}

/**
 * The value below which a fraction of the values lies, interpolated linearly between the two order
 * statistics about `(n - 1) * fraction`: type 7 of Hyndman & Fan (1996), as in NumPy and R.
 *
 * @param fraction From 0 (the smallest value) to 1 (the largest).
 * @throws {InputError} Where there are no values, one is not finite, or the fraction is none.
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
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new InputError("fraction", "a number from 0 to 1", fraction);
  }
  return linearQuantile([...values], fraction);
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
