import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { tf } from "../../core/tfjs.ts";
import { affine, checkCell, type RnnCellWeights } from "./cell.ts";

/**
 * The gates and the state after one step of a GRU, each [batch, hidden], or [replica, batch,
 * hidden].
 */
export type GRUStep<T extends Tensor> = {
  /** r_t: the share of the recurrent product that the candidate reads. */
  readonly resetGate: T;
  /** z_t: the share of the previous state that is kept. */
  readonly updateGate: T;
  /** n_t: the candidate, which replaces the rest of the state. */
  readonly candidate: T;
  /** h_t */
  readonly hidden: T;
};

/**
 * Computes one step of a GRU:
 *
 *     r_t = sigmoid(W_ir x_t + b_ir + W_hr h_(t-1) + b_hr)
 *     z_t = sigmoid(W_iz x_t + b_iz + W_hz h_(t-1) + b_hz)
 *     n_t =    tanh(W_in x_t + b_in + r_t (W_hn h_(t-1) + b_hn))
 *     h_t = (1 - z_t) n_t + z_t h_(t-1)
 *
 * The rows of the weights are in the order r, z, n. Source: Cho et al. (2014),
 * doi:10.3115/v1/D14-1179, with the reset gate after the recurrent product, as in PyTorch's
 * `GRUCell`. The paper has the reset gate before this product, and z_t in place of 1 - z_t.
 *
 * @param x The input x_t [batch, input], or [replica, batch, input].
 * @param h The previous state h_(t-1) [batch, hidden], or [replica, batch, hidden].
 * @param weights The weights by PyTorch's names.
 * @returns The gates and the state after the step; the caller disposes of them.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight is unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { gruCell } from "./gru_cell.ts";
 *
 * await selectBackend("cpu");
 * const weights = { weight_ih: tf.zeros([3, 1]), weight_hh: tf.zeros([3, 1]) };
 * // Both gates are half open and the candidate is 0.
 * const { hidden } = gruCell(tf.tensor2d([[1]]), tf.tensor2d([[3]]), weights);
 * assert((await hidden.data())[0] === 1.5);
 * ```
 */
export function gruCell<T extends Tensor2D | Tensor3D>(
  x: T,
  h: T,
  weights: RnnCellWeights,
): GRUStep<T> {
  checkCell(3, x, { h }, weights);
  const { weight_ih, weight_hh, bias_ih, bias_hh } = weights;
  return tf.tidy(() => {
    const [ri, zi, ni] = tf.split(affine(x, weight_ih, bias_ih), 3, -1) as [T, T, T];
    const [rh, zh, nh] = tf.split(affine(h, weight_hh, bias_hh), 3, -1) as [T, T, T];
    const resetGate = tf.sigmoid(ri.add<T>(rh));
    const updateGate = tf.sigmoid(zi.add<T>(zh));
    const candidate = tf.tanh(ni.add<T>(resetGate.mul(nh)));
    const kept = updateGate.mul(h);
    const hidden = tf.sub(1, updateGate).mul(candidate).add<T>(kept);
    return { resetGate, updateGate, candidate, hidden };
  });
}
