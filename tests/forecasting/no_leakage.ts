import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { evaluateForecasts } from "../../src/forecasting/evaluate.ts";
import type { ForecastFamily } from "../../src/forecasting/forecaster.ts";
import { rollingOrigins } from "../../src/forecasting/rolling_origins.ts";

/** Options of {@link assertNoLeakage}. */
export interface NoLeakageOptions {
  /** The season of the series; 4 by default. */
  readonly season?: number;
  /** The number of values; 60 by default. */
  readonly length?: number;
  /** The number of values that are forecast; 6 by default. */
  readonly horizon?: number;
}

/**
 * Fails if a forecast depends on a value after its origin. For several series and origins, all
 * values after the origin are replaced, and each of them is changed by itself: neither may change a
 * bit of the forecasts, of the quantiles and of the scale of the errors. Methods that can be extended
 * are also evaluated without refit. It also fails if `fit`
 * changes its argument, if the fitted method changes with its argument, or if it gives other numbers
 * when asked again.
 *
 * @param family The family.
 * @param options The series.
 */
export function assertNoLeakage(family: ForecastFamily, options: NoLeakageOptions = {}): void {
  const { season = 4, length = 60, horizon = 6 } = options;
  for (const seed of [1, 2]) {
    const series = seasonalSeries(length, season, new Random(seed));
    const origins = rollingOrigins({ length, horizon, count: 2, step: 3 }).test;
    const first = series.slice(0, origins[0]?.end);
    const isExtendable = "extend" in family.fit(first, { season, random: new Random(seed) });
    for (const refit of isExtendable ? [true, false] : [true]) {
      const forecastsOf = (values: Float64Array) =>
        evaluateForecasts([family], values, origins, {
          season,
          refit,
          levels: [0.1, 0.5, 0.9],
          random: new Random(seed),
        });
      const known = forecastsOf(series);
      for (const [index, { end }] of origins.entries()) {
        const random = new Random(seed).fork(end);
        const replaced = series.map((value, i) => i < end ? value : 50 + 40 * random.uniform());
        const changes = Array.from({ length: length - end }, (_, k) => {
          return series.map((value, i) => i === end + k ? 3 * value + 7 : value);
        });
        for (const changed of [replaced, ...changes]) {
          const found = forecastsOf(changed);
          const what = `${family.id}: a value after the origin ${end} changes`;
          const [one, other] = [found, known].map(({ forecasts, quantiles, scales }) => ({
            forecast: forecasts[0]?.[index],
            quantiles: quantiles[0]?.[index],
            scale: scales[index],
          }));
          assertEquals(one?.forecast, other?.forecast, `${what} a forecast`);
          assertEquals(one?.quantiles, other?.quantiles, `${what} a quantile`);
          assertEquals(one?.scale, other?.scale, `${what} the scale`);
        }
      }
    }
    assertPure(family, series, season, horizon);
  }
}

function assertPure(
  family: ForecastFamily,
  series: Float64Array,
  season: number,
  horizon: number,
): void {
  const given = series.slice();
  const fitted = family.fit(given, { season, random: new Random(1) });
  assertEquals(given, series, `${family.id}: fit() changes the training window`);
  const forecast = fitted.forecast(horizon);
  const quantiles = fitted.quantiles?.(horizon, [0.1, 0.5, 0.9]);
  given.fill(1e6);
  const what = `${family.id}: the fitted method`;
  assertEquals(fitted.forecast(horizon), forecast, `${what} changes with its argument`);
  assertEquals(fitted.quantiles?.(horizon, [0.1, 0.5, 0.9]), quantiles, `${what} changes`);
  const other = family.fit(series, { season, random: new Random(1) });
  assertEquals(other.forecast(horizon), forecast, `${what} differs when fitted again`);
  for (const row of quantiles ?? []) {
    assert(row.every((value, i) => i === 0 || value >= (row[i - 1] ?? NaN)), `${what} crosses`);
  }
}

/** A positive series with trend, season and noise. */
function seasonalSeries(length: number, season: number, random: Random): Float64Array {
  return Float64Array.from({ length }, (_, t) => {
    return 40 + 0.3 * t + 6 * Math.sin(2 * Math.PI * t / season) + random.normal();
  });
}
