import { checkArray, checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { checkObject } from "./checks.ts";
import {
  betaQuantile,
  betaTailQuantile,
  studentTailQuantile,
} from "../statistics/distributions.ts";

/** Interval forecasts of several origins, with the actual values. */
export interface IntervalForecasts {
  /** The actual values [origin][horizon]; `NaN` if one is missing. */
  readonly actual: readonly ArrayLike<number>[];
  /** The lower ends [origin][horizon]; `-Infinity` for an interval without one. */
  readonly low: readonly ArrayLike<number>[];
  /** The upper ends [origin][horizon]; `Infinity` for an interval without one. */
  readonly high: readonly ArrayLike<number>[];
}

/** Options of {@link intervalCoverage}. */
export interface IntervalCoverageOptions {
  /** The distance of two origins; by default the horizon. */
  readonly step?: number;
  /** The confidence of the interval of the coverage, in (0, 1); 0.95 by default. */
  readonly confidence?: number;
}

const names: OptionNames<IntervalCoverageOptions> = { step: true, confidence: true };

/** The share of actual values within their intervals. */
export interface Coverage {
  /** The number of steps ahead, from 1; `null` for all of them together. */
  readonly horizon: number | null;
  /** The share, from 0 to 1. */
  readonly value: number;
  /** The lower end of the interval of the share; `null` if there are fewer than 2 blocks. */
  readonly low: number | null;
  /** The upper end. */
  readonly high: number | null;
  /** The mean width of the forecast intervals, in the unit of the series. */
  readonly width: number;
  /** The number of forecasts. */
  readonly n: number;
  /** The number of independent forecasts that would give an interval as wide. */
  readonly effective: number;
}

/**
 * Measures how often intervals contain the actual value, for each number of steps ahead and for all
 * together.
 *
 * The forecasts of one origin miss together, and so do those of origins whose horizons overlap, so
 * the interval of Clopper & Pearson (1934, doi:10.1093/biomet/26.4.404) would be too narrow. It is
 * computed with the effective number of forecasts instead (Korn & Graubard, 1998, Survey Methodology
 * 24, 193-201): the number of independent ones whose share has the same variance. This variance is
 * estimated from the misses of each origin as a whole, with Bartlett weights for the autocovariances
 * of origins whose horizons overlap (Newey & West, 1987, doi:10.2307/1913610), and the number is
 * reduced by the ratio of squared Student quantiles for the few blocks that the estimate is made of.
 * It is at least the number of blocks before this reduction, and is that number if all intervals or
 * none contain the value. A bootstrap of blocks would give such a case an interval of width 0.
 *
 * @param forecasts The intervals and the actual values.
 * @param options The distance of the origins, and the confidence.
 * @returns The coverage at each step ahead, and last that of all.
 * @throws {InputError} If the shapes differ, an interval has its ends out of order, no actual value at
 * a step is known, or an option is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { intervalCoverage } from "./coverage.ts";
 *
 * const rows = intervalCoverage({
 *   actual: [[1, 2], [3, 4]],
 *   low: [[0, 0], [0, 0]],
 *   high: [[2, 3], [2, 9]],
 * });
 * assertEquals(rows.map(({ horizon, value }) => [horizon, value]), [[1, 0.5], [2, 1], [null, 0.75]]);
 * ```
 */
export function intervalCoverage(
  forecasts: IntervalForecasts,
  options: IntervalCoverageOptions = {},
): Coverage[] {
  checkOptions("intervalCoverage", options, names);
  const horizon = checkIntervals(forecasts);
  const { step = horizon, confidence = 0.95 } = options;
  positiveInteger("step", step);
  checkNumber("confidence", confidence, "in (0, 1)", (value) => value > 0 && value < 1);
  const steps = Array.from({ length: horizon }, (_, i) => i);
  return [...steps.map((one) => [one]), steps].map((some) => {
    const reach = Math.max(...some) + 1;
    const row = coverageAt(forecasts, some, Math.ceil(reach / step), confidence);
    return { horizon: some.length === 1 && horizon > 1 ? reach : null, ...row };
  }).slice(horizon === 1 ? 1 : 0);
}

/** Measures the coverage of some steps ahead; the horizons of `overlap` origins overlap. */
function coverageAt(
  { actual, low, high }: IntervalForecasts,
  steps: readonly number[],
  overlap: number,
  confidence: number,
): Omit<Coverage, "horizon"> {
  const hits: number[][] = [];
  let width = 0;
  let n = 0;
  for (let o = 0; o < actual.length; o++) {
    hits[o] = [];
    for (const h of steps) {
      const [y, from, to] = [actual[o]?.[h] ?? NaN, low[o]?.[h] ?? NaN, high[o]?.[h] ?? NaN];
      if (Number.isNaN(y)) continue;
      hits[o]?.push(from <= y && y <= to ? 1 : 0);
      width += to - from;
      n++;
    }
  }
  if (n === 0) throw new InputError("actual", "values of which one is known at each step", "none");
  const value = hits.flat().reduce((sum, hit) => sum + hit, 0) / n;
  const known = hits.filter((origin) => origin.length > 0);
  const blocks = Math.max(1, known.length / overlap);
  const effective = effectiveNumber(known, value, n, overlap, blocks, (1 - confidence) / 2);
  const found = { value, width: width / n, n, effective };
  return { ...found, ...interval(value, effective, blocks, (1 - confidence) / 2) };
}

/** The number of independent forecasts whose share has the same variance. */
function effectiveNumber(
  hits: readonly (readonly number[])[],
  share: number,
  n: number,
  overlap: number,
  blocks: number,
  tail: number,
): number {
  if (blocks < 2) return blocks;
  // The reduction for a variance that is estimated from few blocks.
  const reduction =
    (studentTailQuantile(tail, Math.max(1, n - 1)) / studentTailQuantile(tail, blocks - 1)) ** 2;
  if (share === 0 || share === 1) return blocks;
  const sums = hits.map((origin) => origin.reduce((sum, hit) => sum + hit - share, 0));
  let variance = 0;
  for (let lag = 0; lag < overlap; lag++) {
    const products = sums.slice(lag).map((sum, i) => sum * (sums[i] ?? 0));
    const weight = (lag === 0 ? 1 : 2) * (1 - lag / overlap);
    variance += weight * products.reduce((sum, product) => sum + product, 0);
  }
  variance *= blocks / (blocks - 1) / n ** 2;
  const equal = variance > 0 ? share * (1 - share) / variance : n;
  return Math.max(1, Math.min(n, Math.max(blocks, equal)) * reduction);
}

/** The interval of Clopper & Pearson for a number of forecasts that need not be an integer. */
function interval(
  share: number,
  n: number,
  blocks: number,
  tail: number,
): { low: number | null; high: number | null } {
  if (blocks < 2) return { low: null, high: null };
  const hits = share * n;
  return {
    low: share === 0 ? 0 : betaQuantile(tail, hits, n - hits + 1),
    high: share === 1 ? 1 : betaTailQuantile(tail, hits + 1, n - hits),
  };
}

/**
 * Checks the shapes and the order of interval forecasts.
 *
 * @param forecasts The intervals and the actual values.
 * @returns The horizon.
 * @throws {InputError} If the shapes differ, there are no origins or no steps, or the ends of an
 * interval are out of order.
 */
export function checkIntervals(forecasts: IntervalForecasts): number {
  checkObject("interval forecasts", forecasts, "an object with actual, low and high");
  const { actual, low, high } = forecasts;
  const lists = { actual, low, high };
  for (const [name, list] of Object.entries(lists)) {
    checkArray(name, list, "an array [origin][horizon]");
    if (list.length === 0 || list.length !== actual.length) {
      throw new InputError(name, `of ${actual.length || "some"} origins`, list.length);
    }
  }
  const horizon = actual[0]?.length ?? 0;
  positiveInteger("horizon", horizon);
  actual.forEach((_, o) => {
    for (const [name, list] of Object.entries(lists)) {
      checkNumbers(`${name}[${o}]`, list[o]);
      if (list[o]?.length === horizon) continue;
      throw new InputError(`${name}[${o}]`, `of ${horizon} values`, list[o]?.length);
    }
    for (let h = 0; h < horizon; h++) {
      const [from, to] = [low[o]?.[h] ?? NaN, high[o]?.[h] ?? NaN];
      if (from <= to) continue;
      throw new InputError(`low and high [${o}][${h}]`, "in order", [from, to]);
    }
  });
  return horizon;
}
