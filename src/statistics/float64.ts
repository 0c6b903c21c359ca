import { InputError } from "../core/errors.ts";

/** Sums and squares of numbers between these neither overflow nor underflow. */
const [SMALL, LARGE] = [2 ** -400, 2 ** 400];

/** The largest power of two that is at most `value`; 1 for 0. */
export function powerOfTwoBelow(value: number): number {
  if (value === 0) return 1;
  // log2 may round up to the next integer just below a power of two.
  const power = 2 ** Math.min(1023, Math.max(-1074, Math.floor(Math.log2(value))));
  return power > value ? power / 2 : power;
}

/**
 * Gives back what was computed of finite numbers, if it is a finite number as well.
 *
 * @param what What it is, for the message.
 * @param value The number.
 * @returns The number.
 * @throws {InputError} If it is beyond float64.
 */
export function representable(what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  const help = "Divide the numbers that were given by a power of ten first";
  throw new InputError(what, "below 1.8e308", value, help);
}

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
