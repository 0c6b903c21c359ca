import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { tf } from "../../core/tfjs.ts";
import { affine, checkCell, type RnnCellWeights } from "./cell.ts";

export type { RnnCellWeights } from "./cell.ts";

/** The activation of a simple recurrent cell; `"identity"` makes the network linear. */
export type Nonlinearity = "tanh" | "relu" | "identity";

/**
 * Computes one step of a simple recurrent network:
 *
 *     h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)
 *
 * Source: Elman (1990), doi:10.1207/s15516709cog1402_1, in the form of PyTorch's `RNNCell`; with
 * `"relu"`, Le, Jaitly & Hinton (2015), arXiv:1504.00941.
 *
 * @param x The input x_t [batch, input], or [replica, batch, input].
 * @param h The previous state h_(t-1) [batch, hidden], or [replica, batch, hidden].
 * @param weights The weights by PyTorch's names.
 * @param nonlinearity The activation; `"tanh"` by default.
 * @returns The state h_t, shaped as h; the caller disposes of it.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight or the
 * activation is unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { rnnCell } from "./rnn_cell.ts";
 *
 * await selectBackend("cpu");
 * const weights = {
 *   weight_ih: tf.tensor2d([[1]]),
 *   weight_hh: tf.tensor2d([[0.5]]),
 *   bias_ih: tf.tensor1d([0.1]),
 * };
 * const h = rnnCell(tf.tensor2d([[0.2]]), tf.tensor2d([[0.4]]), weights);
 * const [value = NaN] = await h.data();
 * assert(Math.abs(value - Math.tanh(0.2 + 0.2 + 0.1)) < 1e-6);
 * ```
 */
export function rnnCell<T extends Tensor2D | Tensor3D>(
  x: T,
  h: T,
  weights: RnnCellWeights,
  nonlinearity: Nonlinearity = "tanh",
): T {
  if (nonlinearity !== "tanh" && nonlinearity !== "relu" && nonlinearity !== "identity") {
    throw new InputError("nonlinearity", '"tanh", "relu" or "identity"', nonlinearity);
  }
  checkCell(1, x, { h }, weights);
  const { weight_ih, weight_hh, bias_ih, bias_hh } = weights;
  return tf.tidy(() => {
    const sum = affine(x, weight_ih, bias_ih).add<T>(affine(h, weight_hh, bias_hh));
    return nonlinearity === "identity" ? sum : tf[nonlinearity](sum);
  });
}
