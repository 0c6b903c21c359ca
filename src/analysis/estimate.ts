import { checkRandom } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Estimate } from "../core/result.ts";
import { positiveInteger } from "../core/shapes.ts";
import {
  type BootstrapMethod,
  checkConfidence,
  checkInterval,
  intervalFrom,
  MOST_DRAWS,
} from "./bootstrap.ts";
import { normalQuantile } from "./normal.ts";
import {
  checkDraws,
  checkStatisticName,
  drawPlaces,
  statisticFunction,
  type StatisticName,
} from "./resample.ts";
import { assertValues } from "./statistics.ts";

/**
 * The fewest seeds that an interval may rest on: at least 5 (Reimers & Gurevych, 2017; Agarwal et
 * al., 2021). Results with fewer have a value and no interval, and decide no claim.
 */
export const MINIMUM_SEEDS = 5;

/** What {@link estimate} and {@link curveInterval} need. */
export interface EstimateOptions {
  /** Draws the resamples. */
  readonly random: Random;
  /** By default the mean. */
  readonly statistic?: StatisticName;
  /** What the interval would cover, above 0 and below 1; by default 0.95. */
  readonly confidence?: number;
  /**
   * By default 10000 for an estimate and 2000 for each point of a curve; at most 10 million. Seeds
   * times resamples may be 10^9 for an estimate and 10^8, the same for all points, for a curve.
   */
  readonly resamples?: number;
  /** By default `"bca"`, and `"percentile"` for the median. */
  readonly method?: BootstrapMethod;
}

const names: OptionNames<EstimateOptions> = {
  random: true,
  statistic: true,
  confidence: true,
  resamples: true,
  method: true,
};

/** The most seeds times resamples of a curve, whose draws are kept for all points: 400 MB. */
const MOST_CURVE_DRAWS = 1e8;

/**
 * A number over seeds with its bootstrap interval; without one below {@link MINIMUM_SEEDS}.
 *
 * @param values A number for each seed.
 * @param options Where resamples come from, and what is computed of them.
 * @returns The estimate.
 * @throws {InputError} If there is no value, one is not finite, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { estimate } from "./estimate.ts";
 *
 * const found = estimate([0.9, 1.1, 1.0, 1.2, 0.8], { random: new Random(1) });
 * assert(found.value === 1 && found.n === 5);
 * assert(found.method === "mean, BCa bootstrap, 10000 resamples");
 * ```
 */
export function estimate(values: readonly number[], options: EstimateOptions): Estimate {
  checkOptions("estimate", options, names);
  const { random, confidence = 0.95, resamples = 10_000 } = options;
  assertValues(values);
  checkRandom("random", random);
  checkInterval(options);
  const statistic = checkStatisticName(options.statistic ?? "mean");
  const n = values.length;
  const value = statisticFunction(statistic)(values);
  const name = statistic.replace("-", " ");
  if (n < MINIMUM_SEEDS) {
    const method = `${name}, no interval below ${MINIMUM_SEEDS} seeds`;
    return { value, low: null, high: null, n, confidence, method };
  }
  checkDraws(n, resamples, MOST_DRAWS);
  const interval = intervalFrom(values, drawPlaces(n, resamples, random), options);
  const kind = { bca: "BCa", percentile: "percentile" }[interval.method];
  const method = `${name}, ${kind} bootstrap, ${resamples} resamples`;
  return { value, low: interval.low, high: interval.high, n, confidence, method };
}

/**
 * A share of seeds with its Wilson score interval, which stays wide where all seeds agree; without
 * one below {@link MINIMUM_SEEDS}.
 *
 * Source: Wilson (1927).
 *
 * @param count How many seeds have it.
 * @param n How many seeds there are.
 * @param confidence What the interval would cover, above 0 and below 1.
 * @returns The estimate. Its interval always holds the share: it begins at exactly 0 if no seed has
 * it and ends at exactly 1 if all have it.
 * @throws {InputError} If there is no seed, more have it than there are, or the confidence is out of
 * range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { shareEstimate } from "./estimate.ts";
 *
 * const { value, low, high } = shareEstimate(10, 10);
 * assert(value === 1 && Number(low) < 0.75 && high === 1);
 * ```
 */
