import { positiveInteger } from "../core/shapes.ts";
import { checkFitOptions, type ForecastFamily, trainingValues } from "./forecaster.ts";
import { autocorrelations } from "./residual_tests.ts";
import { seasonalDecomposition } from "./seasonal_decomposition.ts";

/**
 * Decides whether a series is seasonal as the M4 competition does (Makridakis, Spiliotis &
 * Assimakopoulos, 2020, doi:10.1016/j.ijforecast.2019.04.014): the autocorrelation at the season must
 * be beyond the 90 % limits that hold if all autocorrelations from the season on are 0.
 *
 * As in the competition's program, a series of fewer than three seasons is not seasonal, nor is one
 * whose season exceeds `10 log10(n)`, the number of lags that R computes.
 *
 * @param values The series, without missing values.
 * @param season The length of the season in steps.
 * @returns `true` if the series is seasonal.
 * @throws {InputError} If a value is not finite, or `season` is not a positive integer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isSeasonal } from "./naive2.ts";
 *
 * const wave = Array.from({ length: 36 }, (_, i) => [1, 5, 3, 9][i % 4] ?? 0);
 * assert(isSeasonal(wave, 4) && !isSeasonal(wave.slice(0, 11), 4));
 * ```
 */
export function isSeasonal(values: ArrayLike<number>, season: number): boolean {
  positiveInteger("season", season);
  const series = trainingValues(values, { minimum: 1 });
  const n = series.length;
  const isKnown = season > 1 && n >= 3 * season && season <= Math.floor(10 * Math.log10(n)) &&
    series.some((value) => value !== series[0]);
  if (!isKnown) return false;
  const found = autocorrelations(series, season);
  const earlier = found.subarray(0, season - 1).reduce((sum, value) => sum + value * value, 0);
  const limit = 1.645 * Math.sqrt((1 + 2 * earlier) / n);
  return Math.abs(found[season - 1] ?? 0) > limit;
}

/**
 * Naive2, the benchmark of the M4 competition: the naive method on the seasonally adjusted series,
 * times the seasonal components. A series is adjusted by multiplicative classical decomposition if
 * {@link isSeasonal} finds a season. It does not permit missing values, and a seasonal series must be
 * above 0.
 *
 * Source: Makridakis, Spiliotis & Assimakopoulos (2020), doi:10.1016/j.ijforecast.2019.04.014.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { naive2 } from "./naive2.ts";
 *
 * const fitted = naive2.fit([3, 1, 4, 1, 5, 9], { season: 12 });
 * assertEquals(fitted.forecast(2), new Float64Array([9, 9])); // There is less than a season.
 * ```
 */
export const naive2: ForecastFamily = {
  id: "naive2",
  title: "Naive2",
  fit(training, options) {
    checkFitOptions(options);
    const { season } = options;
    const values = trainingValues(training, { minimum: 1 });
    const seasonal = isSeasonal(values, season)
      ? seasonalDecomposition(values, { season, method: "multiplicative" }).seasonal
      : Float64Array.of(1);
    const at = (index: number) => seasonal[index % seasonal.length] ?? NaN;
    const n = values.length;
    const adjusted = (values[n - 1] ?? NaN) / at(n - 1);
    return {
      forecast(horizon) {
        positiveInteger("horizon", horizon);
        return Float64Array.from({ length: horizon }, (_, i) => adjusted * at(n + i));
      },
    };
  },
};
