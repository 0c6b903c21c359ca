import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Estimate, SeedStatistic } from "../result/result.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { checkConfidence } from "./bootstrap.ts";
import { betaQuantile, betaTailQuantile, studentTailQuantile } from "./distributions.ts";
import {
  checkOverlap,
  checkSeedValues,
  effectiveTrials,
  logRatio,
  type MeanWithError,
  meanWithError,
  MINIMUM_SEEDS,
  valueOf,
} from "./seed_statistic.ts";
import { assertValues } from "./descriptive.ts";

export { MINIMUM_SEEDS } from "./seed_statistic.ts";

/** Options for {@link estimate}. */
export interface EstimateOptions {
  /** The statistic of the values. Defaults to `"mean"`. */
  readonly statistic?: SeedStatistic;
  /** The confidence of the interval, in (0, 1). Defaults to 0.95. */
  readonly confidence?: number;
  /**
   * The size of a test set divided by that of its training set, if the values come from overlapping
   * splits of one data set. Defaults to 0.
   */
  readonly overlap?: number;
}

const names: OptionNames<EstimateOptions> = { statistic: true, confidence: true, overlap: true };

/** The names of statistics and of their intervals. */
const methods: Readonly<Record<SeedStatistic, [name: string, interval: string]>> = {
  "mean": ["mean", "Student t"],
  "geometric-mean": ["geometric mean", "Student t of logarithms"],
  "share": ["share", "Clopper-Pearson"],
};

/**
 * Estimates a statistic over seeds with its interval. There is no interval with fewer than
 * {@link MINIMUM_SEEDS} values.
 *
 * - `mean`: Student's t interval, exact for normal values. If all values are equal, both ends of
 *   the interval are this value.
 * - `geometric-mean`: Student's t interval of the logarithms, for ratios and other positive
 *   numbers.
 * - `share`: the interval of Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404, whose coverage
 *   is at least its confidence; see {@link proportionEstimate}.
 *
 * With `overlap` the variance of the mean is (1/n + overlap) s^2 instead of s^2 / n (Nadeau &
 * Bengio, 2003, doi:10.1023/A:1024068626366). For a share, n is replaced by the effective number of
 * seeds, n / (1 + n overlap) (Korn & Graubard, 1998, Survey Methodology 24, 193-201).
 *
 * @param values A number for each seed: 0 or 1 for a share, above 0 for a geometric mean.
 * @param options The statistic, the confidence and the overlap.
 * @returns The estimate. The ends of its interval are limited to the range of float64; those of a
 * geometric mean are above 0.
 * @throws {InputError} If there are no values, a value is not finite or does not suit the
 * statistic, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { estimate } from "./estimate.ts";
 *
 * const { value, low, high, method } = estimate([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
 * assert(value === 5.5 && method === "mean, Student t");
 * // SciPy: t.interval(0.95, 9, 5.5, sem(numpy.arange(1, 11)))
 * assert(Math.abs(Number(low) - 3.334149410331831) < 1e-12);
 * assert(Math.abs(Number(high) - 7.665850589668169) < 1e-12);
 * ```
 */
export function estimate(values: readonly number[], options: EstimateOptions = {}): Estimate {
  checkOptions("estimate", options, names);
  const { confidence = 0.95, overlap = 0 } = options;
  checkConfidence(confidence);
  checkOverlap(overlap);
  const statistic = checkSeedValues(values, options.statistic ?? "mean");
  const n = values.length;
  if (statistic === "share") {
    return shareWith(values.filter((value) => value === 1).length, n, confidence, overlap);
  }
  const value = valueOf(values, statistic);
  const method = methodOf(statistic, n, overlap);
  if (n < MINIMUM_SEEDS) return { value, low: null, high: null, n, confidence, method };
  const half = (1 - confidence) / 2;
  const t = remembered(`t ${half} ${n}`, () => studentTailQuantile(half, n - 1));
  const interval = statistic === "mean"
    ? intervalAround(value, t, meanWithError(values, overlap))
    : ratioInterval(value, t, meanWithError(values.map((one) => logRatio(one, value)), overlap));
  return { value, ...interval, n, confidence, method };
}

/** The value plus and minus t standard errors, limited to the range of float64. */
function intervalAround(value: number, t: number, { error, scale }: MeanWithError) {
  const [centre, half] = [value / scale, t * error];
  const low = Math.max((centre - half) * scale, -Number.MAX_VALUE);
  return { low, high: Math.min((centre + half) * scale, Number.MAX_VALUE) };
}

/** The value divided and multiplied by exp(t standard errors), limited to the range of float64. */
function ratioInterval(value: number, t: number, { error, scale }: MeanWithError) {
  const factor = Math.exp(t * error * scale);
  const low = Math.max(value / factor, Number.MIN_VALUE);
  return { low, high: Math.min(value * factor, Number.MAX_VALUE) };
}

