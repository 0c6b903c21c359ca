import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Model } from "../model/model.ts";
import { type Batch, checkedBatch, numbersOf, type Values } from "./batch.ts";

/** Batches by their place: an array, or what makes them when they are asked for. */
export interface BatchList {
  /** How many there are. */
  readonly length: number;
  /** The batch at a place from 0 on. */
  at(index: number): Batch | undefined;
}

/**
 * Checks that a value is a list of batches.
 *
 * @throws {InputError} If it has no `length` and no `at`.
 */
export function checkBatchList(name: string, batches: BatchList): void {
  const isList = typeof batches === "object" && batches !== null &&
    Number.isSafeInteger(batches.length) && typeof batches.at === "function";
  if (isList) return;
  throw new InputError(
    name,
    "an array of batches, or what windowBatches or streamBatches give",
    batches,
    helpFor(batches),
  );
}

/**
 * Batches one after the other, checked, with a mask if there are lengths.
 *
 * @returns As {@link heldBatches} gives them: dispose of them with {@link disposeBatches}.
 */
export function sliceBatches(
  batches: BatchList,
  first: number,
  count: number,
  model: Pick<Model, "replicas" | "batchFirst">,
): Batch[] {
  return heldBatches(count, model, (i) => {
    const batch = batches.at(first + i);
    if (!batch) throw new InputError("batches", `${batches.length} in all`, first + i);
    return batch;
  });
}

/**
 * Checked batches that stay as they are until {@link disposeBatches}. Whoever gives them may refill the
 * arrays of a batch, or dispose of its tensors, as soon as the next one is asked for.
 *
 * @param count How many.
 * @param model Tells where the axes of sequence and batch are.
 * @param give Gives the batch at a place from 0 on.
 * @returns Batches with a mask if they have lengths.
 * @throws {InputError} On what is not a batch; no tensor is left then.
 */
export function heldBatches(
  count: number,
  model: Pick<Model, "replicas" | "batchFirst">,
  give: (index: number) => Batch,
): Batch[] {
  const held: Batch[] = [];
  try {
    while (held.length < count) {
      const batch = checkedBatch(give(held.length), model);
      // No batch comes after the last one before they are used.
      held.push(heldBatch(batch, held.length < count - 1));
    }
  } catch (error) {
    disposeBatches(held);
    throw error;
  }
  return held;
}

/** A batch with tensors of its own and, if `copies`, with arrays of its own. */
export function heldBatch({ x, target, mask }: Batch, copies: boolean): Batch {
  const hold = (values: Values): Values => {
    if (values instanceof tf.Tensor) return values.clone();
    return copies ? { shape: [...values.shape], data: values.data.slice() } : values;
  };
  return { x: hold(x), target: hold(target), ...(mask ? { mask: hold(mask) } : {}) };
}

/** Frees the tensors of batches that were held. */
export function disposeBatches(batches: readonly Batch[]): void {
  for (const { x, target, mask } of batches) {
    for (const values of [x, target, mask]) if (values instanceof tf.Tensor) values.dispose();
  }
}

/**
 * How many targets of a batch count: those that are neither ignored nor masked. Tensors are read from
 * the device, which costs a wait.
 */
export async function countTargets(
  { target, mask }: Batch,
  ignoreIndex: number | null,
): Promise<number> {
  const ids = await numbersOf(target);
  // A mask of steps says nothing of targets that are one for a sequence.
  const isOfTargets = mask?.shape.join() === target.shape.join();
  const counts = mask && isOfTargets ? await numbersOf(mask) : null;
  let count = 0;
  ids.forEach((id, i) => {
    if (id !== ignoreIndex && counts?.[i] !== 0) count++;
  });
  return count;
}
