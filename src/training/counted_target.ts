import * as tf from "@tensorflow/tfjs";
import type { Values } from "./batch.ts";

/**
 * Classes with those of padding replaced by what does not count.
 *
 * @param target Classes [...]; stays as it is.
 * @param mask 1 where they count, 0 elsewhere, of the same shape.
 * @param ignored What does not count.
 * @returns Plain values of plain values, else a tensor, the caller's to dispose.
 */
export function countedTarget(target: Values, mask: Values, ignored: number): Values {
  if (target instanceof tf.Tensor || mask instanceof tf.Tensor) {
    return tf.tidy(() => {
      const [classes, counts] = [target, mask].map((values) =>
        values instanceof tf.Tensor ? values : tf.tensor(values.data, [...values.shape])
      );
      if (!classes || !counts) throw new RangeError("two tensors became fewer");
      return tf.where(counts.notEqual(0), classes.toFloat(), tf.fill(classes.shape, ignored));
    });
  }
  const data = Float32Array.from(target.data, (id, i) => mask.data[i] === 0 ? ignored : id);
  return { shape: target.shape, data };
}
