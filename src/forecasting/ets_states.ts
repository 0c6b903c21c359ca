import { CholeskyDecomposition, Matrix } from "ml-matrix";
import {
  type EtsModel,
  type EtsParameters,
  type EtsSmoothing,
  initialState,
  smooth,
} from "./ets_model.ts";
import { seasonalDecomposition } from "./seasonal_decomposition.ts";

/**
 * Counts the free initial states of a model.
 *
 * @param model The model.
 * @param season The number of steps of a season.
 * @returns The number.
 */
export function statesOf(model: EtsModel, season: number): number {
  return 1 + (model.trend === "N" ? 0 : 1) + (model.seasonal === "N" ? 0 : season - 1);
}

/** The initial states of a model by name. */
export type InitialStates = Pick<
  EtsParameters,
  "initialLevel" | "initialTrend" | "initialSeasonal"
>;

/**
 * Names initial states.
 *
 * @param model The model.
 * @param season The number of steps of a season.
 * @param states The level, the trend if there is one, and all seasonal states but the last.
 * @returns The states by name. The last seasonal state follows from the others.
 */
export function namedStates(
  model: EtsModel,
  season: number,
  states: ArrayLike<number>,
): InitialStates {
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

/** Initial states with the least sum of squared errors. */
export interface LeastSquaresStates {
  /** The states, in the order of {@link namedStates}. */
  readonly states: readonly number[];
  /** The sum of the squared errors. */
  readonly squares: number;
}

/**
 * Prepares the linear least squares problem of the initial states of a model with additive errors:
 * the errors are those of a start from 0, plus a column for each state times its value.
 *
 * @param model The model.
 * @param values The series [step].
 * @param season The number of steps of a season.
 * @returns A function that finds the best states for smoothing parameters, or `undefined` if they
 * are not unique.
 */
export function leastSquaresStates(
  model: EtsModel,
  values: Float64Array,
  season: number,
): (smoothing: EtsSmoothing) => LeastSquaresStates | undefined {
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

/**
 * Estimates initial states by decomposition of the first three seasons, and a line through the first
 * values.
 *
 * Source: Hyndman et al. (2008), section 2.6.1, doi:10.1007/978-3-540-71918-2.
 *
 * @param model The model.
 * @param values The series [step].
 * @param season The number of steps of a season.
 * @returns The states, in the order of {@link namedStates}.
 */
export function startingStates(model: EtsModel, values: Float64Array, season: number): number[] {
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

/**
 * Computes the scalar product of two lists.
 *
 * @param a A list.
 * @param b A list of the same length.
 * @returns The sum of the products.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? NaN) * (b[i] ?? NaN);
  return total;
}
