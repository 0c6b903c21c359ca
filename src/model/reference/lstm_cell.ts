import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { affine, checkCell, type RnnCellWeights } from "./cell.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { tf } from "../../core/tfjs.ts";

/** The state of an LSTM: a hidden state and a cell state of the same shape. */
export type LSTMState<T extends Tensor = Tensor> = {
  /** The hidden state, which is the output of the layer. */
  readonly h: T;
  /** The cell state, which only the layer itself reads. */
  readonly c: T;
};

const names: OptionNames<LSTMState> = { h: true, c: true };

/**
 * The gates and the state after one step of an LSTM, each [batch, hidden], or [replica, batch,
 * hidden].
 */
export type LSTMStep<T extends Tensor> = {
  /** i_t: the share of the candidate that is added to the cell state. */
  readonly inputGate: T;
  /** f_t: the share of the previous cell state that is kept. */
  readonly forgetGate: T;
  /** g_t: the candidate, which the input gate scales. */
  readonly candidate: T;
  /** o_t: the share of tanh(c_t) that is the hidden state. */
  readonly outputGate: T;
  /** c_t */
  readonly cell: T;
  /** h_t */
  readonly hidden: T;
};

/**
 * Computes one step of an LSTM:
 *
 *     i_t = sigmoid(W_ii x_t + b_ii + W_hi h_(t-1) + b_hi)
 *     f_t = sigmoid(W_if x_t + b_if + W_hf h_(t-1) + b_hf)
 *     g_t =    tanh(W_ig x_t + b_ig + W_hg h_(t-1) + b_hg)
 *     o_t = sigmoid(W_io x_t + b_io + W_ho h_(t-1) + b_ho)
 *     c_t = f_t c_(t-1) + i_t g_t
 *     h_t = o_t tanh(c_t)
 *
 * The rows of the weights are in the order i, f, g, o. Source: Hochreiter & Schmidhuber (1997),
 * doi:10.1162/neco.1997.9.8.1735, with the forget gate of Gers, Schmidhuber & Cummins (2000),
 * doi:10.1162/089976600300015015, in the form of PyTorch's `LSTMCell`.
 *
 * @param x The input x_t [batch, input], or [replica, batch, input].
 * @param state The previous state, h_(t-1) and c_(t-1) [batch, hidden], or [replica, batch,
 * hidden].
 * @param weights The weights by PyTorch's names.
 * @returns The gates and the state after the step; the caller disposes of them.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight or part of the
 * state is unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { lstmCell } from "./lstm_cell.ts";
 *
 * await selectBackend("cpu");
 * const weights = { weight_ih: tf.zeros([4, 1]), weight_hh: tf.zeros([4, 1]) };
 * const state = { h: tf.zeros<tf.Rank.R2>([1, 1]), c: tf.tensor2d([[3]]) };
 * // Every gate is half open and the candidate is 0.
 * const { cell } = lstmCell(tf.tensor2d([[1]]), state, weights);
 * assert((await cell.data())[0] === 1.5);
 * ```
 */
export function lstmCell<T extends Tensor2D | Tensor3D>(
  x: T,
  state: LSTMState<T>,
  weights: RnnCellWeights,
): LSTMStep<T> {
  checkOptions("the state", state, names, "field");
  const { h, c } = state;
  checkCell(4, x, { h, c }, weights);
  const { weight_ih, weight_hh, bias_ih, bias_hh } = weights;
  return tf.tidy(() => {
    const sums = affine(x, weight_ih, bias_ih).add<T>(affine(h, weight_hh, bias_hh));
    const [i, f, g, o] = tf.split(sums, 4, -1) as [T, T, T, T];
    const inputGate = tf.sigmoid(i);
    const forgetGate = tf.sigmoid(f);
    const candidate = tf.tanh(g);
    const outputGate = tf.sigmoid(o);
    const cell = forgetGate.mul(c).add<T>(inputGate.mul(candidate));
    const hidden = outputGate.mul<T>(tf.tanh(cell));
    return { inputGate, forgetGate, candidate, outputGate, cell, hidden };
  });
}
