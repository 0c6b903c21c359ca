import { binomialCdf, binomialTail } from "../../statistics/distributions.ts";
import { proportionEstimate } from "../../statistics/estimate.ts";
import { infer } from "../../statistics/inference.ts";
import type { Prediction } from "../../result/result.ts";

/** Computes the interval of each count of wins among n seeds, from 0 to n. */
export function intervalsOf(n: number): [low: number, high: number][] {
  return Array.from({ length: n + 1 }, (_, count): [number, number] => {
    const { low, high } = proportionEstimate(count, n);
    return [low ?? 0, high ?? 1];
  });
}

/**
 * Computes the probability that the interval of n seeds contains a share, summed over all outcomes.
 */
export function coverageOf(
  share: number,
  intervals: readonly (readonly [number, number])[],
): number {
  const n = intervals.length - 1;
  const first = intervals.findIndex(([, high]) => share <= high);
  const last = intervals.findLastIndex(([low]) => low <= share);
  if (first < 0 || last < first) return 0;
  // Subtracts the probabilities on both sides from 1, so that a coverage near 1 is exact.
  const below = first === 0 ? 0 : binomialCdf(first - 1, n, share);
  const above = last === n ? 0 : binomialTail(last + 1, n, share);
  return 1 - below - above;
}

/**
 * Returns shares at which coverage may be lowest: beside the ends of intervals, where it jumps, and
 * evenly spaced between 0 and 1.
 */
export function hardShares(intervals: readonly (readonly [number, number])[]): number[] {
  const beside = intervals.flat().flatMap((end) => [end - 1e-9, end + 1e-9]);
  const even = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
  return [...beside, ...even].filter((share) => share > 0 && share < 1);
}

const half: Prediction = { relation: "above", value: 0.5, smallestEffect: 0.1, reason: "chance" };

/**
 * Finds the fewest wins of n seeds that the two-sided exact test at 5 % distinguishes from one
 * half.
 */
export function decidingWins(n: number): number {
  for (let count = Math.ceil(n / 2); count <= n; count++) {
    const wins = Array.from({ length: n }, (_, i) => i < count ? 1 : 0);
    const { p } = infer(wins, half, { statistic: "share" });
    if (p !== null && p < 0.05) return count;
  }
  return n + 1;
}

/** Computes the probability that n seeds decide that the share of wins is above one half. */
export function winPower(n: number, share: number): number {
  const wins = decidingWins(n);
  return wins > n ? 0 : binomialTail(wins, n, share);
}
