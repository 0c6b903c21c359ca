import { checkArray } from "../core/arrays.ts";
import { checkIds } from "../core/ids.ts";
import { positiveInteger } from "../core/shapes.ts";

/**
 * Distinct-n: the share of different n-grams among all n-grams of some sequences. 1 where none
 * comes twice; the more of them are compared, the lower, so compare equal numbers of tokens.
 *
 * Source: Li et al. (2016), who divide by the number of tokens instead.
 *
 * @param sequences Ids; n-grams do not reach from one sequence into another.
 * @param n How many ids an n-gram has.
 * @returns `null` if no sequence is as long as n.
 * @throws {InputError} If n is not a positive integer, or a sequence is not a list of ids.
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
  checkArray("sequences", sequences, "an array of sequences of ids");
  for (const [i, sequence] of sequences.entries()) checkSequence(`sequences[${i}]`, sequence);
  const { distinct, all } = count(sequences, n);
  return all === 0 ? null : distinct / all;
}

/**
 * The share of a sequence's n-grams that occurred before in it. 0 where none comes
 * twice.
 *
 * Source: Welleck et al. (2020), seq-rep-n.
 *
 * @param sequence Ids.
 * @param n How many ids an n-gram has.
 * @returns `null` if the sequence is shorter than n.
 * @throws {InputError} If n is not a positive integer, or the sequence is not a list of ids.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seqRepN } from "./diversity.ts";
 *
 * assertEquals(seqRepN([7, 7, 7, 7, 7], 1), 0.8);
 * ```
 */
export function seqRepN(sequence: ArrayLike<number>, n: number): number | null {
  checkSequence("sequence", sequence);
  const { distinct, all } = count([sequence], n);
  return all === 0 ? null : (all - distinct) / all;
}

/** How many n-grams there are, and how many different ones. */
function count(
  sequences: readonly ArrayLike<number>[],
  n: number,
): { distinct: number; all: number } {
  positiveInteger("n", n);
  const long = sequences.filter(({ length }) => length >= n);
  let kinds = numbered(long.map((sequence) => Array.from(sequence)));
  // The kinds of n-grams of `length` ids give those of up to twice as many: two of them that overlap.
  for (let length = 1; length < n;) {
    const step = Math.min(length, n - length);
    const { sequences, size } = kinds;
    kinds = numbered(
      sequences.map((sequence) =>
        sequence.slice(step).map((next, i) => (sequence[i] ?? NaN) * size + next)
      ),
    );
    length += step;
  }
  return {
    distinct: kinds.size,
    all: kinds.sequences.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Values numbered by kind, from 0 in the order in which each came first. */
function numbered(
  sequences: readonly (readonly number[])[],
): { sequences: number[][]; size: number } {
  const kinds = new Map<number, number>();
  const kindOf = (value: number): number => {
    const known = kinds.get(value);
    if (known !== undefined) return known;
    kinds.set(value, kinds.size);
    return kinds.size - 1;
  };
  return { sequences: sequences.map((sequence) => sequence.map(kindOf)), size: kinds.size };
}

function checkSequence(name: string, sequence: ArrayLike<number>): void {
  checkIds(name, sequence, Number.MAX_SAFE_INTEGER);
}
