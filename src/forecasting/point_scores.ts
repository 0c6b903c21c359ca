import { checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { checkObject } from "./checks.ts";

/**
 * Computes the mean absolute error. Pairs whose actual value is missing (`NaN`) are left out, as in
 * all scores of this file.
 *
 * @param actual The actual values.
 * @param forecast The forecasts of them.
 * @returns The error, in the unit of the series.
 * @throws {InputError} If the lengths differ, there is no actual value, or a forecast or an actual
 * value is infinite, or a forecast is missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meanAbsoluteError } from "./point_scores.ts";
 *
 * assertEquals(meanAbsoluteError([1, 2, NaN], [2, 4, 3]), 1.5);
 * ```
 */
export function meanAbsoluteError(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  return meanOf(pairsOf(actual, forecast), ([y, f]) => Math.abs(y - f));
}

/**
 * Computes the root of the mean squared error.
 *
 * @param actual The actual values.
 * @param forecast The forecasts of them.
 * @returns The error, in the unit of the series.
 * @throws {InputError} As {@link meanAbsoluteError} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rootMeanSquaredError } from "./point_scores.ts";
 *
 * assertEquals(rootMeanSquaredError([0, 0], [1, 7]), 5);
 * ```
 */
export function rootMeanSquaredError(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
): number {
  return Math.sqrt(meanOf(pairsOf(actual, forecast), ([y, f]) => (y - f) ** 2));
}

/**
 * Computes the symmetric mean absolute percentage error as the M4 competition defines it: the mean of
 * 200 |y - f| / (|y| + |f|), from 0 to 200. A pair of zeros counts as 0.
 *
 * @param actual The actual values.
 * @param forecast The forecasts of them.
 * @returns The error in percent.
 * @throws {InputError} As {@link meanAbsoluteError} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { symmetricMape } from "./point_scores.ts";
 *
 * assertEquals(symmetricMape([100, 50], [300, 50]), 50); // 100 % and 0 %
 * ```
 */
export function symmetricMape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  return meanOf(pairsOf(actual, forecast), ([y, f]) => {
    return y === f ? 0 : 200 * Math.abs(y - f) / (Math.abs(y) + Math.abs(f));
  });
}

/**
 * Computes the scale of MASE: the mean absolute error of the seasonal naive method in a training
 * window (Hyndman & Koehler, 2006, doi:10.1016/j.ijforecast.2006.03.001). Differences with a missing
 * value are left out.
 *
 * @param training The window.
 * @param season The length of the season in steps; 1 for the naive method.
 * @returns The scale; 0 if the window repeats exactly with the season.
 * @throws {InputError} If no two values that are a season apart are known, or `season` is not a
 * positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seasonalNaiveScale } from "./point_scores.ts";
 *
 * assertEquals(seasonalNaiveScale([1, 5, 2, 8], 2), 2); // (1 + 3) / 2
 * ```
 */
export function seasonalNaiveScale(training: ArrayLike<number>, season: number): number {
  checkNumbers("training", training);
  positiveInteger("season", season);
  const values = Float64Array.from(training);
  const changes = values.subarray(season).map((value, i) => Math.abs(value - (values[i] ?? NaN)))
    .filter((change) => !Number.isNaN(change));
  if (changes.length > 0) return changes.reduce((sum, one) => sum + one, 0) / changes.length;
  const wanted = `a window with two known values at a distance of ${season}`;
  throw new InputError("training", wanted, values.length);
}

/**
 * Computes the mean absolute scaled error (Hyndman & Koehler, 2006,
 * doi:10.1016/j.ijforecast.2006.03.001).
 *
 * @param actual The actual values.
 * @param forecast The forecasts of them.
 * @param scale The scale, of {@link seasonalNaiveScale} of the training window of these forecasts.
 * @returns The error; 1 is that of the seasonal naive method in the training window.
 * @throws {InputError} If `scale` is not finite and above 0, or as {@link meanAbsoluteError} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meanAbsoluteScaledError } from "./point_scores.ts";
 *
 * assertEquals(meanAbsoluteScaledError([3, 7], [2, 4], 4), 0.5);
 * ```
 */
