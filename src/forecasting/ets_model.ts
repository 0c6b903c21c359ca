import { InputError } from "../core/errors.ts";

/**
 * The name of an exponential smoothing model: its error, additive (A) or multiplicative (M); its
 * trend, none (N), additive (A) or additive and damped (Ad); and its season, none, additive or
 * multiplicative. A multiplicative season needs a multiplicative error: with an additive error the
 * model is numerically unstable (Hyndman & Athanasopoulos, 2021, section 8.6).
 */
export type EtsName =
  | `A${"N" | "A" | "Ad"}${"N" | "A"}`
  | `M${"N" | "A" | "Ad"}${"N" | "A" | "M"}`;

/** All models, those with few parameters first. */
export const etsNames: readonly EtsName[] = [
  "ANN",
  "AAN",
  "AAdN",
  "ANA",
  "AAA",
  "AAdA",
  "MNN",
  "MAN",
  "MAdN",
  "MNA",
  "MAA",
  "MAdA",
  "MNM",
  "MAM",
  "MAdM",
];

/** The components of an exponential smoothing model. */
export interface EtsModel {
  /** The name, such as `"AAdN"`. */
  readonly name: EtsName;
  /** Additive or multiplicative errors. */
  readonly error: "A" | "M";
  /** No trend, an additive trend, or an additive trend that is damped. */
  readonly trend: "N" | "A" | "Ad";
  /** No season, an additive or a multiplicative season. */
  readonly seasonal: "N" | "A" | "M";
}

/**
 * Finds the components of a model.
 *
 * @param name The name of the model.
 * @returns The components.
 * @throws {InputError} If there is no such model.
 */
export function etsModel(name: EtsName): EtsModel {
  if (!etsNames.includes(name)) {
    throw new InputError("model", `one of ${etsNames.join(", ")}`, name);
  }
  const seasonal = name.at(-1) === "N" ? "N" : name.at(-1) === "A" ? "A" : "M";
  const trend = name.length === 4 ? "Ad" : name[1] === "A" ? "A" : "N";
  return { name, error: name[0] === "A" ? "A" : "M", trend, seasonal };
}

/** Parameters of an exponential smoothing model, with the names of statsmodels. */
export interface EtsParameters {
  /** alpha, the weight of an error in the level. */
  readonly smoothingLevel: number;
  /** beta, the weight of an error in the trend; 0 without trend. */
  readonly smoothingTrend: number;
  /** gamma, the weight of an error in the season; 0 without season. */
  readonly smoothingSeasonal: number;
  /** phi, the factor of the trend in each step; 1 if it is not damped. */
  readonly dampingTrend: number;
  /** The level before the first value. */
  readonly initialLevel: number;
  /** The trend before the first value; 0 without trend. */
  readonly initialTrend: number;
  /** The season of each of the first values; `[0]` without season. */
  readonly initialSeasonal: readonly number[];
}

/** The states of a model, which {@link smooth} changes. */
export interface EtsState {
  /** The level. */
  level: number;
  /** The trend in one step. */
  trend: number;
  /** The season; that of step t is at index t modulo the length. */
  readonly seasonal: Float64Array;
}

/**
 * Makes the states before the first value.
 *
 * @param parameters The parameters.
 * @returns The states.
 */
export function initialState(parameters: EtsParameters): EtsState {
  return {
    level: parameters.initialLevel,
    trend: parameters.initialTrend,
    seasonal: Float64Array.from(parameters.initialSeasonal),
  };
}

/** The parameters by which states change. */
export type EtsSmoothing = Pick<
  EtsParameters,
  "smoothingLevel" | "smoothingTrend" | "smoothingSeasonal" | "dampingTrend"
>;

/**
 * Filters a series by a model.
 *
 * Source: Hyndman et al. (2008), Forecasting with Exponential Smoothing, tables 2.2 and 2.3,
 * doi:10.1007/978-3-540-71918-2, written with absolute errors, for which additive and multiplicative
 * errors have the same equations.
 *
 * @param model The model.
 * @param smoothing The parameters.
 * @param state The states before the first value; afterwards those after the last value.
 * @param values The series [step].
 * @param errors Receives the errors one step ahead [step]; relative to the forecast if the errors
 * of the model are multiplicative.
 * @returns The sum of the logarithms of the forecasts if the errors are multiplicative, `NaN` if a
 * forecast is not above 0; 0 if the errors are additive.
 */
export function smooth(
  model: EtsModel,
  smoothing: EtsSmoothing,
  state: EtsState,
  values: Float64Array,
  errors: Float64Array,
): number {
  const { smoothingLevel: alpha, smoothingTrend: beta, smoothingSeasonal: gamma } = smoothing;
  const phi = smoothing.dampingTrend;
  const multiplied = model.seasonal === "M";
  const relative = model.error === "M";
  const { seasonal } = state;
  const period = seasonal.length;
  let { level, trend } = state;
  let logarithms = 0;
  for (let t = 0, step = 0; t < values.length; t++) {
    const damped = phi * trend;
    const base = level + damped;
    const part = seasonal[step] ?? NaN;
    const forecast = multiplied ? base * part : base + part;
    const error = (values[t] ?? NaN) - forecast;
    if (relative) logarithms += Math.log(forecast);
    errors[t] = relative ? error / forecast : error;
    const ofBase = multiplied ? error / part : error;
    level = base + alpha * ofBase;
    trend = damped + beta * ofBase;
    seasonal[step] = part + gamma * (multiplied ? error / base : error);
    step = step + 1 === period ? 0 : step + 1;
  }
  state.level = level;
  state.trend = trend;
  return logarithms;
}

/**
 * Continues a series by a model.
 *
 * @param model The model.
 * @param smoothing The parameters.
 * @param state The states after the last value. They are not changed.
 * @param first The index of the first step, which selects its season.
 * @param errors The error of each step [step], relative to the forecast if the errors of the model
 * are multiplicative. All 0 gives the point forecasts.
 * @returns The values [step].
 */
export function continueSeries(
  model: EtsModel,
  smoothing: EtsSmoothing,
  state: EtsState,
  first: number,
  errors: Float64Array,
): Float64Array {
  const { smoothingLevel: alpha, smoothingTrend: beta, smoothingSeasonal: gamma } = smoothing;
  const multiplied = model.seasonal === "M";
  const seasonal = state.seasonal.slice();
  let { level, trend } = state;
  return errors.map((given, i) => {
    const damped = smoothing.dampingTrend * trend;
    const base = level + damped;
    const step = (first + i) % seasonal.length;
    const part = seasonal[step] ?? NaN;
    const forecast = multiplied ? base * part : base + part;
    const error = model.error === "M" ? forecast * given : given;
    const ofBase = multiplied ? error / part : error;
    level = base + alpha * ofBase;
    trend = damped + beta * ofBase;
    seasonal[step] = part + gamma * (multiplied ? error / base : error);
    return forecast + error;
  });
}
