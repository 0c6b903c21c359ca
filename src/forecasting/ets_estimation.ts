import {
  type EtsModel,
  type EtsParameters,
  type EtsSmoothing,
  type EtsState,
  initialState,
  smooth,
} from "./ets_model.ts";
import { dot, leastSquaresStates, namedStates, startingStates, statesOf } from "./ets_states.ts";
import {
  fromInterval,
  intoInterval,
  minimize,
  type MinimizeOptions,
  type Minimum,
} from "./minimize.ts";

/** The smallest and the largest share of an error in a state, as in statsmodels. */
const [LEAST, MOST] = [1e-4, 1 - 1e-4];
/** The interval of the damping, as in Hyndman & Athanasopoulos (2021), section 8.2. */
const [LEAST_DAMPING, MOST_DAMPING] = [0.8, 0.98];

/** Parameters with the largest likelihood. */
export interface EtsEstimate {
  /** The parameters. */
  readonly parameters: EtsParameters;
  /** The states after the last value. */
  readonly state: EtsState;
  /** The errors one step ahead [step], relative to the forecasts if they are multiplicative. */
  readonly errors: Float64Array;
  /** The mean square of the errors. */
  readonly variance: number;
  /** The logarithm of the likelihood of normal errors. */
  readonly logLikelihood: number;
}

/**
 * Estimates a model by maximum likelihood, over smoothing parameters in the usual region (0 < alpha
 * < 1, 0 < beta < alpha, 0 < gamma < 1 - alpha, 0.8 <= phi <= 0.98) and initial states.
 *
 * If the errors are additive, the errors are linear functions of the initial states, so that linear
 * least squares gives the best states for each set of smoothing parameters. If the errors are
 * multiplicative, the search includes the states.
 *
 * Source: Hyndman et al. (2008), chapter 5, doi:10.1007/978-3-540-71918-2.
 *
 * @param model The model.
 * @param values The series [step]; all above 0 if the errors are multiplicative.
 * @param season The number of steps of a season.
 * @returns The estimate.
 */
export function estimateEts(model: EtsModel, values: Float64Array, season: number): EtsEstimate {
  if (model.error === "A") return additiveEstimate(model, values, season);
  return multiplicativeEstimate(model, values, season);
}

/**
 * Filters a series by a model with known parameters.
 *
 * @param model The model.
 * @param values The series [step].
 * @param parameters The parameters.
 * @returns The errors, the likelihood and the last states.
 */
export function evaluateEts(
  model: EtsModel,
  values: Float64Array,
  parameters: EtsParameters,
): EtsEstimate {
  const state = initialState(parameters);
  const errors = new Float64Array(values.length);
  const logarithms = smooth(model, parameters, state, values, errors);
  const n = values.length;
  const variance = dot(errors, errors) / n;
  const least = varianceFloor(model, values);
  const logLikelihood = -n / 2 * (Math.log(2 * Math.PI * Math.max(variance, least)) + 1) -
    logarithms;
  return { parameters, state, errors, variance, logLikelihood };
}

/** The rounding of the errors, squared: a constant series has no smaller variance. */
function varianceFloor(model: EtsModel, values: Float64Array): number {
  const largest = model.error === "M"
    ? 1
    : values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max((1e-14 * largest) ** 2, Number.MIN_VALUE);
}

/** The smoothing parameters that the unconstrained arguments of the search mean. */
function smoothingOf(model: EtsModel, u: ArrayLike<number>): EtsSmoothing {
  let next = 0;
  const share = () => intoInterval(u[next++] ?? NaN, LEAST, MOST);
  const smoothingLevel = share();
  const smoothingTrend = model.trend === "N" ? 0 : smoothingLevel * share();
  const smoothingSeasonal = model.seasonal === "N" ? 0 : (1 - smoothingLevel) * share();
  const dampingTrend = model.trend === "Ad"
    ? intoInterval(u[next] ?? NaN, LEAST_DAMPING, MOST_DAMPING)
    : 1;
  return { smoothingLevel, smoothingTrend, smoothingSeasonal, dampingTrend };
}

/** The shares of an error in the level, the trend and the season, and the damping. */
type Shares = Readonly<Record<"level" | "trend" | "seasonal" | "damping", number>>;

/** The arguments of the search that mean shares. */
function argumentsOf(model: EtsModel, { level, trend, seasonal, damping }: Shares): number[] {
  return [
    fromInterval(level, LEAST, MOST),
    ...model.trend === "N" ? [] : [fromInterval(trend, LEAST, MOST)],
    ...model.seasonal === "N" ? [] : [fromInterval(seasonal, LEAST, MOST)],
    ...model.trend === "Ad" ? [fromInterval(damping, LEAST_DAMPING, MOST_DAMPING)] : [],
  ];
}

/** The number of smoothing parameters. */
function smoothingCount(model: EtsModel): number {
  const trend = model.trend === "N" ? 0 : model.trend === "A" ? 1 : 2;
  return 1 + trend + (model.seasonal === "N" ? 0 : 1);
}

