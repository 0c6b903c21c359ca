import { checkArray } from "../core/arrays.ts";
import { checkIds } from "../core/ids.ts";
import { positiveInteger } from "../core/shapes.ts";

/**
 * Computes distinct-n of sequences: the number of different n-grams divided by the number of all
 * n-grams. The result is 1 if no n-gram repeats. Since distinct-n falls with the number of tokens,
 * compare only texts of equal numbers of tokens.
 *
 * Source: Li et al. (2016), arXiv:1510.03055, who divide by the number of tokens instead.
 *
 * @param sequences The ids of each sequence; n-grams do not cross the end of a sequence.
 * @param n The number of ids of an n-gram.
 * @returns Distinct-n; `null` if all sequences are shorter than `n`.
 * @throws {InputError} If `n` is not a positive integer, or a sequence is not a list of ids.
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
 * Computes seq-rep-n: the share of the n-grams of a sequence that already occurred earlier in the
 * sequence. The result is 0 if no n-gram repeats.
 *
 * Source: Welleck et al. (2020), arXiv:1908.04319.
 *
 * @param sequence The ids.
 * @param n The number of ids of an n-gram.
 * @returns Seq-rep-n; `null` if the sequence is shorter than `n`.
 * @throws {InputError} If `n` is not a positive integer, or the sequence is not a list of ids.
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

/** The numbers of different n-grams and of all n-grams. */
function count(
  sequences: readonly ArrayLike<number>[],
  n: number,
): { distinct: number; all: number } {
  positiveInteger("n", n);
  const long = sequences.filter(({ length }) => length >= n);
  let kinds = numbered(long.map((sequence) => Array.from(sequence)));
  // Two overlapping n-grams of `length` ids identify an n-gram of up to twice as many ids.
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

/** Replaces equal values by equal numbers, from 0 in the order of first occurrence. */
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
