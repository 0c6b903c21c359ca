import { binomialCdf, binomialTail, normalCdf, studentTail } from "./distributions.ts";
import { effectiveTrials, type MeanWithError } from "./seed_statistic.ts";
import { assertValues } from "./descriptive.ts";

/** How probable a measure as the one that was found would be, if the truth were known. */
export interface Tails {
  /**
   * The probability of a measure at least as high.
   *
   * @param truth What the measure is in truth.
   */
  atLeast(truth: number): number;
  /**
   * The probability of a measure at most as high.
   *
   * @param truth What the measure is in truth.
   */
  atMost(truth: number): number;
  /**
   * The probability of a measure at least as far from a value, on either side.
   *
   * @param truth What the measure is in truth.
   * @param value From where the distance counts.
   */
  asFar(truth: number, value: number): number;
}

/**
 * The tails of Student's t distribution. Without spread every truth but the centre is impossible: its
 * probabilities are exactly 0 and 1.
 *
 * @param spread Of the values.
 * @returns Its truths are in the units of the values.
 */
export function studentTails({ centre, error, scale, freedom }: MeanWithError): Tails {
  const tail = (distance: number) => {
    if (error > 0) return studentTail(distance / error, freedom);
    return distance > 0 ? 0 : 1;
  };
  return {
    atLeast: (truth) => tail(centre - truth / scale),
    atMost: (truth) => tail(truth / scale - centre),
    asFar(truth, value) {
      const found = Math.abs(centre - value / scale);
      const shift = truth / scale - value / scale;
      return Math.min(1, tail(found - shift) + tail(found + shift));
    },
  };
}

/**
 * The tails of the binomial distribution. A truth that no share can have has probability 0.
 *
 * @param count How many seeds have it.
 * @param n How many seeds there are.
 * @param overlap The size of a test set over that of its training set.
 * @returns Its truths are shares.
 */
export function binomialTails(count: number, n: number, overlap: number): Tails {
  const { successes, trials } = effectiveTrials(count, n, overlap);
  const within = (truth: number) => truth >= 0 && truth <= 1;
  const tails = {
    atLeast: (truth: number) => within(truth) ? binomialTail(successes, trials, truth) : 0,
    atMost: (truth: number) => within(truth) ? binomialCdf(successes, trials, truth) : 0,
  };
  return {
    ...tails,
    asFar(truth, value) {
      // As many successes on the other side. Rounding must not make 4 of 3.9999.
      const other = 2 * value * n - count;
      const isHigh = count > value * n;
      const nearest = isHigh ? Math.floor(other + 1e-9) : Math.ceil(other - 1e-9);
      const side = isHigh ? tails.atLeast(truth) : tails.atMost(truth);
      if (nearest < 0 || nearest > n) return side;
      const mirrored = binomialTails(nearest, n, overlap);
      return Math.min(1, side + (isHigh ? mirrored.atMost(truth) : mirrored.atLeast(truth)));
    },
  };
}

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
 * import { signedRankP } from "./significance.ts";
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
