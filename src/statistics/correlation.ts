import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { assertValues } from "./descriptive.ts";
import { moderate } from "./float64.ts";

/**
 * Spearman's rank correlation of two lists; equal values share the mean of their ranks. If a third
 * list is given, the partial correlation: what is left if the ranks of that list are held fixed.
 *
 * Source: Kendall & Stuart (1973), The Advanced Theory of Statistics, volume 2, chapters 27 and 31.
 *
 * @param x Numbers.
 * @param y As many numbers.
 * @param held What is held fixed: as many numbers.
 * @returns From -1 to 1; `NaN` if all values of a list are equal, or if `held` gives a list away.
 * @throws {InputError} If lists differ in length, hold fewer than 2 numbers, or one is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { rankCorrelation } from "./correlation.ts";
 *
 * assert(rankCorrelation([1, 2, 3], [1, 10, 100]) === 1);
 * ```
 */
export function rankCorrelation(
  x: readonly number[],
  y: readonly number[],
  held?: readonly number[],
): number {
  const lists = held === undefined ? { x, y } : { x, y, held };
  for (const [name, list] of Object.entries(lists)) checkNumbers(name, list, x);
  return heldCorrelation(x, y, held);
}

/**
 * The jackknife's pseudo-values of {@link rankCorrelation}: n r - (n - 1) r_i, where r_i leaves out
 * pair i. Their mean estimates the correlation with less bias, and their t interval is an interval of
 * it.
 *
 * Source: Miller (1974), doi:10.1093/biomet/61.1.1.
 *
 * @param x Numbers, at least 3.
 * @param y As many numbers.
 * @param held What is held fixed: as many numbers.
 * @returns A number for each pair; `NaN` where a correlation does not exist.
 * @throws {InputError} If lists differ in length, hold fewer than 3 numbers, or one is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rankCorrelationValues } from "./correlation.ts";
 *
 * assertEquals(rankCorrelationValues([1, 2, 3, 4], [1, 4, 9, 16]), [1, 1, 1, 1]);
 * ```
 */
export function rankCorrelationValues(
  x: readonly number[],
  y: readonly number[],
  held?: readonly number[],
): number[] {
  const all = rankCorrelation(x, y, held);
  const n = x.length;
  if (n < 3) throw new InputError("x", "at least 3 numbers", n);
  const without = (list: readonly number[], i: number) => list.filter((_, other) => other !== i);
  return x.map((_, i) => {
    const less = heldCorrelation(without(x, i), without(y, i), held && without(held, i));
    return n * all - (n - 1) * less;
  });
}

function heldCorrelation(
  x: readonly number[],
  y: readonly number[],
  held: readonly number[] | undefined,
): number {
  const between = (a: readonly number[], b: readonly number[]): number =>
    Math.min(1, Math.max(-1, sampleRankCorrelation([...a], [...b])));
  const direct = between(x, y);
  if (held === undefined) return direct;
  const [ofX, ofY] = [between(x, held), between(y, held)];
  return (direct - ofX * ofY) / Math.sqrt((1 - ofX ** 2) * (1 - ofY ** 2));
}

function checkNumbers(name: string, list: readonly number[], first: readonly number[]): void {
  checkArray(name, list, "an array of numbers");
  if (list.length !== first.length) {
    throw new InputError(name, `of ${first.length} numbers, as many as x`, list.length);
  }
  if (list.length < 2) throw new InputError(name, "at least 2 numbers", list.length);
  for (const [i, value] of list.entries()) {
    if (!Number.isFinite(value)) throw new InputError(`${name}[${i}]`, "a finite number", value);
  }
}

/**
 * Pearson's correlation of two series; 0 where one of them never changes, since it then says nothing
 * of the other.
 *
 * @param a One series.
 * @param b The other.
 * @returns From -1 to 1.
 * @throws {InputError} On series of different length, of fewer than 2 numbers, or with one that is
 * not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { correlation } from "./correlation.ts";
 *
 * assertEquals(correlation([1, 2, 3], [3, 2, 1]), -1);
 * assertEquals(correlation([1, 2, 3], [5, 5, 5]), 0);
 * ```
 */
export function correlation(a: readonly number[], b: readonly number[]): number {
  assertValues(a, 2, "a");
  assertValues(b, 2, "b");
  if (a.length !== b.length) throw new InputError("series", "of one length", [a.length, b.length]);
  const constant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (constant(a) || constant(b)) return 0;
  // Rounding may put it a little beyond.
  return Math.min(1, Math.max(-1, sampleCorrelation(moderate(a).values, moderate(b).values)));
}
