import { CholeskyDecomposition, Matrix } from "ml-matrix";
import {
  type EtsModel,
  type EtsParameters,
  type EtsSmoothing,
  type EtsState,
  initialState,
  smooth,
} from "./ets_model.ts";
import {
  fromInterval,
  intoInterval,
  minimize,
  type MinimizeOptions,
  type Minimum,
} from "./minimize.ts";
import { seasonalDecomposition } from "./seasonal_decomposition.ts";

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
  const logLikelihood = -n / 2 * (Math.log(2 * Math.PI * floored(variance, values)) + 1) -
    logarithms;
  return { parameters, state, errors, variance, logLikelihood };
}

/** A variance that is at least the rounding of the values: a constant series has no errors. */
function floored(variance: number, values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max(variance, (1e-14 * largest) ** 2, Number.MIN_VALUE);
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
  const floor = n * floored(0, values);
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

/** The initial states by name, from a list [level, trend, all seasonal states but the last]. */
function namedStates(model: EtsModel, season: number, states: ArrayLike<number>) {
  const trends = model.trend === "N" ? 0 : 1;
  const free = Array.from(states).slice(1 + trends);
  // A constant in all seasonal states is part of the level, so the last one follows from a sum of 0
  // or a mean of 1.
  const whole = model.seasonal === "M" ? season : 0;
  return {
    initialLevel: states[0] ?? NaN,
    initialTrend: trends === 1 ? states[1] ?? NaN : 0,
    initialSeasonal: model.seasonal === "N"
      ? [0]
      : [...free, whole - free.reduce((sum, value) => sum + value, 0)],
  };
}

/**
 * Prepares the linear least squares problem of the initial states: the errors are those of a start
 * from 0, plus a column for each state times its value.
 */
function leastSquaresStates(model: EtsModel, values: Float64Array, season: number) {
  const n = values.length;
  const count = statesOf(model, season);
  const zeros = new Float64Array(n);
  const columns = Array.from({ length: count + 1 }, () => new Float64Array(n));
  const units = Array.from({ length: count }, (_, j) => {
    const unit = new Float64Array(count);
    unit[j] = 1;
    return namedStates(model, season, unit);
  });
  const start = namedStates(model, season, new Float64Array(count));
  return (smoothing: EtsSmoothing) => {
    const [constant = zeros, ...rest] = columns;
    smooth(model, smoothing, initialState({ ...smoothing, ...start }), values, constant);
    for (const [j, column] of rest.entries()) {
      smooth(
        model,
        smoothing,
        initialState({ ...smoothing, ...units[j] ?? start }),
        zeros,
        column,
      );
    }
    const products = Matrix.zeros(count, count);
    for (const [i, a] of rest.entries()) {
      for (const [j, b] of rest.slice(0, i + 1).entries()) {
        const product = dot(a, b);
        products.set(i, j, product);
        products.set(j, i, product);
      }
    }
    const decomposition = new CholeskyDecomposition(products);
    if (!decomposition.isPositiveDefinite()) return undefined;
    const right = Matrix.columnVector(rest.map((column) => -dot(column, constant)));
    const states = decomposition.solve(right).to1DArray();
    const errors = constant.slice();
    for (const [j, column] of rest.entries()) {
      const state = states[j] ?? NaN;
      for (let t = 0; t < n; t++) errors[t] = (errors[t] ?? NaN) + state * (column[t] ?? NaN);
    }
    return { states, squares: dot(errors, errors) };
  };
}

/** The number of free initial states. */
function statesOf(model: EtsModel, season: number): number {
  return 1 + (model.trend === "N" ? 0 : 1) + (model.seasonal === "N" ? 0 : season - 1);
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
  const floor = floored(0, Float64Array.of(1));
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

/**
 * Initial states by decomposition of the first three seasons, and a line through the first values
 * (Hyndman et al., 2008, section 2.6.1).
 */
function startingStates(model: EtsModel, values: Float64Array, season: number): number[] {
  const multiplied = model.seasonal === "M";
  const seasonal = model.seasonal === "N" ? [] : [
    ...seasonalDecomposition(values.slice(0, 3 * season), {
      season,
      method: multiplied ? "multiplicative" : "additive",
    }).seasonal,
  ];
  const length = Math.min(values.length, Math.max(10, 2 * season));
  const adjusted = Array.from(values.slice(0, length), (value, i) => {
    const part = seasonal[i % season];
    return part === undefined ? value : multiplied ? value / part : value - part;
  });
  const middle = adjusted.reduce((sum, value) => sum + value, 0) / length;
  const products = adjusted.reduce((sum, value, i) => sum + value * (i - (length - 1) / 2), 0);
  const slope = products * 12 / (length * (length * length - 1));
  return [
    model.trend === "N" ? middle : middle - slope * (length + 1) / 2,
    ...model.trend === "N" ? [] : [slope],
    ...seasonal.slice(0, -1),
  ];
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? NaN) * (b[i] ?? NaN);
  return total;
}
