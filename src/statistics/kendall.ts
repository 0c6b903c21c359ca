import { InputError } from "../core/errors.ts";
import { assertValues } from "./descriptive.ts";

/**
 * Kendall's rank correlation tau-b of two lists: the number of pairs that both lists order alike minus
 * the number of pairs that they order oppositely, divided by the geometric mean of the numbers of pairs
 * that each list orders. Pairs that a list does not order, because their values are equal, count in
 * neither. It takes about n^2 / 2 steps.
 *
 * Source: Kendall (1945), doi:10.1093/biomet/33.3.239.
 *
 * @param x At least 2 numbers.
 * @param y As many numbers as `x`.
 * @returns The correlation, from -1 to 1; `NaN` if all values of a list are equal.
 * @throws {InputError} If the lists differ in length or have fewer than 2 numbers, or if a number is
 * not finite.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { kendallTau } from "./kendall.ts";
 *
 * const attention = [0.1, 0.7, 0.2];
 * const importance = [0.2, 0.9, 0.1];
 * assertAlmostEquals(kendallTau(attention, importance), 1 / 3);
 * ```
 */
export function kendallTau(x: readonly number[], y: readonly number[]): number {
  assertValues(x, 2);
  assertValues(y, 2);
  if (x.length !== y.length) {
    throw new InputError("y", `of ${x.length} numbers, as many as x`, y.length);
  }
  let [difference, orderedByX, orderedByY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const byX = compare(x[i], x[j]);
      const byY = compare(y[i], y[j]);
      difference += byX * byY;
      orderedByX += byX * byX;
      orderedByY += byY * byY;
    }
  }
  return difference / Math.sqrt(orderedByX * orderedByY);
}

/** Returns the sign of a - b, even if the difference overflows or underflows. */
function compare(a = NaN, b = NaN): number {
  return Number(a > b) - Number(a < b);
}