/** The method in words, as it appears in results. */
function methodOf(statistic: SeedStatistic, n: number, overlap: number): string {
  const [name, interval] = methods[statistic];
  if (n < MINIMUM_SEEDS) return `${name}, no interval below ${MINIMUM_SEEDS} seeds`;
  const correction = overlap > 0 ? ", corrected for overlapping splits (Nadeau & Bengio)" : "";
  return `${name}, ${interval}${correction}`;
}

/**
 * Estimates a proportion of seeds with its interval by Clopper & Pearson (1934),
 * doi:10.1093/biomet/26.4.404. There is no interval with fewer than {@link MINIMUM_SEEDS} seeds.
 *
 * The interval consists of the proportions that an exact binomial test does not reject on either
 * side at a level of (1 - `confidence`) / 2. Its coverage is at least `confidence` for every
 * proportion and n, and usually larger.
 *
 * @param count The number of successes.
 * @param n The number of seeds, at most 10^8.
 * @param confidence The confidence of the interval, in (0, 1).
 * @returns The estimate. Its interval contains the proportion; it begins at exactly 0 if `count` is
 * 0 and ends at exactly 1 if `count` is `n`.
 * @throws {InputError} If `n` is not a positive integer up to 10^8, `count` is not an integer from
 * 0 to `n`, or `confidence` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { proportionEstimate } from "./estimate.ts";
 *
 * const { value, low, high } = proportionEstimate(10, 10);
 * assert(value === 1 && high === 1);
 * assert(Math.abs(Number(low) - 0.025 ** (1 / 10)) < 1e-12);
 * ```
 */
export function proportionEstimate(count: number, n: number, confidence = 0.95): Estimate {
  positiveInteger("n", n);
  checkNumber("n", n, "at most 100000000", (value) => value <= 1e8);
  if (!Number.isInteger(count) || count < 0 || count > n) {
    throw new InputError("count", `an integer from 0 to ${n}`, count);
  }
  checkConfidence(confidence);
  return shareWith(count, n, confidence, 0);
}

function shareWith(count: number, n: number, confidence: number, overlap: number): Estimate {
  const value = count / n;
  const method = methodOf("share", n, overlap);
  if (n < MINIMUM_SEEDS) return { value, low: null, high: null, n, confidence, method };
  const { successes, trials } = effectiveTrials(count, n, overlap);
  const half = (1 - confidence) / 2;
  const key = `beta ${half} ${successes} ${trials}`;
  const low = count === 0 ? 0 : remembered(`low ${key}`, () => {
    return betaQuantile(half, successes, trials - successes + 1);
  });
  const high = count === n ? 1 : remembered(`high ${key}`, () => {
    return betaTailQuantile(half, successes + 1, trials - successes);
  });
  const interval = { low: Math.min(low, value), high: Math.max(high, value) };
  return { value, ...interval, n, confidence, method };
}

/** A cache of quantiles, since all points of a curve need the same quantile. */
const quantiles = new Map<string, number>();

/** The largest size of the cache. */
const MOST_KEPT = 10_000;

function remembered(key: string, compute: () => number): number {
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  if (quantiles.size >= MOST_KEPT) quantiles.clear();
  const found = compute();
  quantiles.set(key, found);
  return found;
}

/**
 * Estimates the probability that one method has a lower loss than another on the same seed: the
 * proportion of the seeds in which the loss of the first method is lower, with the interval of
 * Clopper & Pearson. A tie counts as a win for neither method.
 *
 * Only pairs of the same seed are compared, since runs of one seed share their data: a comparison
 * of all runs of both methods would mix the variation of the data into that of the methods. The
 * interval is not a bootstrap interval, whose width would be 0 if one method won in all seeds.
 *
 * Source: Agarwal, Schwarzer, Castro, Courville & Bellemare (2021), "Deep reinforcement learning at
 * the edge of the statistical precipice", arXiv:2108.13264, section 4.3.
 *
 * @param losses The losses of the first method, one for each seed.
 * @param others The losses of the other method, in the same order of seeds.
 * @param confidence The confidence of the interval, in (0, 1).
 * @returns The estimate, as {@link proportionEstimate} returns it.
 * @throws {InputError} If there are no losses, the two lists differ in length, a loss is not
 * finite, or `confidence` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { winProbability } from "./estimate.ts";
 *
 * const lstm = [0.01, 0.02, 0.03, 0.02, 0.2, 0.01, 0.02, 0.01, 0.03, 0.02];
 * const rnn = [0.15, 0.17, 0.16, 0.18, 0.19, 0.16, 0.15, 0.18, 0.17, 0.16];
 * const { value, low } = winProbability(lstm, rnn);
 * assert(value === 0.9 && Number(low) > 0.5);
 * ```
 */
export function winProbability(
  losses: readonly number[],
  others: readonly number[],
  confidence = 0.95,
): Estimate {
  assertValues(losses, 1, "losses");
  assertValues(others, 1, "others");
  if (losses.length !== others.length) {
    throw new InputError("others", `${losses.length} numbers, one for each seed`, others.length);
  }
  const won = losses.filter((loss, seed) => loss < (others[seed] ?? NaN)).length;
  const found = proportionEstimate(won, losses.length, confidence);
  return { ...found, method: found.method.replace("share", "share of seeds won") };
}
