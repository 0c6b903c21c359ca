import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Model } from "../model/model.ts";
import { type Batch, numbersOf } from "./batch.ts";
import type { HeldBatches } from "./held_batches.ts";

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
 * @param held What holds them, until it is released.
 */
export function sliceBatches(
  batches: BatchList,
  first: number,
  count: number,
  model: Pick<Model, "replicas" | "batchFirst">,
  held: HeldBatches,
): Batch[] {
  return held.collect(count, model, (i) => {
    const batch = batches.at(first + i);
    if (!batch) throw new InputError("batches", `${batches.length} in all`, first + i);
    return batch;
  });
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
