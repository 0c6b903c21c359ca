import * as tf from "@tensorflow/tfjs";

/**
 * The matrices of a sequence, one a step.
 *
 * @param sequence [sequence, batch, feature]
 * @returns Matrices [batch, feature], the caller's to dispose.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { steps } from "./steps.ts";
 *
 * await selectBackend("cpu");
 * assert(steps(tf.ones([7, 2, 10])).length === 7);
 * ```
 */
export function steps(sequence: tf.Tensor3D): tf.Tensor2D[] {
  const [length, batch, feature] = sequence.shape;
  // The gradient of tfjs's unstack fails where there is one matrix only.
  if (length === 1) return [sequence.reshape([batch, feature])];
  return tf.unstack(sequence) as tf.Tensor2D[];
}
