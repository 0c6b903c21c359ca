import { positiveInteger } from "../core/shapes.ts";
import { trainingValues } from "./forecaster.ts";
import { seasonalDecomposition } from "./seasonal_decomposition.ts";

/** The 5 % critical value of {@link kpss}, of Kwiatkowski et al. (1992), table 1. */
const CRITICAL = 0.463;
/** The strength of a season from which it is removed by a difference, as in `forecast` of R. */
const STRONG_SEASON = 0.64;

/**
 * Computes the KPSS statistic for stationarity around a level. It is large if the series has a unit
 * root; its 5 % critical value is 0.463. A constant series has the statistic 0.
 *
 * Source: Kwiatkowski, Phillips, Schmidt & Shin (1992), doi:10.1016/0304-4076(92)90104-Y.
 *
 * @param values At least 2 values [step].
 * @param lags The number of lags of the variance estimate, with Bartlett weights; by default
 * `trunc(3 sqrt(n) / 13)`, as in `auto.arima` of R.
 * @returns The statistic.
 * @throws {InputError} If there are fewer than 2 values, or a value is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { kpss } from "./choose_differences.ts";
 *
 * assert(kpss(Array.from({ length: 50 }, (_, i) => i * i % 11)) < 0.463);
 * assert(kpss(Array.from({ length: 50 }, (_, i) => i)) > 0.463);
 * ```
 */
export function kpss(values: ArrayLike<number>, lags?: number): number {
  const y = trainingValues(values, { minimum: 2 });
  const n = y.length;
  const most = lags ?? Math.trunc(3 * Math.sqrt(n) / 13);
  const center = y.reduce((sum, value) => sum + value, 0) / n;
  const errors = y.map((value) => value - center);
  let partial = 0;
  const squares = errors.reduce((sum, error) => sum + (partial += error) ** 2, 0);
  let variance = 0;
  for (let lag = 0; lag <= most; lag++) {
    const product = errors.slice(lag).reduce(
      (sum, error, t) => sum + error * (errors[t] ?? NaN),
      0,
    );
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (most + 1))) * product / n;
  }
  return variance > 0 ? squares / (n * n * variance) : 0;
}

/**
 * Chooses the numbers of differences: one seasonal difference if the season is strong, and then
 * differences until KPSS does not reject stationarity at 5 %, two at most.
 *
 * Source: Hyndman & Athanasopoulos (2021), sections 4.3 and 9.1; Hyndman & Khandakar (2008),
 * doi:10.18637/jss.v027.i03.
 *
 * @param values The series [step], without missing values.
 * @param season The number of steps of a season.
 * @returns The number of differences and of seasonal differences.
 * @throws {InputError} If there are fewer than 2 values, a value is not finite, or `season` is not a
 * positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chooseDifferences } from "./choose_differences.ts";
 *
 * const quarters = Array.from({ length: 40 }, (_, t) => [3, -1, -4, 2][t % 4] ?? 0);
 * assertEquals(chooseDifferences(quarters, 4), { differences: 0, seasonalDifferences: 1 });
 * ```
 */
export function chooseDifferences(
  values: ArrayLike<number>,
  season: number,
): { differences: number; seasonalDifferences: number } {
  positiveInteger("season", season);
  const y = trainingValues(values, { minimum: 2 });
  const seasonal = season > 1 && y.length > 3 * season &&
    seasonalStrength(y, season) > STRONG_SEASON;
  let series = seasonal ? differenced(y, season) : y;
  let differences = 0;
  while (differences < 2 && series.length > 10 && kpss(series) > CRITICAL) {
    series = differenced(series, 1);
    differences++;
  }
  return { differences, seasonalDifferences: seasonal ? 1 : 0 };
}

/** The share of the variance of season and remainder that is not the remainder's (section 4.3). */
function seasonalStrength(values: Float64Array, season: number): number {
  const { seasonal, remainder } = seasonalDecomposition(values, { season });
  const both = remainder.map((value, t) => value + (seasonal[t % season] ?? NaN));
  const whole = variance(both);
  return whole > 0 ? Math.max(0, 1 - variance(remainder) / whole) : 0;
}

/** The variance of the values that are not missing. */
function variance(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const center = known.reduce((sum, value) => sum + value, 0) / known.length;
  return known.reduce((sum, value) => sum + (value - center) ** 2, 0) / known.length;
}

function differenced(values: Float64Array, lag: number): Float64Array {
  return values.slice(lag).map((value, t) => value - (values[t] ?? NaN));
}
