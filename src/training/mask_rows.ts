import type * as tf from "@tensorflow/tfjs";

/**
 * The mask of a batch, where it chooses rows of the output: a model that gives out its last state
 * alone has no rows for a mask of steps to choose from.
 *
 * @param mask [..., sequence, batch]
 * @param output [..., width]
 */
export function maskRows(mask: tf.Tensor | undefined, output: tf.Tensor): tf.Tensor | undefined {
  return mask?.shape.join() === output.shape.slice(0, -1).join() ? mask : undefined;
}
