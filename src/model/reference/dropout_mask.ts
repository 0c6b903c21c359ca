import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../core/shapes.ts";
import { dropoutBits, keepThreshold } from "../../kernels/dropout.ts";

/**
 * What dropout multiplies by: 0 where a number is dropped, the inverse of the share kept elsewhere.
 * The same numbers are dropped as by the kernels' instruction `dropout`.
 *
 * @param shape [replica, ...]; numbers are counted within a replica.
 * @param dropout The share dropped.
 * @param stream The number of the layer below.
 * @param seeds Integers below 2^24: two for all replicas, or two for each.
 * @returns The caller's to dispose.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { dropoutMask } from "./dropout_mask.ts";
 *
 * await selectBackend("cpu");
 * const coins = dropoutMask([1, 1000], 0.5, 0, [1, 2]);
 * assert((await coins.data()).every((coin) => coin === 0 || coin === 2));
 * ```
 */
export function dropoutMask(
  shape: readonly number[],
  dropout: number,
  stream: number,
  seeds: readonly number[],
): tf.Tensor {
  const keep = keepThreshold(dropout);
  const each = sizeOf(shape.slice(1));
  const coins = Float32Array.from({ length: each * (shape[0] ?? 0) }, (_, i) => {
    const pair = seeds.length === 2 ? 0 : 2 * Math.floor(i / each);
    const bits = dropoutBits(i % each, stream, [seeds[pair] ?? 0, seeds[pair + 1] ?? 0]);
    return bits < keep ? 2 ** 24 / keep : 0;
  });
  return tf.tensor(coins, [...shape]);
}
