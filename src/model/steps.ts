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
export function steps(sequence: tf.Tensor3D): tf.Tensor2D[];
/**
 * The parts of a tensor along an axis.
 *
 * @param sequence A tensor of four axes.
 * @param axis The one that the parts lack.
 * @returns The parts in order, the caller's to dispose.
 */
export function steps(sequence: tf.Tensor4D, axis: number): tf.Tensor3D[];
export function steps(sequence: tf.Tensor, axis = 0): tf.Tensor[] {
  // The gradient of tfjs's unstack fails where there is one part only.
  if (sequence.shape[axis] === 1) return [sequence.squeeze([axis])];
  return tf.unstack(sequence, axis);
}
