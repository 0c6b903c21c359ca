import * as tf from "@tensorflow/tfjs";

/**
 * x W^T + b, for one network or, with a leading replica axis, for several side by side.
 *
 * @param x [batch, input], or [replica, batch, input].
 * @param weight [output, input], or [replica, output, input].
 * @param bias [output], or [replica, output]; none where it is left out.
 * @returns [batch, output], or [replica, batch, output]; the caller's to dispose.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { affine } from "./affine.ts";
 *
 * await selectBackend("cpu");
 * const y = affine(tf.ones([2, 3]), tf.ones([5, 3]), tf.ones([5]));
 * assert(y.shape.join() === "2,5" && (await y.data())[0] === 4);
 * ```
 */
export function affine<T extends tf.Tensor>(x: T, weight: tf.Tensor, bias?: tf.Tensor): T {
  return tf.tidy(() => {
    const product = tf.matMul<T>(x, weight, false, true);
    return bias ? product.add<T>(bias.expandDims(-2)) : product;
  });
}
