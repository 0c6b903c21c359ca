import type { Tensor } from "@tensorflow/tfjs";
import { tf } from "../../core/tfjs.ts";
import type { AttentionInputs, AttentionOutputs } from "../../kernels/ops/attention.ts";
import { affine } from "./cell.ts";

/** A score whose exponential is 0 beside any other. */
const LOWEST = -1e30;

/**
 * Computes {@link attention} in ops of TensorFlow.js, through which gradients of any order flow.
 *
 * @param inputs The states, a mask, and the parameters of the scores, whose shapes were checked.
 * @returns The weighted mean of the states of each sequence, and the weights; the caller disposes
 * of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { plainAttention } from "./plain_attention.ts";
 *
 * await selectBackend("cpu");
 * const mask = tf.tensor3d([[[1], [1], [0]]]);
 * const { context } = plainAttention({ states: tf.tensor4d([[[[1]], [[2]], [[9]]]]), mask });
 * assertEquals([...await context.data()], [1.5]);
 * ```
 */
export function plainAttention({ states, mask, scores }: AttentionInputs): AttentionOutputs {
  const [replica = 0, sequence = 0, batch = 0, width = 0] = states.shape;
  return tf.tidy(() => {
    const score = (): Tensor => {
      if (!scores) return tf.zeros([replica, sequence, batch]);
      const rows = states.reshape([replica, sequence * batch, width]);
      const units = affine(rows, scores.weight, scores.bias).tanh();
      return units.mul(scores.query.expandDims(1)).sum(-1).reshape([replica, sequence, batch]);
    };
    const found = score();
    const counted = mask ? tf.where(mask.notEqual(0), found, tf.fill(found.shape, LOWEST)) : found;
    const shares = counted.transpose([0, 2, 1]).softmax().transpose([0, 2, 1]);
    // A product, since the shares are not 0 if no step counts.
    const weights = mask ? shares.mul(mask) : shares;
    const context = states.mul(weights.expandDims(-1)).sum(1);
    return {
      context: context.as3D(replica, batch, width),
      weights: weights.as3D(replica, sequence, batch),
    };
  });
}
