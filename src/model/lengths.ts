import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";

/** Where the steps and the sequences of a batch lie. */
export interface MaskAxes {
  /** Steps. */
  readonly sequence: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Whether the batch axis is before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
}

/**
 * The mask that lengths stand for.
 *
 * @param lengths How many steps of each sequence count, the same in every replica.
 * @param axes The axes of the mask.
 * @returns 1 where a step counts and 0 after it: [sequence, batch], or [batch, sequence] if the batch
 *   is first, after the replica axis if there is one.
 * @throws {InputError} If lengths are not an array of an integer from 1 to `sequence` for each
 *   sequence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lengthsMask } from "./lengths.ts";
 *
 * const axes = { sequence: 3, batch: 2, batchFirst: true, replicas: undefined };
 * const { shape, data } = lengthsMask([3, 1], axes);
 * assertEquals([shape, [...data]], [[2, 3], [1, 1, 1, 1, 0, 0]]);
 * ```
 */
export function lengthsMask(
  lengths: readonly number[],
  { sequence, batch, batchFirst, replicas }: MaskAxes,
): NDArray {
  checkLengths(lengths, sequence, batch);
  const one = new Float32Array(sequence * batch);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) one[batchFirst ? b * sequence + t : t * batch + b] = 1;
  });
  const data = new Float32Array(one.length * (replicas ?? 1));
  for (let start = 0; start < data.length; start += one.length) data.set(one, start);
  const shape = batchFirst ? [batch, sequence] : [sequence, batch];
  return { shape: replicas === undefined ? shape : [replicas, ...shape], data };
}

/**
 * Checks the lengths of the sequences of a batch.
 *
 * @throws {InputError} If they are not an array of an integer from 1 to `sequence` for each sequence.
 */
export function checkLengths(lengths: unknown, sequence: number, batch: number): void {
  const wanted = `${batch} integers from 1 to ${sequence}`;
  if (!Array.isArray(lengths)) {
    const help = ArrayBuffer.isView(lengths)
      ? "Array.from(lengths) makes one"
      : lengths instanceof tf.Tensor
      ? "Read a tensor first: Array.from(await lengths.data())"
      : undefined;
    throw new InputError("lengths", `an array of ${wanted}`, lengths, helpFor(lengths, help));
  }
  const fits = (length: unknown): boolean =>
    Number.isInteger(length) && Number(length) >= 1 && Number(length) <= sequence;
  // A copy, in which what is not there is undefined, and is looked at too.
  if (lengths.length !== batch || ![...lengths].every(fits)) {
    throw new InputError("lengths", wanted, lengths);
  }
}
