import { checkFitOptions, windowValues } from "./fit_options.ts";
import type { ForecastFamily, ForecastFitOptions } from "./forecaster.ts";
import { normalForecaster } from "./normal_forecasts.ts";

/**
 * The mean method: all forecasts are the mean of the training window. It does not permit missing
 * values.
 *
 * Source: Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd edition,
 * sections 5.2 and 5.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meanMethod } from "./naive.ts";
 *
 * const fitted = meanMethod.fit([1, 2, 6], { season: 1 });
 * assertEquals(fitted.forecast(2), new Float64Array([3, 3]));
 * ```
 */
export const meanMethod: ForecastFamily = {
  id: "mean",
  title: "mean",
  fit(training, options) {
    checkFitOptions(options);
    const values = windowValues(training, { minimum: 2 });
    const n = values.length;
    const mean = sum(values) / n;
    const deviation = Math.sqrt(sum(values.map((y) => (y - mean) ** 2)) / (n - 1));
    return normalForecaster((horizon) => ({
      mean: new Float64Array(horizon).fill(mean),
      deviation: new Float64Array(horizon).fill(deviation * Math.sqrt(1 + 1 / n)),
    }));
  },
};

/**
 * The naive method: all forecasts are the last value. It does not permit missing values.
 *
 * Source: Hyndman & Athanasopoulos (2021), sections 5.2 and 5.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { naive } from "./naive.ts";
 *
 * const fitted = naive.fit([1, 2, 6], { season: 1 });
 * assertEquals(fitted.forecast(2), new Float64Array([6, 6]));
 * ```
 */
export const naive: ForecastFamily = {
  id: "naive",
  title: "naive",
  fit: (training, options) => seasonalWalk(training, options, false, 1),
};

/**
 * The drift method: the line through the first and the last value continues. It does not permit
 * missing values.
 *
 * Source: Hyndman & Athanasopoulos (2021), sections 5.2 and 5.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drift } from "./naive.ts";
 *
 * const fitted = drift.fit([1, 2, 5], { season: 1 });
 * assertEquals(fitted.forecast(2), new Float64Array([7, 9]));
 * ```
 */
export const drift: ForecastFamily = {
  id: "drift",
  title: "drift",
  fit: (training, options) => seasonalWalk(training, options, true, 1),
};

/**
 * The seasonal naive method: each forecast is the last value of the same season. It does not permit
 * missing values.
 *
 * Source: Hyndman & Athanasopoulos (2021), sections 5.2 and 5.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seasonalNaive } from "./naive.ts";
 *
 * const fitted = seasonalNaive.fit([1, 5, 3, 6], { season: 2 });
 * assertEquals(fitted.forecast(3), new Float64Array([3, 6, 3]));
 * ```
 */
export const seasonalNaive: ForecastFamily = {
  id: "seasonal-naive",
  title: "seasonal naive",
  fit: (training, options) => seasonalWalk(training, options, false),
};

/**
 * The seasonal naive method with drift: each forecast is the last value of the same season, plus
 * the mean change over one period for each period ahead. It does not permit missing values.
 *
 * Source: Hyndman & Athanasopoulos (2021), sections 5.2 and 5.5, applied to seasonal differences.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seasonalNaiveWithDrift } from "./naive.ts";
 *
 * const fitted = seasonalNaiveWithDrift.fit([1, 5, 3, 6], { season: 2 });
 * assertEquals(fitted.forecast(3), new Float64Array([4.5, 7.5, 6])); // 1.5 more in each period
 * ```
 */
export const seasonalNaiveWithDrift: ForecastFamily = {
  id: "seasonal-naive-drift",
  title: "seasonal naive with drift",
  fit: (training, options) => seasonalWalk(training, options, true),
};

/**
 * Fits y[t] = y[t - season] + drift + e[t]. The variance of a forecast k periods ahead is
 * `variance * (k + k^2 / n)`, where n is the number of differences and the second term is the
 * variance of the estimated drift; without drift it is `variance * k`.
 */
function seasonalWalk(
  training: ArrayLike<number>,
  options: ForecastFitOptions,
  withDrift: boolean,
  lag?: number,
) {
  const { season: period } = checkFitOptions(options);
  const season = lag ?? period;
  const estimated = withDrift ? 1 : 0;
  const values = windowValues(training, { minimum: season + estimated + 1 });
  const differences = values.slice(season).map((y, i) => y - (values[i] ?? NaN));
  const n = differences.length;
  const change = withDrift ? sum(differences) / n : 0;
  const variance = sum(differences.map((d) => (d - change) ** 2)) / (n - estimated);
  return normalForecaster((horizon) => {
    const mean = new Float64Array(horizon);
    const deviation = new Float64Array(horizon);
    for (let i = 0; i < horizon; i++) {
      const periods = Math.floor(i / season) + 1;
      mean[i] = (values[values.length - season + i % season] ?? NaN) + periods * change;
      deviation[i] = Math.sqrt(variance * (periods + estimated * periods ** 2 / n));
    }
    return { mean, deviation };
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
