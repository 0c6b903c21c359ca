import { positiveInteger } from "../core/shapes.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { checkLevels, type FittedForecaster } from "./forecaster.ts";

/** Forecasts whose errors are normal: a mean and a standard deviation for each step. */
export interface NormalForecasts {
  /** The means [step]. */
  readonly mean: Float64Array;
  /** The standard deviations of the forecast errors [step]. */
  readonly deviation: Float64Array;
}

/**
 * Makes a forecaster from a function that computes normal forecasts.
 *
 * @param forecasts Computes the forecasts of the next `horizon` values.
 * @returns The forecaster. Its quantiles are those of the normal distributions.
 */
export function normalForecaster(
  forecasts: (horizon: number) => NormalForecasts,
): Required<FittedForecaster> {
  const checked = (horizon: number) => {
    return forecasts(positiveInteger("horizon", horizon));
  };
  return {
    forecast: (horizon) => checked(horizon).mean,
    quantiles(horizon, levels) {
      checkLevels(levels);
      const { mean, deviation } = checked(horizon);
      const scores = levels.map(normalQuantile);
      return Array.from(
        mean,
        (center, i) => Float64Array.from(scores, (z) => center + z * (deviation[i] ?? NaN)),
      );
    },
  };
}
