import type { Tensor } from "@tensorflow/tfjs";
import * as tfjs from "@tensorflow/tfjs";

/** TensorFlow.js. */
export const tf: typeof tfjs = tfjs;

/**
 * Whether a value is a tensor of TensorFlow.js.
 *
 * @param value The value.
 * @returns `true` if it is a tensor.
 */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof tf.Tensor;
}
