import type { Tensor } from "@tensorflow/tfjs";
import { Random } from "../../core/random.ts";
import { sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { dropoutBits, keepThreshold } from "../../kernels/dropout.ts";

/**
 * Draws a dropout mask: 0 for a dropped number, and the inverse of the share that is kept for any
 * other. The kernels' instruction `dropout` drops the same numbers.
 *
 * @param shape [replica, ...]; numbers are counted within a replica.
 * @param dropout The share that is dropped, in [0, 1).
 * @param stream The index of the layer below.
 * @param seeds Integers in [0, 2^24): two for all replicas, or two for each.
 * @returns The mask, which the caller disposes of.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { dropoutMask } from "./dropout_mask.ts";
 *
 * await selectBackend("cpu");
 * const mask = dropoutMask([1, 1000], 0.5, 0, [1, 2]);
 * assert((await mask.data()).every((scale) => scale === 0 || scale === 2));
 * ```
 */
export function dropoutMask(
  shape: readonly number[],
  dropout: number,
  stream: number,
  seeds: readonly number[],
): Tensor {
  const keep = keepThreshold(dropout);
  const each = sizeOf(shape.slice(1));
  const mask = Float32Array.from({ length: each * (shape[0] ?? 0) }, (_, i) => {
    const pair = seeds.length === 2 ? 0 : 2 * Math.floor(i / each);
    const bits = dropoutBits(i % each, stream, [seeds[pair] ?? 0, seeds[pair + 1] ?? 0]);
    return bits < keep ? 2 ** 24 / keep : 0;
  });
  return tf.tensor(mask, [...shape]);
}

/**
 * Draws the seeds of {@link dropoutMask} for each replica.
 *
 * @param random One source, from which the replicas draw in turn, or one for each replica.
 * @param replicas The number of replicas.
 * @returns Two integers in [0, 2^24) for each replica.
 */
export function dropoutSeeds(random: Random | readonly Random[], replicas: number): number[] {
  return Array.from({ length: replicas }, (_, r) => {
    const source = random instanceof Random ? random : random[r];
    return [0, 1].map(() => source?.integer(0, 2 ** 24 - 1) ?? 0);
  }).flat();
}