export function meanAbsoluteScaledError(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  scale: number,
): number {
  checkNumber("scale", scale, "finite and above 0", (value) => value > 0 && value < Infinity);
  return meanAbsoluteError(actual, forecast) / scale;
}

/** The two errors of which {@link overallWeightedAverage} is made. */
export interface RelativeScores {
  /** The symmetric mean absolute percentage error, in percent. */
  readonly smape: number;
  /** The mean absolute scaled error. */
  readonly mase: number;
}

/**
 * Computes the overall weighted average of the M4 competition: the mean of the sMAPE and the MASE,
 * each divided by that of Naive2 (Makridakis, Spiliotis & Assimakopoulos, 2020,
 * doi:10.1016/j.ijforecast.2019.04.014). Both are means over all forecasts before the division.
 *
 * @param scores The errors of a method.
 * @param naive2 The errors of Naive2 on the same forecasts.
 * @returns The average; below 1 the method is better than Naive2.
 * @throws {InputError} If an error is negative or not finite, or one of Naive2 is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { overallWeightedAverage } from "./point_scores.ts";
 *
 * assertEquals(overallWeightedAverage({ smape: 6, mase: 1 }, { smape: 12, mase: 1 }), 0.75);
 * ```
 */
export function overallWeightedAverage(scores: RelativeScores, naive2: RelativeScores): number {
  checkObject("scores", scores, "an object with smape and mase");
  checkObject("naive2", naive2, "an object with smape and mase");
  for (const name of ["smape", "mase"] as const) {
    const isFinite = (value: number) => value >= 0 && value < Infinity;
    checkNumber(`${name} of scores`, scores[name], "finite and at least 0", isFinite);
    checkNumber(`${name} of naive2`, naive2[name], "finite and above 0", (value) => {
      return value > 0 && value < Infinity;
    });
  }
  return (scores.smape / naive2.smape + scores.mase / naive2.mase) / 2;
}

/**
 * Computes the pinball loss, or quantile loss, at a level (Koenker & Bassett, 1978,
 * doi:10.2307/1913643): the mean of `level (y - q)` if y is above q, and of `(1 - level) (q - y)`
 * otherwise.
 *
 * @param actual The actual values.
 * @param quantiles The forecasts of the quantile.
 * @param level The level in (0, 1).
 * @returns The loss, in the unit of the series.
 * @throws {InputError} If `level` is not in (0, 1), or as {@link meanAbsoluteError} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pinballLoss } from "./point_scores.ts";
 *
 * assertEquals(pinballLoss([4, 0], [0, 4], 0.75), 2); // (0.75 * 4 + 0.25 * 4) / 2
 * ```
 */
export function pinballLoss(
  actual: ArrayLike<number>,
  quantiles: ArrayLike<number>,
  level: number,
): number {
  checkNumber("level", level, "in (0, 1)", (value) => value > 0 && value < 1);
  return meanOf(pairsOf(actual, quantiles), ([y, q]) => {
    return y > q ? level * (y - q) : (1 - level) * (q - y);
  });
}

/** The pairs of an actual value and its forecast whose actual value is known. */
function pairsOf(actual: ArrayLike<number>, forecast: ArrayLike<number>): [number, number][] {
  checkNumbers("actual", actual);
  checkNumbers("forecast", forecast);
  if (actual.length !== forecast.length) {
    throw new InputError("forecast", `of ${actual.length} values, as actual`, forecast.length);
  }
  const pairs: [number, number][] = [];
  for (let i = 0; i < actual.length; i++) {
    const [y, f] = [actual[i] ?? NaN, forecast[i] ?? NaN];
    if (!Number.isFinite(f)) throw new InputError(`forecast[${i}]`, "a finite number", f);
    if (Number.isNaN(y)) continue;
    if (!Number.isFinite(y)) throw new InputError(`actual[${i}]`, "finite, or NaN", y);
    pairs.push([y, f]);
  }
  if (pairs.length === 0) throw new InputError("actual", "values of which one is known", "none");
  return pairs;
}

function meanOf(
  pairs: readonly [number, number][],
  loss: (pair: [number, number]) => number,
): number {
  return pairs.reduce((sum, pair) => sum + loss(pair), 0) / pairs.length;
}
