import { Matrix, pseudoInverse } from "ml-matrix";
import { InputError } from "../core/errors.ts";
import { checkArray, groupBy } from "../core/arrays.ts";

/** Observations of a network's state and of a quantity to read from it. */
export interface ReadoutRows {
  /** The state of each observation [row][unit]. */
  readonly features: readonly (readonly number[])[];
  /** The group of each observation, which is known without the state. */
  readonly groups: readonly number[];
  /** The quantity to read, for each observation. */
  readonly target: readonly number[];
}

/**
 * The variance, relative to the largest, below which a direction of the states counts as constant.
 */
const FLAT = 1e-12;

/**
 * Computes the partial R^2 of a linear readout of a network's state. The group means alone predict
 * the target with a squared error; the partial R^2 is the share of this error that a least-squares
 * readout of the state removes on new observations. The partial R^2 is negative if the readout
 * increases the error.
 *
 * The readout and the group means are fitted to the training rows. Directions of the state that do
 * not vary within the groups get no weight.
 *
 * Source: linear readouts of trained networks, such as Sussillo & Barak (2013),
 * doi:10.1162/NECO_a_00409.
 *
 * @param training The observations to which the readout is fitted.
 * @param test New observations, each of a group that the training rows have.
 * @returns The partial R^2, at most 1.
 * @throws {InputError} If rows are missing or differ in length, the group of a test row has no
 * training rows, or all test targets equal the means of their groups.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { partialRSquared } from "./linear_readout.ts";
 *
 * const rows = { features: [[1], [2], [4]], groups: [1, 1, 1], target: [2, 4, 8] };
 * assert(Math.abs(partialRSquared(rows, rows) - 1) < 1e-9);
 * ```
 */
export function partialRSquared(training: ReadoutRows, test: ReadoutRows): number {
  const units = checkRows("training", training);
  if (checkRows("test", test) !== units) {
    throw new InputError("test", `rows of ${units} units, as in training`, test.features[0]);
  }
  const means = groupMeans(training);
  const gram = new Float64Array(units * units);
  const right = new Float64Array(units);
  eachCentred(training, means, (state, value) => {
    for (let i = 0; i < units; i++) {
      const x = state[i] ?? NaN;
      right[i] = (right[i] ?? NaN) + x * value;
      for (let j = 0; j < units; j++) {
        gram[i * units + j] = (gram[i * units + j] ?? NaN) + x * (state[j] ?? NaN);
      }
    }
  });
  const weights = solved(gram, right);
  let [total, left] = [0, 0];
  eachCentred(test, means, (state, value) => {
    let read = 0;
    for (let i = 0; i < units; i++) read += (state[i] ?? NaN) * (weights[i] ?? NaN);
    total += value * value;
    left += (value - read) ** 2;
  });
  if (total === 0) {
    throw new InputError("test", "rows whose targets vary within groups", test.target);
  }
  return 1 - left / total;
}

/** Returns the least-squares weights of smallest norm, which are 0 for constant units. */
function solved(gram: Float64Array, right: Float64Array): ArrayLike<number> {
  const units = right.length;
  const square = Matrix.from1DArray(units, units, gram);
  const largest = Math.max(...square.diagonal());
  if (!(largest > 0)) return new Float64Array(units);
  const inverse = pseudoInverse(square.div(largest), FLAT);
  return inverse.mmul(Matrix.columnVector(right)).div(largest).to1DArray();
}

/** The mean state and target of each group. */
type Means = ReadonlyMap<number, { readonly features: number[]; readonly target: number }>;

function groupMeans({ features, groups, target }: ReadoutRows): Means {
  const rows = groupBy(groups.keys(), (row) => groups[row] ?? NaN);
  return new Map(Array.from(rows, ([group, members]) => {
    const over = (of: (row: number) => number) =>
      members.reduce((sum, row) => sum + of(row), 0) / members.length;
    const units = features[0] ?? [];
    return [group, {
      features: units.map((_, i) => over((row) => features[row]?.[i] ?? NaN)),
      target: over((row) => target[row] ?? NaN),
    }];
  }));
}

/**
 * Visits all rows minus the means of their groups. Each visit overwrites the array of the state.
 */
function eachCentred(
  { features, groups, target }: ReadoutRows,
  means: Means,
  visit: (state: Float64Array, value: number) => void,
): void {
  const state = new Float64Array(features[0]?.length ?? 0);
  for (const [row, units] of features.entries()) {
    const mean = means.get(groups[row] ?? NaN);
    if (!mean) {
      throw new InputError("group of a test row", "a group of the training rows", groups[row]);
    }
    for (let i = 0; i < state.length; i++) {
      state[i] = (units[i] ?? NaN) - (mean.features[i] ?? NaN);
    }
    visit(state, (target[row] ?? NaN) - mean.target);
  }
}

/** Throws unless the rows are valid; returns the number of units. */
function checkRows(name: string, { features, groups, target }: ReadoutRows): number {
  checkArray(`${name}.features`, features, "an array of rows");
  const [first] = features;
  if (!first || first.length === 0) throw new InputError(name, "of at least 1 row and unit", first);
  for (const [what, values] of Object.entries({ groups, target })) {
    if (values.length !== features.length) {
      throw new InputError(`${name}.${what}`, `${features.length} numbers`, values.length);
    }
  }
  for (const values of [...features, target]) {
    checkArray(name, values, "rows and targets that are arrays of numbers");
    const odd = values.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw new InputError(name, "of finite numbers", odd);
  }
  const other = features.find((row) => row.length !== first.length);
  if (other) throw new InputError(name, `rows of ${first.length} units`, other.length);
  return first.length;
}
