import type { Claim } from "../../result/result.ts";

/** The part of a claim that {@link seedsForSmallestEffect} reads. */
type Measured = Pick<Claim, "detectable" | "estimate" | "overlap" | "predicts" | "statistic">;

/**
 * Whether the values of a claim detect its smallest effect of interest with a power of 0.8.
 *
 * @param claim The claim.
 * @returns Whether the detectable effect is at most the smallest effect of interest; `false` if there
 * are too few values for an estimate.
 */
export function decidesSmallestEffect({ detectable, predicts }: Measured): boolean {
  return detectable !== null && detectable <= predicts.smallestEffect;
}

/**
 * Estimates how many values with the same standard deviation detect the smallest effect of interest
 * with a power of 0.8.
 *
 * The detectable effect is proportional to the standard error, sqrt(1/n + overlap). The quantiles
 * of Student's t are assumed to be constant, so the number is slightly too large.
 *
 * @param claim The claim.
 * @returns The number of values, rounded up; `Infinity` if no number suffices because the splits
 * overlap; `null` if there are too few values for an estimate.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seedsForSmallestEffect } from "./power.ts";
 *
 * const claim = {
 *   statistic: "mean",
 *   detectable: 0.2,
 *   predicts: { relation: "above", value: 0, smallestEffect: 0.1, reason: "a convention" },
 *   estimate: { value: 0, low: -0.1, high: 0.1, n: 10, confidence: 0.95, method: "mean" },
 * } as const;
 * assertEquals(seedsForSmallestEffect(claim), 40); // Half the standard error: four times the values.
 * ```
 */
export function seedsForSmallestEffect(
  { detectable, estimate, overlap = 0, predicts, statistic }: Measured,
): number | null {
  if (detectable === null) return null;
  const size = (effect: number) => statistic === "geometric-mean" ? Math.log1p(effect) : effect;
  const reduction = size(predicts.smallestEffect) / size(detectable);
  const share = (1 / estimate.n + overlap) * reduction ** 2 - overlap;
  return share > 0 ? Math.ceil(1 / share - 1e-9) : Infinity;
}
