import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { assertValues } from "./descriptive.ts";
import { moderate } from "./float64.ts";

/**
 * Computes Spearman's rank correlation of two lists. Equal values have the mean of their ranks.
 * With a third list, the result is the partial correlation that controls for the ranks of that
 * list.
 *
 * Source: Kendall & Stuart (1973), The Advanced Theory of Statistics, volume 2, chapters 27 and 31.
 *
 * @param x At least 2 numbers.
 * @param y As many numbers as `x`.
 * @param control As many numbers as `x`, to control for.
 * @returns The correlation, from -1 to 1; `NaN` if all values of a list are equal, or if `control`
 * determines the ranks of a list.
 * @throws {InputError} If the lists differ in length or have fewer than 2 numbers, or if a number
 * is not finite.
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
  control?: readonly number[],
): number {
  const lists = control === undefined ? { x, y } : { x, y, control };
  for (const [name, list] of Object.entries(lists)) checkNumbers(name, list, x);
  return correlationOfRanks(x, y, control);
}

/**
 * Computes the jackknife pseudo-values of {@link rankCorrelation}: n r - (n - 1) r_i, where r_i is
 * the correlation without pair i. Their mean estimates the correlation with less bias, and the t
 * interval of this mean is an interval of the correlation.
 *
 * Source: Miller (1974), doi:10.1093/biomet/61.1.1.
 *
 * @param x At least 3 numbers.
 * @param y As many numbers as `x`.
 * @param control As many numbers as `x`, to control for.
 * @returns A pseudo-value for each pair; `NaN` if a correlation is undefined.
 * @throws {InputError} If the lists differ in length or have fewer than 3 numbers, or if a number
 * is not finite.
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
  control?: readonly number[],
): number[] {
  rankCorrelation(x, y, control);
  if (x.length < 3) throw new InputError("x", "at least 3 numbers", x.length);
  return pseudoValues(x.length, (chosen) => {
    return correlationOfRanks(chosen(x), chosen(y), control && chosen(control));
  });
}

/**
 * Computes the jackknife pseudo-values of a statistic of lists.
 *
 * @param n The length of each list.
 * @param statistic Computes the statistic of the pairs that `chosen` selects from a list.
 */
function pseudoValues(
  n: number,
  statistic: (chosen: (list: readonly number[]) => readonly number[]) => number,
): number[] {
  const all = statistic((list) => list);
  return Array.from({ length: n }, (_, i) => {
    return n * all - (n - 1) * statistic((list) => list.filter((_, other) => other !== i));
  });
}

function correlationOfRanks(
  x: readonly number[],
  y: readonly number[],
  control: readonly number[] | undefined,
): number {
  const between = (a: readonly number[], b: readonly number[]): number =>
    Math.min(1, Math.max(-1, sampleRankCorrelation([...a], [...b])));
  const direct = between(x, y);
  if (control === undefined) return direct;
  const [ofX, ofY] = [between(x, control), between(y, control)];
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
 * Computes Pearson's correlation of two series.
 *
 * @param a At least 2 numbers.
 * @param b As many numbers as `a`.
 * @returns The correlation, from -1 to 1; 0 if a series is constant.
 * @throws {InputError} If the series differ in length or have fewer than 2 numbers, or if a number
 * is not finite.
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
  if (a.length !== b.length) {
    throw new InputError("series", "of equal length", [a.length, b.length]);
  }
  const constant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (constant(a) || constant(b)) return 0;
  // Rounding may move the correlation slightly out of [-1, 1].
  return Math.min(1, Math.max(-1, sampleCorrelation(moderate(a).values, moderate(b).values)));
}

/**
 * Computes the jackknife pseudo-values of {@link correlation}, as {@link rankCorrelationValues}
 * does.
 *
 * Source: Miller (1974), doi:10.1093/biomet/61.1.1.
 *
 * @param a At least 3 numbers.
 * @param b As many numbers as `a`.
 * @returns A pseudo-value for each pair.
 * @throws {InputError} If the series differ in length or have fewer than 3 numbers, or if a number
 * is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { correlationValues } from "./correlation.ts";
 *
 * const values = correlationValues([1, 2, 3], [3, 2, 1]);
 * assert(values.every((value) => Math.abs(value + 1) < 1e-12));
 * ```
 */
export function correlationValues(a: readonly number[], b: readonly number[]): number[] {
  assertValues(a, 3, "a");
  return pseudoValues(a.length, (chosen) => correlation(chosen(a), chosen(b)));
}
