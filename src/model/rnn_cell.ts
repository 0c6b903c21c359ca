import * as tf from "@tensorflow/tfjs";

/** What follows the sum in a recurrent cell; `"identity"` makes the network linear. */
export type Nonlinearity = "tanh" | "identity";

/** The weights of a recurrent cell. */
export interface RnnCellWeights {
  /** [hidden, input] */
  readonly W_ih: tf.Tensor2D;
  /** [hidden, hidden] */
  readonly W_hh: tf.Tensor2D;
  /** [hidden] */
  readonly b_h: tf.Tensor1D;
}

/**
 * One step of a simple recurrent network: h_t = tanh(x_t W_ih^T + h_(t-1) W_hh^T + b_h).
 *
 * Source: Elman (1990), in the form of PyTorch's `RNNCell`, whose two biases only ever act as
 * their sum b_h.
 *
 * @param x The input x_t [batch, input].
 * @param h The state before, h_(t-1) [batch, hidden].
 * @param nonlinearity `"identity"` leaves the tanh out.
 * @returns The state after, h_t [batch, hidden]; the caller's to dispose.
 * @throws {Error} tfjs's own, where shapes do not fit each other.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { rnnCell } from "./rnn_cell.ts";
 *
 * await selectBackend("cpu");
 * const weights = {
 *   W_ih: tf.tensor2d([[1]]),
 *   W_hh: tf.tensor2d([[0.5]]),
 *   b_h: tf.tensor1d([0.1]),
 * };
 * const h = rnnCell(tf.tensor2d([[0.2]]), tf.tensor2d([[0.4]]), weights);
 * const [value = NaN] = await h.data();
 * assert(Math.abs(value - Math.tanh(0.2 + 0.2 + 0.1)) < 1e-6);
 * ```
 */
export function rnnCell(
  x: tf.Tensor2D,
  h: tf.Tensor2D,
  { W_ih, W_hh, b_h }: RnnCellWeights,
  nonlinearity: Nonlinearity = "tanh",
): tf.Tensor2D {
  return tf.tidy(() => {
    const fromInput = tf.matMul(x, W_ih, false, true);
    const fromState = tf.matMul(h, W_hh, false, true);
    const sum = fromInput.add(fromState).add<tf.Tensor2D>(b_h);
    return nonlinearity === "tanh" ? sum.tanh() : sum;
  });
}
