import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

const count = () => z.int().min(1).max(1_000_000);

/** The parameters of `interval-coverage`. */
export const parameters = {
  draws: count().default(400).describe("simulated experiments of each kind and seed"),
  bootstrapDraws: count().default(20)
    .describe("simulated experiments of each kind and seed for bootstrap intervals"),
  resamples: z.int().min(100).max(100_000).default(400)
    .describe("resamples of a bootstrap interval"),
  families: count().default(20).describe("simulated families of claims of each kind and seed"),
};

/** The context of `interval-coverage`. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/**
 * The numbers of values whose intervals are simulated. The first is the smallest for which an
 * interval exists.
 */
export const SIZES = [10, 20, 30] as const;

/** The numbers of values for bootstrap intervals, which take longer. */
export const BOOTSTRAP_SIZES = [10, 30] as const;

/** Distances from the prediction's value, in standard deviations, whose detection is simulated. */
export const EFFECTS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5] as const;

/** Shares of seeds whose intervals are simulated. */
export const SHARES = [0.5, 0.8, 0.95] as const;

/** The values of all seeds under a key, each a share from 0 to 1. */
export type Shares = Readonly<Record<string, number>>;

/**
 * Returns the share under a key in each seed.
 *
 * @param seeds The simulated shares of each seed.
 * @param key The key.
 */
export function bySeed(seeds: readonly Shares[], key: string): number[] {
  return seeds.map((shares) => shares[key] ?? NaN);
}
