import { normalCdf } from "./normal.ts";
import { assertValues } from "./statistics.ts";

/** Up to so many differences the distribution is computed exactly. */
const EXACT = 100;

/**
 * Two-sided p of Wilcoxon's signed-rank test that differences are symmetric about 0.
 *
 * Zeros are dropped. Equal sizes share the mean of their ranks, and the distribution over all 2^n
 * signs is that of the ranks as they are. Above 100 differences it is the normal approximation with
 * the variance of these ranks and a continuity correction.
 *
 * Source: Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1, 80-83,
 * doi:10.2307/3001968.
 *
 * @param differences At least 1 finite number.
 * @returns Twice the smaller tail, at most 1; 1 if all differences are zero.
 * @throws {InputError} If there is no number, or one is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { signedRankP } from "./signed_rank.ts";
 *
 * assert(signedRankP([0.3, 0.1, 0.4, 0.2, 0.5]) === 2 / 2 ** 5);
 * ```
 */
export function signedRankP(differences: readonly number[]): number {
  assertValues(differences, 1, "differences");
  const kept = differences.filter((difference) => difference !== 0);
  if (kept.length === 0) return 1;
  const ranks = doubledRanks(kept.map(Math.abs));
  let positive = 0;
  let total = 0;
  for (const [i, rank] of ranks.entries()) {
    if ((kept[i] ?? NaN) > 0) positive += rank;
    total += rank;
  }
  const smaller = Math.min(positive, total - positive);
  const tail = kept.length <= EXACT ? exactTail(ranks, smaller) : normalTail(ranks, smaller);
  return Math.min(1, 2 * tail);
}

/** Twice the rank of each size, from 2 on: integers, even where equal sizes share a mean rank. */
function doubledRanks(sizes: readonly number[]): number[] {
  const order = [...sizes.keys()].sort((a, b) => (sizes[a] ?? NaN) - (sizes[b] ?? NaN));
  const ranks = new Array<number>(sizes.length).fill(NaN);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    const size = sizes[order[first] ?? NaN];
    while (end < order.length && sizes[order[end] ?? NaN] === size) end++;
    for (const i of order.slice(first, end)) ranks[i] = first + 1 + end;
    first = end;
  }
  return ranks;
}

/** P(sum of the ranks with a positive sign <= limit), by adding one rank after another. */
function exactTail(ranks: readonly number[], limit: number): number {
  const chance = new Float64Array(limit + 1);
  chance[0] = 1;
  for (const rank of ranks) {
    for (let sum = limit; sum >= 0; sum--) {
      chance[sum] = ((chance[sum] ?? 0) + (sum >= rank ? chance[sum - rank] ?? 0 : 0)) / 2;
    }
  }
  return chance.reduce((sum, one) => sum + one, 0);
}

function normalTail(ranks: readonly number[], limit: number): number {
  let total = 0;
  let squares = 0;
  for (const rank of ranks) {
    total += rank;
    squares += rank * rank;
  }
  // A rank, which is doubled here, is a step of 1 in the undoubled sum: half of it is 1 here.
  return normalCdf((limit + 1 - total / 2) / Math.sqrt(squares / 4));
}
