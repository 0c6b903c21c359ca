import { positiveInteger } from "../core/shapes.ts";

/**
 * Distinct-n: the share of different n-grams among all n-grams of some sequences. 1 where none
 * comes twice; the more of them are compared, the lower, so compare equal numbers of tokens.
 *
 * Source: Li et al. (2016), who divide by the number of tokens instead.
 *
 * @param sequences Ids; n-grams do not reach from one sequence into another.
 * @returns `null` where no sequence is as long as n.
 * @throws {InputError} Where n is no positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { distinctN } from "./diversity.ts";
 *
 * // 1 2, 2 1, 1 2 and 2 3: three of four are different.
 * assertEquals(distinctN([[1, 2, 1], [1, 2, 3]], 2), 0.75);
 * ```
 */
export function distinctN(sequences: readonly ArrayLike<number>[], n: number): number | null {
  const { distinct, all } = count(sequences, n);
  return all === 0 ? null : distinct / all;
}

/**
 * The share of a sequence's n-grams that occurred before in it. 0 where none comes
 * twice.
 *
 * Source: Welleck et al. (2020), seq-rep-n.
 *
 * @returns `null` where the sequence is shorter than n.
 * @throws {InputError} Where n is no positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { repeatedShare } from "./diversity.ts";
 *
 * assertEquals(repeatedShare([7, 7, 7, 7, 7], 1), 0.8);
 * ```
 */
export function repeatedShare(sequence: ArrayLike<number>, n: number): number | null {
  const { distinct, all } = count([sequence], n);
  return all === 0 ? null : (all - distinct) / all;
}

/** How many n-grams there are, and how many different ones. */
function count(
  sequences: readonly ArrayLike<number>[],
  n: number,
): { distinct: number; all: number } {
  positiveInteger("n", n);
  const seen = new Set<string>();
  let all = 0;
  for (const sequence of sequences) {
    const ids = Array.from(sequence);
    for (let end = n; end <= ids.length; end++) {
      seen.add(ids.slice(end - n, end).join());
      all++;
    }
  }
  return { distinct: seen.size, all };
}
