import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { tf } from "../../core/tfjs.ts";
import { affine, checkFeedforwardCell, type RnnCellWeights } from "./cell.ts";

/** The weights of a {@link feedforwardCell}, as those of a recurrent cell without the state's. */
export type FeedforwardCellWeights = Pick<RnnCellWeights, "weight_ih" | "bias_ih">;

/**
 * Computes one step of a layer without recurrence:
 *
 *     h_t = tanh(W_ih x_t + b_ih)
 *
 * @param x The input x_t [batch, input], or [replica, batch, input].
 * @param weights The weights by the names that they have in a recurrent cell.
 * @param nonlinearity The activation; `"tanh"` by default.
 * @returns The state h_t [batch, hidden], or [replica, batch, hidden]; the caller disposes of it.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight or the
 * activation is unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { feedforwardCell } from "./feedforward_cell.ts";
 *
 * await selectBackend("cpu");
 * const weights = { weight_ih: tf.tensor2d([[2]]), bias_ih: tf.tensor1d([0.1]) };
 * const [value = NaN] = await feedforwardCell(tf.tensor2d([[0.2]]), weights).data();
 * assert(Math.abs(value - Math.tanh(0.4 + 0.1)) < 1e-6);
 * ```
 */
export function feedforwardCell<T extends Tensor2D | Tensor3D>(
  x: T,
  weights: FeedforwardCellWeights,
  nonlinearity: "tanh" | "relu" = "tanh",
): T {
  if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
    throw new InputError("nonlinearity", '"tanh" or "relu"', nonlinearity);
  }
  checkFeedforwardCell(x, weights);
  const { weight_ih, bias_ih } = weights;
  return tf.tidy(() => tf[nonlinearity](affine<T>(x, weight_ih, bias_ih)));
}
