import type { Random } from "../../core/random.ts";

/** A distribution whose mean and geometric mean are known. */
export interface Population {
  /** What pages call it. */
  readonly name: string;
  /** For ids. */
  readonly id: string;
  /** Draws a value. */
  draw(random: Random): number;
  /** Its mean. */
  readonly mean: number;
  /** Its geometric mean; `null` if it has values that are not positive. */
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
