import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { assertSquare, type Matrix, norm } from "./matrix.ts";

/**
 * Computes the recurrence h_t = tanh(a_t + W_hh h_(t-1)) of one sequence in float64, and the
 * gradients of a loss of the last state with respect to all states. The contribution of the input
 * and the bias is a_t.
 *
 * Use it for wide networks and long sequences, for which float32 is not precise enough and tensors
 * are slow; `gradientFlow` measures a whole network.
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
  /** The number of units. */
  #size: number;
  /** W_hh divided by the gain, in row-major order, with rows of 0 up to a multiple of four. */
  #weights: Float64Array;
  #gain = 1;

  /**
   * Copies the weights.
   *
   * @param recurrent W_hh of shape [hidden, hidden].
   * @throws {InputError} If W_hh is not square or a weight is not finite.
   */
  constructor(recurrent: Matrix) {
    assertSquare("recurrent", recurrent);
    this.#size = recurrent.length;
    this.#weights = new Float64Array(4 * Math.ceil(this.#size / 4) * this.#size);
    for (const [i, row] of recurrent.entries()) this.#weights.set(row, i * this.#size);
  }

  /** The number of units. */
  get size(): number {
    return this.#size;
  }

  /**
   * Returns the recurrence with scaled weights.
   *
   * @param gain The factor of every weight of W_hh.
   * @returns A new recurrence.
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
   * Computes the states from the initial state 0.
   *
   * @param inputs a_1 to a_T, of shape [T, hidden].
   * @returns The states h_0 = 0 to h_T, of shape [T + 1, hidden].
   * @throws {InputError} If an input does not have one number for each unit.
   */
  states(inputs: readonly ArrayLike<number>[]): Float64Array[] {
    let h: Float64Array = new Float64Array(this.size);
    const states = [h];
    for (const [t, input] of inputs.entries()) {
      this.#checkSize(`inputs[${t}]`, input);
      h = this.#forwards(h);
      for (let i = 0; i < h.length; i++) h[i] = Math.tanh((h[i] ?? NaN) + (input[i] ?? NaN));
      states.push(h);
    }
    return states;
  }

  /**
   * Computes the gradients with respect to all states from that of the last state.
   *
   * @param states The states h_0 to h_T, as {@link TanhRecurrence.states} returns them.
   * @param gradient dL/dh_T, of shape [hidden].
   * @returns dL/dh_(T-k) by lag k from 0 to T, of shape [T + 1, hidden].
   * @throws {InputError} If a state or the gradient does not have one number for each unit.
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
   * Computes the Frobenius norm of the gradient of W_hh, which is the sum over all steps of diag(1
   * - h_t^2) dL/dh_t h_(t-1)^T.
   *
   * @param states The states h_0 to h_T.
   * @param gradients dL/dh_(T-k) by lag k, as {@link TanhRecurrence.stateGradients} returns them.
   * @returns The norm.
   * @throws {InputError} If a state or a gradient does not have one number for each unit.
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

  /** The gradient of the pre-activations: diag(1 - h_t^2) times the gradient of h_t. */
  #slopes(
    states: readonly ArrayLike<number>[],
    t: number,
    gradient: ArrayLike<number>,
  ): Float64Array {
    const h = states[t] ?? [];
    this.#checkSize(`states[${t}]`, h);
    this.#checkSize("a gradient", gradient);
    const result = new Float64Array(this.#size);
    for (let i = 0; i < result.length; i++) {
      const value = h[i] ?? NaN;
      result[i] = (1 - value * value) * (gradient[i] ?? NaN);
    }
    return result;
  }

  /**
   * Returns W_hh h. Four rows are computed at once, since their sums do not depend on each other.
   */
  #forwards(h: Float64Array): Float64Array {
    const { size } = this;
    const weights = this.#weights;
    const result = new Float64Array(weights.length / size);
    for (let i = 0, row = 0; row < weights.length; i += 4, row += 4 * size) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0, at = row; j < size; j++, at++) {
        const value = h[j] ?? NaN;
        a += (weights[at] ?? NaN) * value;
        b += (weights[at + size] ?? NaN) * value;
        c += (weights[at + 2 * size] ?? NaN) * value;
        d += (weights[at + 3 * size] ?? NaN) * value;
      }
      result[i] = this.#gain * a;
      result[i + 1] = this.#gain * b;
      result[i + 2] = this.#gain * c;
      result[i + 3] = this.#gain * d;
    }
    return result.subarray(0, size);
  }

  /** Returns W_hh^T g, four rows at once. */
  #backwards(g: Float64Array): Float64Array {
    const { size } = this;
    const weights = this.#weights;
    const result = new Float64Array(size);
    for (let i = 0, row = 0; row < weights.length; i += 4, row += 4 * size) {
      // The rows of padding are 0.
      const [a = 0, b = 0, c = 0, d = 0] = g.subarray(i, i + 4);
      for (let j = 0, at = row; j < size; j++, at++) {
        result[j] = (result[j] ?? NaN) + a * (weights[at] ?? NaN) +
          b * (weights[at + size] ?? NaN) +
          c * (weights[at + 2 * size] ?? NaN) + d * (weights[at + 3 * size] ?? NaN);
      }
    }
    return result.map((sum) => this.#gain * sum);
  }

  #checkSize(what: string, { length }: ArrayLike<number>): void {
    if (length === this.size) return;
    throw new InputError(what, `of ${this.size} numbers, one for each unit`, length);
  }
}
