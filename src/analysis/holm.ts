import { InputError } from "../core/errors.ts";
import { checkArray } from "../core/arrays.ts";

/**
 * Adjusts the p values of a family so that each can be compared with the level as it is: the risk that
 * any true null hypothesis of the family is rejected stays below the level, whatever the dependence.
 *
 * Source: Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal
 * of Statistics 6, 65-70. The j-th smallest of m is multiplied by m - j + 1; none falls below a
 * smaller one.
 *
 * @param ps Numbers from 0 to 1.
 * @returns The adjusted p values in the same order, at most 1.
 * @throws {InputError} If one is not a number from 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holm } from "./holm.ts";
 *
 * assertEquals(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
 * ```
 */
export function holm(ps: readonly number[]): number[] {
  checkArray("ps", ps, "an array of numbers from 0 to 1");
  for (const [i, p] of ps.entries()) {
    if (typeof p !== "number" || !(p >= 0 && p <= 1)) {
      throw new InputError(`ps[${i}]`, "a number from 0 to 1", p);
    }
  }
  const order = [...ps.keys()].sort((a, b) => (ps[a] ?? NaN) - (ps[b] ?? NaN));
  const adjusted = new Array<number>(ps.length).fill(NaN);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] ?? NaN)));
    adjusted[i] = largest;
  }
  return adjusted;
}
