import { checkFitOptions, windowValues } from "./fit_options.ts";
import type { FittedForecaster, ForecastFamily, ForecastFitOptions } from "./forecaster.ts";
import { normalForecaster } from "./normal_forecasts.ts";
import { seasonalDecomposition } from "./seasonal_decomposition.ts";

/** The 0.95 quantile of the normal distribution, squared: a test at 10 %, as in the M3 and M4. */
const CRITICAL = 1.645 ** 2;

/**
 * The Theta method with the theta lines 0 and 2: the mean of a line and simple exponential
 * smoothing, of the series without its season. The season is removed by classical decomposition if
 * the autocorrelation at its lag is significant at 10 %; it is multiplied if all values are above
 * 0 and otherwise added. It does not permit missing values.
 *
 * Sources: Assimakopoulos & Nikolopoulos (2000), doi:10.1016/S0169-2070(00)00066-2, as `ThetaModel`
 * of statsmodels computes it. The distribution is that of the equivalent state space model, simple
 * exponential smoothing with drift: Hyndman & Billah (2003), doi:10.1016/S0169-2070(01)00143-1.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { theta } from "./theta.ts";
 *
 * const [next = NaN] = theta.fit([1, 2, 3, 4, 5, 6], { season: 1 }).forecast(1);
 * assert(Math.abs(next - 6.5) < 1e-6); // The line has slope 1, of which Theta takes one half.
 * ```
 */
export const theta: ForecastFamily = {
  id: "theta",
  title: "Theta",
  fit: (training, options) => fitTheta(training, options, "automatic"),
};

/**
 * {@link theta} with a season that is always added. It suits series whose season does not grow with
 * their level, such as CO2 in the atmosphere.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { thetaAdditive } from "./theta.ts";
 *
 * const quarters = Array.from({ length: 40 }, (_, t) => 20 + t + ([3, -1, -4, 2][t % 4] ?? 0));
 * const [a = NaN, b = NaN, , , c = NaN, d = NaN] = thetaAdditive.fit(quarters, { season: 4 })
 *   .forecast(6);
 * assert(Math.abs((a - b) - (c - d)) < 1e-9); // The season is the same in both years.
 * ```
 */
export const thetaAdditive: ForecastFamily = {
  id: "theta-additive",
  title: "Theta with an additive season",
  fit: (training, options) => fitTheta(training, options, "additive"),
};

function fitTheta(
  training: ArrayLike<number>,
  options: ForecastFitOptions,
  kind: "automatic" | "additive",
): Required<FittedForecaster> {
  const { season } = checkFitOptions(options);
  const y = windowValues(training, { minimum: 4 });
  const n = y.length;
  const { adjusted, seasonal, multiplied } = deseasonalized(y, season, kind);
  const drift = slope(adjusted) / 2;
  const { alpha, level } = simpleSmoothing(adjusted);
  // The line and the smoothing differ at the end of the series, as the first values still count.
  const start = alpha > 0 ? (1 - (1 - alpha) ** n) / alpha : 0;
  const variance = residualVariance(adjusted, alpha, drift);
  return normalForecaster((horizon) => {
    const mean = new Float64Array(horizon);
    const deviation = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      const part = seasonal?.[(n + h) % season];
      const flat = level + drift * (h + start);
      const error = Math.sqrt(variance * (1 + h * alpha ** 2));
      mean[h] = part === undefined ? flat : multiplied ? flat * part : flat + part;
      deviation[h] = part !== undefined && multiplied ? error * part : error;
    }
    return { mean, deviation };
  });
}

interface Deseasonalized {
  /** The series without its season [step]. */
  readonly adjusted: Float64Array;
  /** The seasonal components, or `undefined` if the series has no season. */
  readonly seasonal?: Float64Array;
  readonly multiplied: boolean;
}

function deseasonalized(
  y: Float64Array,
  season: number,
  kind: "automatic" | "additive",
): Deseasonalized {
  const none = { adjusted: y, multiplied: false };
  if (season === 1 || y.length < 2 * season || !hasSeason(y, season)) return none;
  const multiplied = kind === "automatic" && y.every((value) => value > 0);
  const { seasonal } = seasonalDecomposition(y, {
    season,
    method: multiplied ? "multiplicative" : "additive",
  });
  const part = (i: number) => seasonal[i % season] ?? NaN;
  return {
    adjusted: y.map((value, i) => multiplied ? value / part(i) : value - part(i)),
    seasonal,
    multiplied,
  };
}

/**
 * Whether the autocorrelation at the lag of the season differs from 0, as statsmodels tests it:
 * without the factor 2 of Bartlett's formula that the test of M4 has.
 */
function hasSeason(y: Float64Array, season: number): boolean {
  const center = sum(y) / y.length;
  const differences = y.map((value) => value - center);
  const total = sum(differences.map((value) => value ** 2));
  if (total === 0) return false;
  const correlation = (lag: number) => {
    return sum(differences.slice(lag).map((value, i) => value * (differences[i] ?? NaN))) / total;
  };
  let before = 0;
  for (let lag = 0; lag < season; lag++) before += correlation(lag) ** 2;
  return y.length * correlation(season) ** 2 / before > CRITICAL;
}

/** The slope of the least squares line through a series. */
function slope(y: Float64Array): number {
  const n = y.length;
  const products = y.map((value, i) => value * (i - (n - 1) / 2));
  return sum(products) * 12 / (n * (n * n - 1));
}

/** The smoothing parameter with the least sum of squared errors, and the level at the end. */
function simpleSmoothing(y: Float64Array): { alpha: number; level: number } {
  const run = (alpha: number) => {
    let level = y[0] ?? NaN;
    let squares = 0;
    for (const value of y) {
      const error = value - level;
      squares += error * error;
      level += alpha * error;
    }
    return { level, squares };
  };
  // The sum can have several minima, so a grid finds the interval of the least one.
  let best = 0;
  const points = 100;
  for (let i = 0; i <= points; i++) {
    if (run(i / points).squares < run(best / points).squares) best = i;
  }
  let low = Math.max(0, best - 1) / points;
  let high = Math.min(points, best + 1) / points;
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-9) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (run(left).squares <= run(right).squares) high = right;
    else low = left;
  }
  const candidates = [best / points, (low + high) / 2];
  const alpha = candidates.reduce((a, b) => run(b).squares < run(a).squares ? b : a);
  return { alpha, level: run(alpha).level };
}

/** The mean square of the errors one step ahead of simple exponential smoothing with drift. */
function residualVariance(y: Float64Array, alpha: number, drift: number): number {
  let level = y[0] ?? NaN;
  let squares = 0;
  for (const value of y.slice(1)) {
    const error = value - level - drift;
    squares += error * error;
    level += drift + alpha * error;
  }
  return squares / (y.length - 1);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
