import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Model } from "../model/model.ts";
import { type Batch, checkedBatch, numbersOf, type Values } from "./engine/batch.ts";

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

/** A copy of one field of a batch. */
interface Copy {
  shape: number[];
  readonly data: Float32Array | Int32Array;
}

/** Copies of the fields of a batch. */
type Copies = Partial<Record<"x" | "target" | "mask", Copy>>;

/**
 * Batches that stay as they are until they are released. Whoever gives them may refill the arrays of
 * a batch, or dispose of its tensors, as soon as the next batch is asked for.
 *
 * Arrays are copied into those of the batches that were released, if they are of the same size: small
 * arrays take longer to make than to fill.
 */
export class HeldBatches {
  readonly #copies: Copies[] = [];
  readonly #tensors: tf.Tensor[] = [];
  #count = 0;

  /**
   * Checks and holds batches, in place of those held before.
   *
   * @param count How many.
   * @param model Tells where the axes of sequence and batch are.
   * @param give Gives the batch at a place from 0 on.
   * @returns Batches with a mask if they have lengths.
   * @throws {InputError} On what is not a batch; nothing is held then.
   */
  collect(
    count: number,
    model: Pick<Model, "replicas" | "batchFirst">,
    give: (index: number) => Batch,
  ): Batch[] {
    this.release();
    const batches: Batch[] = [];
    try {
      while (batches.length < count) {
        const batch = checkedBatch(give(batches.length), model);
        // Nothing is asked for between the last batch and its use.
        batches.push(this.hold(batch, batches.length < count - 1));
      }
    } catch (error) {
      this.release();
      throw error;
    }
    return batches;
  }

  /**
   * Holds a batch besides those that are held.
   *
   * @param batch A checked batch.
   * @param copies Whether its arrays are copied too.
   * @returns The batch, with tensors and arrays of its own.
   */
  hold({ x, target, mask }: Batch, copies = true): Batch {
    const slot = this.#copies[this.#count++] ??= {};
    const keep = (name: keyof Copies, values: Values): Values => {
      if (values instanceof tf.Tensor) {
        const tensor = values.clone();
        this.#tensors.push(tensor);
        return tensor;
      }
      return copies ? copied(slot, name, values) : values;
    };
    return {
      x: keep("x", x),
      target: keep("target", target),
      ...(mask ? { mask: keep("mask", mask) } : {}),
    };
  }

  /** Frees the tensors of all batches; their arrays are filled anew from now on. */
  release(): void {
    for (const tensor of this.#tensors.splice(0)) tensor.dispose();
    this.#count = 0;
  }
}

function copied(slot: Copies, name: keyof Copies, values: Exclude<Values, tf.Tensor>): Copy {
  const { shape, data } = values;
  const before = slot[name];
  if (before?.data.length === data.length && before.data.constructor === data.constructor) {
    before.shape = [...shape];
    before.data.set(data);
    return before;
  }
  return slot[name] = { shape: [...shape], data: data.slice() };
}
