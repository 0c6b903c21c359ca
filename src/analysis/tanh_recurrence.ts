import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { assertSquare, type Matrix } from "./matrix.ts";

/**
 * The recurrence h_t = tanh(a_t + W_hh h_(t-1)) of one sequence in float64, where a_t is what the
 * input and the bias add, and the gradient of a loss of its last state back through it.
 *
 * It is for wide networks and long products, where float32 and a graph of tensors are in the way;
 * `gradientFlow` measures a whole network.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063, equations 3 to 5.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { TanhRecurrence } from "./tanh_recurrence.ts";
 *
 * const recurrence = new TanhRecurrence([[0, 0.5], [0.5, 0]]);
 * const states = recurrence.states([[0, 0], [0, 0]]);
 * const [, , first = []] = recurrence.stateGradients(states, [1, 0]);
 * assert(Math.hypot(...first) === 0.25);
 * ```
 */
export class TanhRecurrence {
  /** Units of the state. */
  #size: number;
  /** W_hh over the gain in row-major order: row i holds the weights into unit i. */
  #weights: Float64Array;
  #gain = 1;

  /**
   * Takes a copy of the weights.
   *
   * @param recurrent W_hh of shape [hidden, hidden].
   * @throws {InputError} On another shape and a weight that is not finite.
   */
  constructor(recurrent: Matrix) {
    assertSquare("recurrent", recurrent);
    this.#size = recurrent.length;
    this.#weights = Float64Array.from(recurrent.flat());
  }

  /** Units of the state. */
  get size(): number {
    return this.#size;
  }

  /**
   * The same recurrence with other weights.
   *
   * @param gain What every weight of W_hh is multiplied by.
   * @returns A recurrence of its own.
   * @throws {InputError} If the gain is not a finite number.
   */
  scaled(gain: number): TanhRecurrence {
    checkNumber("gain", gain, "a finite number", Number.isFinite);
    const other = new TanhRecurrence([[0]]);
    other.#size = this.#size;
    other.#weights = this.#weights;
    other.#gain = this.#gain * gain;
    return other;
  }

  /**
   * Runs the recurrence from the state 0.
   *
   * @param inputs a_1 to a_T, of shape [T, hidden].
   * @returns h_0 = 0 to h_T, of shape [T + 1, hidden].
   * @throws {InputError} On another shape.
   */
  states(inputs: readonly ArrayLike<number>[]): Float64Array[] {
    let h: Float64Array = new Float64Array(this.size);
    const states = [h];
    for (const [t, input] of inputs.entries()) {
      this.#checkSize(`inputs[${t}]`, input);
      h = Float64Array.from(this.#forwards(h), (sum, i) => Math.tanh(sum + (input[i] ?? NaN)));
      states.push(h);
    }
    return states;
  }

  /**
   * Sends the gradient of the last state back to the first.
   *
   * @param states h_0 to h_T, as {@link TanhRecurrence.states} gives them.
   * @param gradient dL/dh_T, of shape [hidden].
   * @returns dL/dh_(T-k) by lag k from 0 to T, of shape [T + 1, hidden].
   * @throws {InputError} On another shape.
   */
  stateGradients(
    states: readonly ArrayLike<number>[],
    gradient: ArrayLike<number>,
  ): Float64Array[] {
    this.#checkSize("gradient", gradient);
    let current: Float64Array = Float64Array.from(gradient);
    const gradients = [current];
    for (let t = states.length - 1; t > 0; t--) {
      current = this.#backwards(this.#slopes(states, t, current));
      gradients.push(current);
    }
    return gradients;
  }

  /**
   * The gradient of W_hh: the sum over all steps of diag(1 - h_t^2) dL/dh_t h_(t-1)^T.
   *
   * @param states h_0 to h_T.
   * @param gradients dL/dh_(T-k) by lag k, as {@link TanhRecurrence.stateGradients} gives them.
   * @returns Its Frobenius norm.
   * @throws {InputError} On another shape.
   */
  weightGradientNorm(
    states: readonly ArrayLike<number>[],
    gradients: readonly ArrayLike<number>[],
  ): number {
    const { size } = this;
    const sum = new Float64Array(size * size);
    const T = states.length - 1;
    for (let t = T; t > 0; t--) {
      const change = this.#slopes(states, t, gradients[T - t] ?? []);
      const before = states[t - 1] ?? [];
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          sum[i * size + j] = (sum[i * size + j] ?? NaN) + (change[i] ?? NaN) * (before[j] ?? NaN);
        }
      }
    }
    return norm(sum);
  }

  /** diag(1 - h_t^2) times a gradient of h_t: the gradient of the pre-activations. */
  #slopes(
    states: readonly ArrayLike<number>[],
    t: number,
    gradient: ArrayLike<number>,
  ): Float64Array {
    const h = states[t] ?? [];
    this.#checkSize(`states[${t}]`, h);
    this.#checkSize("a gradient", gradient);
    return Float64Array.from(h, (value, i) => (1 - value * value) * (gradient[i] ?? NaN));
  }

  /** W_hh h. */
  #forwards(h: Float64Array): Float64Array {
    const { size } = this;
    const weights = this.#weights;
    const result = new Float64Array(size);
    for (let i = 0, row = 0; i < size; i++, row += size) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (weights[row + j] ?? NaN) * (h[j] ?? NaN);
      result[i] = this.#gain * sum;
    }
    return result;
  }

  /** W_hh^T g. */
  #backwards(g: Float64Array): Float64Array {
    const { size } = this;
    const weights = this.#weights;
    const result = new Float64Array(size);
    for (let i = 0, row = 0; i < size; i++, row += size) {
      const factor = this.#gain * (g[i] ?? NaN);
      for (let j = 0; j < size; j++) {
        result[j] = (result[j] ?? NaN) + factor * (weights[row + j] ?? NaN);
      }
    }
    return result;
  }

  #checkSize(what: string, { length }: ArrayLike<number>): void {
    if (length === this.size) return;
    throw new InputError(what, `of ${this.size} numbers, one for each unit`, length);
  }
}

/** The Euclidean norm of numbers that neither overflow nor underflow when they are squared. */
function norm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
