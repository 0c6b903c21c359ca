import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import type { Batch } from "./batch.ts";

/** Batches by their place: an array, or what makes them when they are asked for. */
export interface BatchList {
  /** How many there are. */
  readonly length: number;
  /** The batch at a place from 0 on. */
  at(index: number): Batch | undefined;
}

/** Batches one after the other. */
export function sliceBatches(batches: BatchList, first: number, count: number): Batch[] {
  return Array.from({ length: count }, (_, i) => {
    const batch = batches.at(first + i);
    if (!batch) throw new InputError("batches", `${batches.length} in all`, first + i);
    return batch;
  });
}

/** How many targets of a batch count; those on the device are not looked at, and all do. */
export function countTargets({ target }: Batch, ignoreIndex: number | null): number {
  if (target instanceof tf.Tensor) return target.size;
  let count = 0;
  for (const id of target.data) if (id !== ignoreIndex) count++;
  return count;
}
