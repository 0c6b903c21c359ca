import { checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { chiSquareTail } from "../statistics/chi_square.ts";

/**
 * Computes the autocorrelations of a series, with the sum of squares of the whole series as the
 * denominator of every lag, as `acf` in R and statsmodels do.
 *
 * @param values The series, without missing values.
 * @param lags The largest lag, less than the length.
 * @returns The autocorrelations at the lags 1 to `lags`.
 * @throws {InputError} If a value is not finite, all values are equal, or `lags` is not an integer
 * from 1 to the length minus 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { autocorrelations } from "./residual_tests.ts";
 *
 * assertEquals([...autocorrelations([1, -1, 1, -1], 2)], [-0.75, 0.5]);
 * ```
 */
export function autocorrelations(values: ArrayLike<number>, lags: number): Float64Array {
  checkNumbers("values", values);
  positiveInteger("lags", lags);
  if (lags >= values.length) {
    throw new InputError("lags", `less than ${values.length}, the number of values`, lags);
  }
  const given = Float64Array.from(values);
  const wrong = given.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new InputError(`values[${wrong}]`, "a finite number", given[wrong]);
  if (given.every((value) => value === given[0])) {
    throw new InputError("values", "numbers that are not all equal", given[0]);
  }
  const center = sum(given) / given.length;
  const centred = given.map((value) => value - center);
  const total = sum(centred.map((value) => value * value));
  return Float64Array.from({ length: lags }, (_, i) => {
    const later = centred.subarray(i + 1);
    return sum(later.map((value, t) => value * (centred[t] ?? NaN))) / total;
  });
}

/** Options of {@link ljungBox}. */
export interface LjungBoxOptions {
  /**
   * The number of lags; by default twice the season, but at most a fifth of the residuals, and 10
   * without a season (Hyndman & Athanasopoulos, 2021, section 5.4).
   */
  readonly lags?: number;
  /** The length of the season in steps; 1 by default. */
  readonly season?: number;
  /** The number of parameters of an ARIMA model, p + q + P + Q; 0 by default. */
  readonly parameters?: number;
}

const names: OptionNames<LjungBoxOptions> = { lags: true, season: true, parameters: true };

/** The result of {@link ljungBox}. */
export interface LjungBoxTest {
  /** The number of lags. */
  readonly lags: number;
  /** The statistic Q*. */
  readonly statistic: number;
  /** The degrees of freedom: the number of lags minus the number of parameters. */
  readonly freedom: number;
  /** The probability of so large a statistic if the residuals are white noise. */
  readonly p: number;
}

/**
 * Tests whether residuals are autocorrelated (Ljung & Box, 1978, doi:10.1093/biomet/65.2.297).
 *
 * @param residuals The residuals in the order of time, without missing values.
 * @param options The lags and the parameters.
 * @returns The test. A small `p` says that the residuals still contain information.
 * @throws {InputError} If a residual is not finite, all are equal, there are too few of them for the
 * lags, or there are no more lags than parameters.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { ljungBox } from "./residual_tests.ts";
 *
 * const alternating = Array.from({ length: 40 }, (_, i) => i % 2);
 * assert(ljungBox(alternating, { lags: 5 }).p < 1e-6);
 * ```
 */
export function ljungBox(
  residuals: ArrayLike<number>,
  options: LjungBoxOptions = {},
): LjungBoxTest {
  checkOptions("ljungBox", options, names);
  checkNumbers("residuals", residuals);
  const { season = 1, parameters = 0 } = options;
  positiveInteger("season", season);
  if (!Number.isInteger(parameters) || parameters < 0) {
    throw new InputError("parameters", "an integer of at least 0", parameters);
  }
  const n = residuals.length;
  const usual = Math.min(season === 1 ? 10 : 2 * season, Math.floor(n / 5));
  const lags = options.lags ?? Math.max(1, parameters + 1, usual);
  positiveInteger("lags", lags);
  if (lags <= parameters) {
    throw new InputError("lags", `above ${parameters}, the number of parameters`, lags);
  }
  const found = autocorrelations(residuals, lags);
  const statistic = n * (n + 2) * sum(found.map((value, i) => value * value / (n - i - 1)));
  const freedom = lags - parameters;
  return { lags, statistic, freedom, p: chiSquareTail(statistic, freedom) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
