import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { estimateEts, type EtsEstimate, etsParameterCount, evaluateEts } from "./ets_estimation.ts";
import {
  continueSeries,
  type EtsModel,
  etsModel,
  type EtsName,
  etsNames,
  type EtsParameters,
} from "./ets_model.ts";
import { checkFitOptions, windowValues } from "./fit_options.ts";
import {
  checkLevels,
  type ExtendableForecaster,
  type FittedForecaster,
  type ForecastFamily,
  type ForecastFitOptions,
} from "./forecaster.ts";
import { normalForecaster } from "./normal_forecasts.ts";

/** The longest season of a model: each of its steps has a state that is estimated. */
const LONGEST_SEASON = 24;
/** The number of simulated continuations from which quantiles are taken. */
const PATHS = 5000;

/** An exponential smoothing model after it was fitted. */
export interface FittedEts extends Required<ExtendableForecaster> {
  /** The model. */
  readonly model: EtsName;
  /** The parameters with the largest likelihood. */
  readonly parameters: EtsParameters;
  /** The errors one step ahead [step], relative to the forecasts if they are multiplicative. */
  readonly errors: Float64Array;
  /** The mean square of the errors. */
  readonly variance: number;
  /** The logarithm of the likelihood. */
  readonly logLikelihood: number;
  /** Akaike's information criterion with the correction for short series; less is better. */
  readonly aicc: number;
}

/** A family of exponential smoothing models. */
export interface EtsFamily extends ForecastFamily {
  /**
   * Fits the model, or all models, of which AICc chooses one.
   *
   * @param training The training window [step], without missing values.
   * @param options The length of the season, and the source of random numbers for the quantiles of
   * multiplicative errors.
   * @returns The fitted model.
   * @throws {InputError} If the window is too short, or has a value that the model does not permit.
   */
  fit(training: ArrayLike<number>, options: ForecastFitOptions): FittedEts;
}

/**
 * Makes the family of an exponential smoothing model, or of all models, of which AICc chooses one
 * for each series. `"ANN"` is simple exponential smoothing, `"AAN"` Holt's method, `"AAdN"` damped
 * Holt, `"AAA"` and `"MAM"` the methods of Holt and Winters. Missing values are not permitted.
 *
 * The choice is between all 15 models of {@link EtsName} if all values are above 0, and otherwise
 * between the 6 with additive errors; models with a season need two whole seasons of at most 24
 * steps.
 *
 * The distribution of additive errors is normal, with the exact variance of the model. If errors
 * are multiplicative, quantiles are those of 5,000 continuations, which are drawn from the source
 * `random` of the options. The point forecasts are those without errors.
 *
 * Source: Hyndman et al. (2008), Forecasting with Exponential Smoothing,
 * doi:10.1007/978-3-540-71918-2; Hyndman & Athanasopoulos (2021), chapter 8. `ETSModel` of
 * statsmodels has the same likelihood.
 *
 * @param name The model; by default AICc chooses.
 * @returns The family.
 * @throws {InputError} If there is no such model.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { ets } from "./exponential_smoothing.ts";
 *
 * const quarters = Array.from({ length: 40 }, (_, t) => 20 + t + ([3, -1, -4, 2][t % 4] ?? 0) + t % 3);
 * const fitted = ets("AAA").fit(quarters, { season: 4 });
 * const [[low = NaN, high = NaN] = []] = fitted.quantiles(1, [0.05, 0.95]);
 * assert(low < 64 && 64 < high); // 20 + 40 + 3 + 1
 * ```
 */
export function ets(name?: EtsName): EtsFamily {
  const only = name === undefined ? undefined : etsModel(name);
  const parts = only && `${only.error},${only.trend},${only.seasonal}`;
  return {
    id: name === undefined ? "ets" : `ets-${name}`,
    title: parts === undefined ? "exponential smoothing (ETS)" : `ETS(${parts})`,
    fit(training, options) {
      const { season, random } = checkFitOptions(options);
      const values = windowValues(training, {
        minimum: only ? leastValues(only, season) : 4,
        positive: only?.error === "M",
      });
      const models = only ? [only] : fittingModels(values, season);
      const [best, ...others] = models.map((model) => fitModel(model, values, season, random));
      if (best === undefined) throw new InputError("training", "longer", values.length);
      return others.reduce((a, b) => b.aicc < a.aicc ? b : a, best);
    },
  };
}

