import { bootstrapInterval } from "../../statistics/bootstrap.ts";
import { estimate, proportionEstimate } from "../../statistics/estimate.ts";
import type { Random } from "../../core/random.ts";
import {
  BOOTSTRAP_SIZES,
  type Context,
  EFFECTS,
  SHARES,
  type Shares,
  SIZES,
} from "./parameters.ts";

/** The ends of an interval. */
interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The methods of intervals, as parts of keys: of a mean, of a mean of logarithms, and by bootstrap.
 */
export type Method = "t" | "log" | "bca";

/** Returns the key of the coverage of a mean or a geometric mean. */
export function coverageKey(method: Method, population: Population, n: number): string {
  return `${method}-${population.id}-${n}`;
}

/** Returns the key of the coverage of a share. */
export function shareKey(share: number, n: number): string {
  return `share-${share}-${n}`;
}

/** Returns the key of the power at a distance from the prediction's value. */
export function powerKey(effect: number, n: number): string {
  return `power-${effect}-${n}`;
}

/**
 * Simulates experiments with a known truth, and counts the intervals that contain it.
 *
 * @param context The run.
 * @param seed Draws the values.
 * @returns The share of intervals that contain the true value, by method, population and number of
 * values; and the share of intervals above the prediction's value, by effect.
 */
export function simulateIntervals(context: Context, seed: number): Shares {
  const { draws, bootstrapDraws } = context.parameters;
  const found: Record<string, number> = {};
  for (const n of SIZES) {
    for (const population of populations) {
      const random = context.random(seed, population.id, n);
      const samples = Array.from({ length: draws }, () => sample(population, n, random));
      const key = (method: Method) => coverageKey(method, population, n);
      const means = samples.map((values) => estimate(values));
      found[key("t")] = shareHolding(means, population.mean);
      if (population.id === "normal") Object.assign(found, power(means, n));
      const { geometricMean } = population;
      if (geometricMean !== null) {
        const options = { statistic: "geometric-mean" } as const;
        const ratios = samples.map((values) => estimate(values, options));
        found[key("log")] = shareHolding(ratios, geometricMean);
      }
    }
    for (const share of SHARES) {
      const random = context.random(seed, "share", share, n);
      const counts = Array.from({ length: draws }, () => successes(share, n, random));
      found[shareKey(share, n)] = shareHolding(
        counts.map((one) => proportionEstimate(one, n)),
        share,
      );
    }
  }
  for (const n of BOOTSTRAP_SIZES) {
    for (const population of populations) {
      const random = context.random(seed, "bootstrap", population.id, n);
      const { resamples } = context.parameters;
      const intervals = Array.from({ length: bootstrapDraws }, () => {
        return bootstrapInterval(sample(population, n, random), { random, resamples });
      });
      found[coverageKey("bca", population, n)] = shareHolding(intervals, population.mean);
    }
  }
  return found;
}

function sample(population: Population, n: number, random: Random): number[] {
  return Array.from({ length: n }, () => population.draw(random));
}

/** Draws the number of successes among n trials. */
function successes(share: number, n: number, random: Random): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (random.uniform() < share) count++;
  return count;
}

/** Computes the share of intervals that contain the truth. */
function shareHolding(intervals: readonly Interval[], truth: number): number {
  return shareOf(intervals, (low, high) => low <= truth && truth <= high);
}

/**
 * Computes for each effect how often the interval of a mean that is higher by this effect lies
 * above 0.
 */
function power(intervals: readonly Interval[], n: number): Shares {
  return Object.fromEntries(
    EFFECTS.map((effect) => [powerKey(effect, n), shareOf(intervals, (low) => low + effect > 0)]),
  );
}

/** Computes the share of intervals with a property. */
function shareOf(
  intervals: readonly Interval[],
  holds: (low: number, high: number) => boolean,
): number {
  const held = intervals.filter(({ low, high }) =>
    low !== null && high !== null && holds(low, high)
  );
  return held.length / intervals.length;
}

/** A distribution whose mean and geometric mean are known. */
export interface Population {
  /** The name on pages. */
  readonly name: string;
  /** The name in ids. */
  readonly id: string;
  /** Draws a value. */
  draw(random: Random): number;
  /** The mean of the distribution. */
  readonly mean: number;
  /** The geometric mean of the distribution; `null` if values can be 0 or negative. */
  readonly geometricMean: number | null;
}

/** The standard deviation of the logarithm of a lognormal value: a skewness of 1.75. */
const SIGMA = 0.5;

/** The Euler-Mascheroni constant: minus the mean logarithm of an exponential value. */
const EULER = 0.5772156649015329;

/** Symmetric, moderately skewed and strongly skewed values. */
export const populations: readonly Population[] = [
  {
    name: "normal",
    id: "normal",
    draw: (random) => random.normal(),
    mean: 0,
    geometricMean: null,
  },
  {
    name: "lognormal, σ = 0.5",
    id: "lognormal",
    draw: (random) => Math.exp(random.normal(0, SIGMA)),
    mean: Math.exp(SIGMA ** 2 / 2),
    geometricMean: 1,
  },
  {
    name: "exponential",
    id: "exponential",
    draw: (random) => -Math.log1p(-random.uniform()),
    mean: 1,
    geometricMean: Math.exp(-EULER),
  },
];
