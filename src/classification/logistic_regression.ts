import { softmax } from "./softmax.ts";
import { forEntries, type SparseMatrix } from "./terms.ts";

/** A fitted logistic regression. */
export interface LogisticRegression {
  /** The number of classes. */
  readonly classes: number;
  /**
   * The weights [output, column], with the intercept after the last column. For two classes there is
   * one output, the log odds of class 1; otherwise one for each class.
   */
  readonly weights: readonly Float64Array[];
  /** The number of Newton steps. */
  readonly steps: number;
  /** The largest entry of the gradient of the mean objective. */
  readonly gradient: number;
}

/** Options of {@link fitLogisticRegression}. */
export interface LogisticRegressionOptions {
  /** The weight of the losses against the penalty, above 0. */
  readonly c: number;
  /** The fit ends if no entry of the gradient of the mean objective is larger; 1e-10 by default. */
  readonly tolerance?: number;
}

/** The most Newton steps. Fits of some thousand texts need about 10. */
const MOST_STEPS = 100;

/**
 * Fits a multinomial logistic regression with an L2 penalty: the minimum of
 *
 * c * (sum of -log p(class)) + (sum of squared weights) / 2
 *
 * in which intercepts have no penalty. This is the objective of `LogisticRegression` of scikit-learn
 * with its `C`; for two classes it has one output, as there.
 *
 * The method is Newton's with a conjugate gradient solver and a backtracking line search (Lin, Weng &
 * Keerthi, 2008, Journal of Machine Learning Research 9, 627-650, describe such a method; Nocedal &
 * Wright, 2006, algorithm 7.1). The objective is convex, so that the minimum does not depend on the
 * start, which is 0.
 *
 * @param rows The features [item, column].
 * @param labels The class of each item.
 * @param classes The number of classes, at least 2.
 * @param options The penalty and when to end.
 * @returns The weights.
 * @throws {Error} If the fit does not converge, because the features have extreme values.
 */
export function fitLogisticRegression(
  rows: SparseMatrix,
  labels: readonly number[],
  classes: number,
  { c, tolerance = 1e-10 }: LogisticRegressionOptions,
): LogisticRegression {
  const problem = new Objective(rows, labels, classes, c);
  let weights = new Float64Array(problem.size);
  let state = problem.evaluate(weights);
  for (let step = 0; step <= MOST_STEPS; step++) {
    const largest = state.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest <= tolerance) {
      const width = rows.columns + 1;
      const parts = Array.from(
        { length: problem.outputs },
        (_, k) => weights.slice(k * width, (k + 1) * width),
      );
      return { classes, weights: parts, steps: step, gradient: largest };
    }
    const direction = newtonDirection(problem, state);
    const slope = dot(direction, state.gradient);
    let length = 1;
    for (;; length /= 2) {
      const next = weights.map((weight, i) => weight + length * (direction[i] ?? 0));
      const found = problem.evaluate(next);
      // At the rounding of the value, the gradient decides.
      const rounding = 1e-14 * Math.abs(state.value);
      if (found.value <= state.value + 1e-4 * length * slope + rounding) {
        [weights, state] = [next, found];
        break;
      }
      if (length < 1e-10) throw new Error("The logistic regression found no descent.");
    }
  }
  throw new Error(`The logistic regression did not converge in ${MOST_STEPS} steps.`);
}

/**
 * Predicts the probabilities of the classes.
 *
 * @param model The fitted regression.
 * @param rows The features [item, column].
 * @returns The probabilities [item, class].
 */
export function predictLogistic(model: LogisticRegression, rows: SparseMatrix): number[][] {
  const { classes, weights } = model;
  return Array.from({ length: rows.starts.length - 1 }, (_, row) => {
    const outputs = weights.map((output) => {
      let sum = output[rows.columns] ?? 0;
      forEntries(rows, row, (column, value) => sum += value * (output[column] ?? 0));
      return sum;
    });
    return softmax(classes === 2 ? [0, ...outputs] : outputs);
  });
}

/** The objective at some weights. */
interface State {
  readonly value: number;
  readonly gradient: Float64Array;
  /** The predicted probability [item, output]. */
  readonly probabilities: Float64Array;
}

/** The mean objective with its derivatives. */
class Objective {
  readonly #rows: SparseMatrix;
  readonly #labels: readonly number[];
  readonly #classes: number;
  readonly #width: number;
  readonly #penalty: number;
  /** The number of outputs: 1 for two classes. */
  readonly outputs: number;
  /** The number of weights. */
  readonly size: number;

  constructor(rows: SparseMatrix, labels: readonly number[], classes: number, c: number) {
    this.#rows = rows;
    this.#labels = labels;
    this.#classes = classes;
    this.#width = rows.columns + 1;
    this.#penalty = 1 / (c * labels.length);
    this.outputs = classes === 2 ? 1 : classes;
    this.size = this.outputs * this.#width;
  }