export function shareEstimate(count: number, n: number, confidence = 0.95): Estimate {
  positiveInteger("n", n);
  if (!Number.isInteger(count) || count < 0 || count > n) {
    throw new InputError("count", `an integer from 0 to ${n}`, count);
  }
  checkConfidence(confidence);
  const value = count / n;
  if (n < MINIMUM_SEEDS) {
    const method = `share, no interval below ${MINIMUM_SEEDS} seeds`;
    return { value, low: null, high: null, n, confidence, method };
  }
  const upper = (1 + confidence) / 2;
  const z = upper < 1 ? normalQuantile(upper) : -normalQuantile((1 - confidence) / 2);
  const middle = (value + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = z / (1 + z ** 2 / n) * Math.sqrt(value * (1 - value) / n + (z / (2 * n)) ** 2);
  // Exact where the formula gives 0 or 1, on either side of which rounding may put it.
  const low = count === 0 ? 0 : Math.max(0, middle - half);
  const high = count === n ? 1 : Math.min(1, middle + half);
  return { value, low, high, n, confidence, method: "share, Wilson score interval" };
}

/** One point of a curve over seeds. */
export interface CurvePoint {
  /** The statistic over seeds. */
  readonly value: number;
  /** Ends of the pointwise interval; `null` below {@link MINIMUM_SEEDS}. */
  readonly low: number | null;
  /** The upper end; `null` where there is no lower one. */
  readonly high: number | null;
}

/**
 * A curve over seeds with its bootstrap interval point by point: each interval covers its own point
 * with the stated confidence, not the whole curve at once. Every point is resampled by the same
 * seeds, so neighbouring points have intervals that move together.
 *
 * @param curves Of shape [seed][point], all of equal length.
 * @param options Where resamples come from, and what is computed of them.
 * @returns Of shape [point].
 * @throws {InputError} If there is no curve, they differ in length, a value is not finite, or an
 * option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { curveInterval } from "./estimate.ts";
 *
 * const losses = [[2, 1], [2.2, 1.1], [1.9, 0.8], [2.1, 0.9], [1.8, 1.2]];
 * const [first, last] = curveInterval(losses, { random: new Random(1) });
 * assert(first?.value === 2 && last?.value === 1);
 * ```
 */
export function curveInterval(
  curves: readonly (readonly number[])[],
  options: EstimateOptions,
): CurvePoint[] {
  checkOptions("curveInterval", options, names);
  const { random, resamples = 2000 } = options;
  checkRandom("random", random);
  checkInterval(options);
  checkArray("curves", curves, "an array of a curve for each seed");
  const n = curves.length;
  const points = curves[0]?.length ?? 0;
  if (n === 0) throw new InputError("curves", "at least 1 curve", n);
  for (const [seed, curve] of curves.entries()) {
    checkArray(`curves[${seed}]`, curve, "an array of a number for each point");
    if (curve.length === points) continue;
    throw new InputError(`curves[${seed}]`, `of ${points} points as the first`, curve.length);
  }
  const compute = statisticFunction(checkStatisticName(options.statistic ?? "mean"));
  checkDraws(n, resamples, MOST_CURVE_DRAWS);
  const places = n < MINIMUM_SEEDS ? null : [...drawPlaces(n, resamples, random)];
  return Array.from({ length: points }, (_, point) => {
    const values = curves.map((curve) => curve[point] ?? NaN);
    const value = compute(values);
    if (!places) return { value, low: null, high: null };
    const { low, high } = intervalFrom(values, places, options);
    return { value, low, high };
  });
}
