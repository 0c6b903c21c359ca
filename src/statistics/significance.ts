import { binomialCdf, binomialTail, normalCdf, studentTail } from "./distributions.ts";
import { effectiveTrials, type MeanWithError } from "./seed_statistic.ts";
import { assertValues } from "./descriptive.ts";

/** The tail probabilities of an estimate, given its true value. */
export interface Tails {
  /**
   * The probability of an estimate at least as high as the observed one.
   *
   * @param truth The true value.
   * @returns The probability.
   */
  atLeast(truth: number): number;
  /**
   * The probability of an estimate at most as high as the observed one.
   *
   * @param truth The true value.
   * @returns The probability.
   */
  atMost(truth: number): number;
  /**
   * The probability of an estimate at least as far from `value`, on either side, as the observed
   * one.
   *
   * @param truth The true value.
   * @param value The point from which distances are measured.
   * @returns The probability.
   */
  asFar(truth: number, value: number): number;
}

/**
 * Returns the tails of a mean by Student's t distribution. If the standard error is 0, each
 * probability is exactly 0 or 1.
 *
 * @param spread The mean of the values with its standard error.
 * @returns The tails; true values are in the units of the values.
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
 * Returns the tails of a share by the binomial distribution. The probabilities are 0 if the true
 * value is not in [0, 1].
 *
 * @param count The number of successes.
 * @param n The number of seeds.
 * @param overlap The size of a test set divided by that of its training set.
 * @returns The tails; true values are shares.
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
      // The count at the same distance from the expected count, on the other side. The margin of
      // 1e-9 guards against rounding.
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

/** The largest number of differences for which the distribution is computed exactly. */
const EXACT = 100;

/**
 * Computes the two-sided p value of Wilcoxon's signed-rank test of the hypothesis that differences
 * are symmetric about 0.
 *
 * Zeros are dropped, and equal sizes have the mean of their ranks. Up to 100 differences, the
 * distribution over all 2^n signs of these ranks is computed exactly. For more differences it is
 * approximated by a normal distribution with the variance of these ranks and a continuity
 * correction.
 *
 * Source: Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1,
 * 80-83, doi:10.2307/3001968.
 *
 * @param differences At least 1 finite number.
 * @returns Twice the smaller tail, at most 1; 1 if all differences are zero.
 * @throws {InputError} If there are no differences, or a difference is not finite.
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

/** Twice the rank of each size, which is an integer even if equal sizes have a mean rank. */
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

/** P(sum of the ranks with a positive sign <= limit), by convolution of one rank after another. */
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
  // The continuity correction is half a rank, which is 1 in doubled ranks.
  return normalCdf((limit + 1 - total / 2) / Math.sqrt(squares / 4));
}
