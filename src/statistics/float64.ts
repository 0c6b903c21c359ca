import { InputError } from "../core/errors.ts";

/** The range in which sums of squares neither overflow nor underflow. */
const [SMALL, LARGE] = [2 ** -400, 2 ** 400];

/**
 * Returns the largest power of two that is at most `value`.
 *
 * @param value A finite number of at least 0.
 * @returns The power of two; 1 if `value` is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { powerOfTwoBelow } from "./float64.ts";
 *
 * assertEquals(powerOfTwoBelow(3), 2);
 * ```
 */
export function powerOfTwoBelow(value: number): number {
  if (value === 0) return 1;
  // Just below a power of two, log2 may round up to its exponent.
  const power = 2 ** Math.min(1023, Math.max(-1074, Math.floor(Math.log2(value))));
  return power > value ? power / 2 : power;
}

/**
 * Returns a number that was computed from finite numbers, if it is finite as well.
 *
 * @param what The name of the number in the message.
 * @param value The number.
 * @returns `value`.
 * @throws {InputError} If `value` is not finite.
 */
export function representable(what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  const help = "Divide the input by a power of ten first";
  throw new InputError(what, "below 1.8e308", value, help);
}

/**
 * Scales values so that their sums and squares stay within float64. The scale is 1 unless the
 * largest value is near the limits of float64; otherwise it is a power of two, so that the division
 * is exact.
 *
 * @param values Finite numbers.
 * @returns The values divided by the scale, in a new array, and the scale.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { moderate } from "./float64.ts";
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
 * Computes a statistic that is proportional to its values, such as a standard deviation, over the
 * whole range of float64.
 *
 * @param values Finite numbers.
 * @param name The name of the statistic in the message.
 * @param statistic Computes the statistic of scaled values.
 * @returns The statistic.
 * @throws {InputError} If the statistic is beyond float64.
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
 * Interpolates linearly between two numbers, even if their difference overflows.
 *
 * @param low The result for a share of 0.
 * @param high The result for a share of 1.
 * @param share A number from 0 to 1.
 * @returns low + share * (high - low)
 */
export function between(low: number, high: number, share: number): number {
  const range = high - low;
  return Number.isFinite(range) ? low + share * range : low * (1 - share) + high * share;
}