  evaluate(weights: Float64Array): State {
    const items = this.#labels.length;
    const { outputs } = this;
    const probabilities = this.#multiply(weights);
    const residuals = new Float64Array(items * outputs);
    let loss = 0;
    for (let i = 0; i < items; i++) {
      const label = this.#labels[i] ?? 0;
      const scores = probabilities.subarray(i * outputs, (i + 1) * outputs);
      const all = this.#classes === 2 ? [0, scores[0] ?? 0] : [...scores];
      const largest = Math.max(...all);
      const total = all.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      loss += Math.log(total) + largest - (all[label] ?? 0);
      for (let k = 0; k < outputs; k++) {
        const p = Math.exp((scores[k] ?? 0) - largest) / total;
        const target = label === (this.#classes === 2 ? 1 : k) ? 1 : 0;
        scores[k] = p;
        residuals[i * outputs + k] = p - target;
      }
    }
    const penalized = this.#penalized(weights);
    const gradient = this.#transposed(residuals);
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = (gradient[i] ?? 0) / items + this.#penalty * (penalized[i] ?? 0);
    }
    const value = loss / items + this.#penalty * dot(penalized, penalized) / 2;
    return { value, gradient, probabilities };
  }

  /** Multiplies the matrix of second derivatives by a vector. */
  curvature({ probabilities }: State, vector: Float64Array): Float64Array {
    const items = this.#labels.length;
    const { outputs } = this;
    const products = this.#multiply(vector);
    for (let i = 0; i < items; i++) {
      let mean = 0;
      for (let k = i * outputs; k < (i + 1) * outputs; k++) {
        mean += (probabilities[k] ?? 0) * (products[k] ?? 0);
      }
      for (let k = i * outputs; k < (i + 1) * outputs; k++) {
        products[k] = (probabilities[k] ?? 0) * ((products[k] ?? 0) - mean);
      }
    }
    const penalized = this.#penalized(vector);
    const result = this.#transposed(products);
    for (let i = 0; i < result.length; i++) {
      result[i] = (result[i] ?? 0) / items + this.#penalty * (penalized[i] ?? 0);
    }
    return result;
  }

  /** Returns the outputs [item, output] of weights. */
  #multiply(weights: Float64Array): Float64Array {
    const result = new Float64Array(this.#labels.length * this.outputs);
    const { starts, indices, values, columns } = this.#rows;
    for (let i = 0; i < this.#labels.length; i++) {
      for (let k = 0; k < this.outputs; k++) {
        const offset = k * this.#width;
        let sum = weights[offset + columns] ?? 0;
        for (let e = starts[i] ?? 0; e < (starts[i + 1] ?? 0); e++) {
          sum += (values[e] ?? 0) * (weights[offset + (indices[e] ?? 0)] ?? 0);
        }
        result[i * this.outputs + k] = sum;
      }
    }
    return result;
  }

  /** Returns the sums over the items of the features times numbers [item, output]. */
  #transposed(numbers: Float64Array): Float64Array {
    const result = new Float64Array(this.size);
    const { starts, indices, values, columns } = this.#rows;
    for (let i = 0; i < this.#labels.length; i++) {
      for (let k = 0; k < this.outputs; k++) {
        const offset = k * this.#width;
        const number = numbers[i * this.outputs + k] ?? 0;
        result[offset + columns] = (result[offset + columns] ?? 0) + number;
        for (let e = starts[i] ?? 0; e < (starts[i + 1] ?? 0); e++) {
          const at = offset + (indices[e] ?? 0);
          result[at] = (result[at] ?? 0) + number * (values[e] ?? 0);
        }
      }
    }
    return result;
  }

  /** Returns the weights with 0 for the intercepts, which have no penalty. */
  #penalized(weights: Float64Array): Float64Array {
    const result = weights.slice();
    for (let k = 0; k < this.outputs; k++) result[k * this.#width + this.#rows.columns] = 0;
    return result;
  }
}

/** Solves for the Newton step by conjugate gradients, the nearer to the minimum the more exactly. */
function newtonDirection(problem: Objective, state: State): Float64Array {
  const { gradient } = state;
  const norm = Math.sqrt(dot(gradient, gradient));
  const limit = Math.min(0.1, Math.sqrt(norm)) * norm;
  const direction = new Float64Array(problem.size);
  const residual = gradient.map((value) => -value);
  const search = residual.slice();
  let squares = dot(residual, residual);
  for (let round = 0; round < 2 * problem.size && Math.sqrt(squares) > limit; round++) {
    const product = problem.curvature(state, search);
    const curvature = dot(search, product);
    if (!(curvature > 0)) break; // Only rounding is left.
    const length = squares / curvature;
    for (let i = 0; i < direction.length; i++) {
      direction[i] = (direction[i] ?? 0) + length * (search[i] ?? 0);
      residual[i] = (residual[i] ?? 0) - length * (product[i] ?? 0);
    }
    const next = dot(residual, residual);
    for (let i = 0; i < search.length; i++) {
      search[i] = (residual[i] ?? 0) + next / squares * (search[i] ?? 0);
    }
    squares = next;
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