/** The number of values from which a model can be estimated: AICc must be finite. */
function leastValues(model: EtsModel, season: number): number {
  if (model.seasonal === "N") return etsParameterCount(model, season) + 2;
  if (season < 2 || season > LONGEST_SEASON) {
    const help = `ETS model ${model.name} has a season`;
    throw new InputError("season", `an integer from 2 to ${LONGEST_SEASON}`, season, help);
  }
  return Math.max(2 * season, etsParameterCount(model, season) + 2);
}

/** The models that can be estimated from a series. */
function fittingModels(values: Float64Array, season: number): EtsModel[] {
  const positive = values.every((value) => value > 0);
  const seasonal = season > 1 && season <= LONGEST_SEASON;
  return etsNames.map(etsModel).filter((model) => {
    if (model.error === "M" && !positive) return false;
    if (model.seasonal !== "N" && !seasonal) return false;
    return values.length >= leastValues(model, season);
  });
}

function fitModel(
  model: EtsModel,
  values: Float64Array,
  season: number,
  random: Random | undefined,
): FittedEts {
  const estimate = estimateEts(model, values, season);
  const n = values.length;
  const k = etsParameterCount(model, season);
  return {
    model: model.name,
    parameters: estimate.parameters,
    errors: estimate.errors,
    variance: estimate.variance,
    logLikelihood: estimate.logLikelihood,
    aicc: -2 * estimate.logLikelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1),
    ...forecasterOf(model, estimate, n, random),
    extend(training) {
      const longer = windowValues(training, { minimum: 1, positive: model.error === "M" });
      const { state } = evaluateEts(model, longer, estimate.parameters);
      return forecasterOf(model, { ...estimate, state }, longer.length, random);
    },
  };
}

/** The forecasts from the last state of an estimate; `first` is the index of the next step. */
function forecasterOf(
  model: EtsModel,
  estimate: EtsEstimate,
  first: number,
  random: Random | undefined,
): Required<FittedForecaster> {
  return model.error === "A"
    ? normalForecasts(model, estimate, first)
    : simulatedForecasts(model, estimate, first, random);
}

/** The forecasts of a linear model, whose errors add up with fixed weights. */
function normalForecasts(model: EtsModel, estimate: EtsEstimate, first: number) {
  const { parameters, state, variance } = estimate;
  const empty = { level: 0, trend: 0, seasonal: new Float64Array(state.seasonal.length) };
  return normalForecaster((horizon) => {
    const errors = new Float64Array(horizon);
    const mean = continueSeries(model, parameters, state, first, errors);
    errors[0] = 1;
    // The effects of a unit error at the first step on it and the following steps.
    const weights = continueSeries(model, parameters, empty, first, errors);
    let squares = 0;
    const deviation = weights.map((weight) => Math.sqrt(variance * (squares += weight ** 2)));
    return { mean, deviation };
  });
}

/** Forecasts whose distribution is that of simulated continuations. */
function simulatedForecasts(
  model: EtsModel,
  estimate: EtsEstimate,
  first: number,
  random: Random | undefined,
): Required<FittedForecaster> {
  const { parameters, state, variance } = estimate;
  const continued = (errors: Float64Array) => {
    return continueSeries(model, parameters, state, first, errors);
  };
  return {
    forecast: (horizon) => continued(new Float64Array(positiveInteger("horizon", horizon))),
    quantiles(horizon, levels) {
      positiveInteger("horizon", horizon);
      checkLevels(levels);
      // A message about fit() and not about this call: the source is an option of fit().
      checkRandom("random of fit()", random);
      const source = random.fork("continuations");
      const deviation = Math.sqrt(variance);
      const paths = Array.from({ length: PATHS }, () => {
        return continued(new Float64Array(horizon).map(() => source.normal(0, deviation)));
      });
      return Array.from({ length: horizon }, (_, h) => {
        const sorted = Float64Array.from(paths, (path) => path[h] ?? NaN).sort();
        return Float64Array.from(levels, (level) => interpolated(sorted, level));
      });
    },
  };
}

/** The quantile of sorted values, interpolated as in `quantile` of statistics. */
function interpolated(sorted: Float64Array, level: number): number {
  const place = (sorted.length - 1) * level;
  const [low = NaN, high = low] = sorted.subarray(Math.floor(place), Math.floor(place) + 2);
  return low + (high - low) * (place - Math.floor(place));
}
