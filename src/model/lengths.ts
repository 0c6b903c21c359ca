import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { isTensor } from "../core/tfjs.ts";

/** The axes of a mask. */
export interface MaskAxes {
  /** The number of steps. */
  readonly sequence: number;
  /** The number of sequences. */
  readonly batch: number;
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading replica axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
}

/**
 * Converts the lengths of sequences to a mask.
 *
 * @param lengths The number of steps of each sequence, the same in every replica.
 * @param axes The axes of the mask.
 * @returns The mask, 1 for each step of a sequence and 0 for padding: [sequence, batch], or [batch,
 * sequence] if the batch comes first, after the replica axis if there is one.
 * @throws {InputError} If `lengths` is not an array of one integer in [1, sequence] for each
 * sequence.
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
 * Throws unless `lengths` has an integer in [1, sequence] for each sequence of a batch.
 *
 * @param lengths The lengths.
 * @param sequence The number of steps.
 * @param batch The number of sequences.
 * @throws {InputError} If `lengths` is not such an array.
 */
export function checkLengths(lengths: unknown, sequence: number, batch: number): void {
  const wanted = `${batch} integers from 1 to ${sequence}`;
  if (!Array.isArray(lengths)) {
    const help = ArrayBuffer.isView(lengths)
      ? "Array.from(lengths) makes one"
      : isTensor(lengths)
      ? "Read a tensor first: Array.from(await lengths.data())"
      : undefined;
    throw new InputError("lengths", `an array of ${wanted}`, lengths, helpFor(lengths, help));
  }
  const fits = (length: unknown): boolean =>
    Number.isInteger(length) && Number(length) >= 1 && Number(length) <= sequence;
  // The copy has undefined for each hole, which `every` alone would skip.
  if (lengths.length !== batch || ![...lengths].every(fits)) {
    throw new InputError("lengths", wanted, lengths);
  }
}
