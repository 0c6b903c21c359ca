import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { trainingValues } from "./forecaster.ts";

/** Options of {@link seasonalDecomposition}. */
export interface DecompositionOptions {
  /** The number of steps of a season, at least 2. */
  readonly season: number;
  /** Whether the components are added or multiplied; by default they are added. */
  readonly method?: "additive" | "multiplicative";
}

const optionNames: OptionNames<DecompositionOptions> = { season: true, method: true };

/** A series as the sum or the product of its components. */
export interface SeasonalDecomposition {
  /** The trend cycle [step]; `NaN` in the first and last half season. */
  readonly trend: Float64Array;
  /** The seasonal component of each step of a season; the first belongs to the first value. */
  readonly seasonal: Float64Array;
  /** The remainder [step]; `NaN` where the trend cycle is. */
  readonly remainder: Float64Array;
}

/**
 * Decomposes a series by the classical method: the trend cycle is a moving average over one season,
 * and the seasonal component is the mean of the detrended values of each step of the season. The
 * seasonal components are scaled to a sum of 0, or to a mean of 1 if they are multiplied.
 *
 * Source: Hyndman & Athanasopoulos (2021), section 3.4. `seasonal_decompose` of statsmodels gives
 * the same numbers.
 *
 * @param values At least two whole seasons [step], without missing values.
 * @param options The season and the method.
 * @returns The components.
 * @throws {InputError} If there are fewer than two seasons, a value is not finite, `season` is not
 * an integer of at least 2, or a value is not above 0 although the components are multiplied.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seasonalDecomposition } from "./seasonal_decomposition.ts";
 *
 * const { seasonal } = seasonalDecomposition([1, 3, 2, 4, 3, 5, 4, 6], { season: 2 });
 * assertEquals(seasonal, new Float64Array([-0.75, 0.75]));
 * ```
 */
export function seasonalDecomposition(
  values: ArrayLike<number>,
  options: DecompositionOptions,
): SeasonalDecomposition {
  checkOptions("seasonalDecomposition", options, optionNames);
  const { season, method = "additive" } = options;
  if (!Number.isSafeInteger(season) || season < 2) {
    throw new InputError("season", "an integer of at least 2", season);
  }
  if (method !== "additive" && method !== "multiplicative") {
    throw new InputError("method", '"additive" or "multiplicative"', method);
  }
  const multiplied = method === "multiplicative";
  const y = trainingValues(values, { minimum: 2 * season, positive: multiplied });
  const trend = movingAverage(y, season);
  const without = (value: number, part: number) => multiplied ? value / part : value - part;
  const detrended = y.map((value, i) => without(value, trend[i] ?? NaN));
  const means = Float64Array.from({ length: season }, (_, step) => {
    return mean(detrended.filter((value, i) => i % season === step && !Number.isNaN(value)));
  });
  const center = mean(means);
  const seasonal = means.map((value) => without(value, center));
  const remainder = detrended.map((value, i) => without(value, seasonal[i % season] ?? NaN));
  return { trend, seasonal, remainder };
}

/** A centred moving average over one season; for an even season both ends have half a weight. */
function movingAverage(y: Float64Array, season: number): Float64Array {
  const half = Math.floor(season / 2);
  const trend = new Float64Array(y.length).fill(NaN);
  for (let center = half; center + half < y.length; center++) {
    const around = y.slice(center - half, center + half + 1);
    let total = around.reduce((sum, value) => sum + value, 0);
    if (season % 2 === 0) total -= ((around[0] ?? NaN) + (around.at(-1) ?? NaN)) / 2;
    trend[center] = total / season;
  }
  return trend;
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