/** The shares in a grid from which searches start. */
const GRID: Readonly<Record<keyof Shares, readonly number[]>> = {
  level: [0.01, 0.1, 0.3, 0.6, 0.9],
  trend: [0.02, 0.3, 0.9],
  seasonal: [0.03, 0.3, 0.8],
  damping: [0.86, 0.94, 0.97],
};
/** The largest number of searches. */
const MOST_SEARCHES = 3;

/**
 * Finds the least of the minima to which searches lead from the least points of a grid of shares.
 * The likelihood can have several maxima, such as one with a fast level and one with a fast season,
 * so a search starts at each point that is less than its neighbours, up to 3.
 */
function leastMinimum(
  model: EtsModel,
  of: (x: ArrayLike<number>) => number,
  states: readonly number[] = [],
  near: MinimizeOptions["near"] = () => of,
): Minimum {
  const trends = model.trend === "N" ? [0] : GRID.trend;
  const seasons = model.seasonal === "N" ? [0] : GRID.seasonal;
  const dampings = model.trend === "Ad" ? GRID.damping : [1];
  const points = GRID.level.flatMap((level, i) =>
    trends.flatMap((trend, j) =>
      seasons.flatMap((seasonal, k) =>
        dampings.map((damping, l) => {
          const x = [...argumentsOf(model, { level, trend, seasonal, damping }), ...states];
          return { x, value: of(x), place: [i, j, k, l] };
        })
      )
    )
  );
  const adjacent = (a: readonly number[], b: readonly number[]) => {
    return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? NaN)), 0) === 1;
  };
  const starts = points
    .filter((a) => points.every((b) => !adjacent(a.place, b.place) || !(b.value < a.value)))
    .sort((a, b) => a.value - b.value)
    .slice(0, MOST_SEARCHES);
  return starts.map(({ x }) => minimize(of, x, { most: 300, near })).reduce((a, b) =>
    b.value < a.value ? b : a
  );
}

function additiveEstimate(model: EtsModel, values: Float64Array, season: number): EtsEstimate {
  const solve = leastSquaresStates(model, values, season);
  const n = values.length;
  const floor = n * varianceFloor(model, values);
  const deviance = (u: ArrayLike<number>) => {
    const found = solve(smoothingOf(model, u));
    return found === undefined ? Infinity : n * Math.log(Math.max(found.squares, floor));
  };
  const errors = new Float64Array(n);
  // The best states have a derivative of 0, so the gradient is the one for constant states.
  const near = (x: Float64Array) => {
    const found = solve(smoothingOf(model, x));
    if (found === undefined) return deviance;
    const constant = namedStates(model, season, found.states);
    return (u: ArrayLike<number>) => {
      const smoothing = smoothingOf(model, u);
      smooth(model, smoothing, initialState({ ...smoothing, ...constant }), values, errors);
      return n * Math.log(Math.max(dot(errors, errors), floor));
    };
  };
  const best = leastMinimum(model, deviance, [], near);
  const smoothing = smoothingOf(model, best.x);
  const states = solve(smoothing)?.states ?? [NaN];
  return evaluateEts(model, values, { ...smoothing, ...namedStates(model, season, states) });
}

/**
 * Counts the parameters of a model for information criteria: smoothing parameters, free initial
 * states and the variance, as in Hyndman & Athanasopoulos (2021), section 8.6.
 *
 * @param model The model.
 * @param season The number of steps of a season.
 * @returns The number.
 */
export function etsParameterCount(model: EtsModel, season: number): number {
  return smoothingCount(model) + statesOf(model, season) + 1;
}

function multiplicativeEstimate(
  model: EtsModel,
  values: Float64Array,
  season: number,
): EtsEstimate {
  const n = values.length;
  const states = startingStates(model, values, season);
  const shares = smoothingCount(model);
  const trends = model.trend === "N" ? 0 : 1;
  // The search takes the level and the trend relative to the mean of the series.
  const center = values.reduce((sum, value) => sum + value, 0) / n;
  const units = states.map((_, j) => model.seasonal === "M" && j > trends ? 1 : center);
  const named = (x: ArrayLike<number>): EtsParameters => ({
    ...smoothingOf(model, x),
    ...namedStates(model, season, units.map((unit, j) => unit * (x[shares + j] ?? NaN))),
  });
  const errors = new Float64Array(n);
  const floor = varianceFloor(model, values);
  const deviance = (x: ArrayLike<number>) => {
    const parameters = named(x);
    const logarithms = smooth(model, parameters, initialState(parameters), values, errors);
    const value = n * Math.log(Math.max(dot(errors, errors) / n, floor)) + 2 * logarithms;
    return Number.isNaN(value) ? Infinity : value; // A forecast was not above 0.
  };
  const scaled = states.map((state, j) => state / (units[j] ?? NaN));
  const best = leastMinimum(model, deviance, scaled);
  return evaluateEts(model, values, named(best.x));
}
