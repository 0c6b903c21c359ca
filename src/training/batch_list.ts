import type { Tensor } from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { isTensor } from "../core/tfjs.ts";
import type { Model } from "../model/model.ts";
import { type Batch, checkedBatch, numbersOf, type TensorOrArray } from "./engine/batch.ts";

/** A list of batches: an array, or an object that makes a batch when it is read. */
export interface BatchList {
  /** The number of batches. */
  readonly length: number;
  /**
   * Returns the batch at an index.
   *
   * @param index An integer in [0, length).
   * @returns The batch; `undefined` if the index is out of range.
   */
  at(index: number): Batch | undefined;
}

/**
 * Checks that a value is a list of batches.
 *
 * @param name The name of the value, for the message.
 * @param batches The value.
 * @throws {InputError} If `batches` has no `length` or no `at`.
 */
export function checkBatchList(name: string, batches: BatchList): void {
  const isList = typeof batches === "object" && batches !== null &&
    Number.isSafeInteger(batches.length) && typeof batches.at === "function";
  if (isList) return;
  throw new InputError(
    name,
    "an array of batches, or a list that windowBatches or streamBatches returns",
    batches,
    helpFor(batches),
  );
}

/**
 * Reads consecutive batches of a list, checks them and converts their lengths to masks.
 *
 * @param batches The list.
 * @param first The index of the first batch.
 * @param count The number of batches to read.
 * @param model The model that the batches are for.
 * @param buffer Keeps the batches until it is released.
 * @returns The batches.
 * @throws {InputError} If a batch is wrong, or the list is too short.
 */
export function sliceBatches(
  batches: BatchList,
  first: number,
  count: number,
  model: Pick<Model, "replicas" | "batchFirst">,
  buffer: BatchBuffer,
): Batch[] {
  return buffer.collect(count, model, (i) => {
    const batch = batches.at(first + i);
    if (!batch) throw new InputError("batches", `${batches.length} in all`, first + i);
    return batch;
  });
}

/**
 * Counts the targets of a batch that are neither ignored nor masked. Tensors are read from the
 * device, for which this function waits.
 *
 * @param batch A checked batch.
 * @param ignoreIndex The target that does not count; `null` if every target counts.
 * @returns The number of targets that count.
 */
export async function countTargets(
  { target, mask }: Batch,
  ignoreIndex: number | null,
): Promise<number> {
  const ids = await numbersOf(target);
  // A mask of steps does not apply to targets of whole sequences.
  const isOfTargets = mask?.shape.join() === target.shape.join();
  const counts = mask && isOfTargets ? await numbersOf(mask) : null;
  let count = 0;
  ids.forEach((id, i) => {
    if (id !== ignoreIndex && counts?.[i] !== 0) count++;
  });
  return count;
}

/** A copy of one field of a batch. */
interface FieldCopy {
  shape: number[];
  readonly data: Float32Array | Int32Array;
}

/** Copies of the fields of a batch. */
type BatchCopy = Partial<Record<"x" | "target" | "mask", FieldCopy>>;

/**
 * Keeps batches unchanged until {@link BatchBuffer.release}, although their owner may refill the
 * arrays of a batch, or dispose of its tensors, as soon as the next batch is read.
 *
 * Arrays are copied into arrays of the same size that were released before, because allocating a
 * small array takes longer than filling it.
 */
export class BatchBuffer {
  readonly #copies: BatchCopy[] = [];
  readonly #tensors: Tensor[] = [];
  #count = 0;

  /**
   * Releases the previous batches, then reads, checks and keeps new ones.
   *
   * @param count The number of batches to read.
   * @param model The model that the batches are for.
   * @param read Returns the batch at an index from 0.
   * @returns The batches, with a mask if they have lengths.
   * @throws {InputError} If a batch is wrong; then none is kept.
   */
  collect(
    count: number,
    model: Pick<Model, "replicas" | "batchFirst">,
    read: (index: number) => Batch,
  ): Batch[] {
    this.release();
    const batches: Batch[] = [];
    try {
      while (batches.length < count) {
        const batch = checkedBatch(read(batches.length), model);
        // The last batch is used before the next one is read, so its arrays need no copy.
        batches.push(this.add(batch, batches.length < count - 1));
      }
    } catch (error) {
      this.release();
      throw error;
    }
    return batches;
  }

  /**
   * Keeps one more batch.
   *
   * @param batch A checked batch.
   * @param copies Whether its arrays are copied; by default they are.
   * @returns The batch, with clones of its tensors.
   */
  add({ x, target, mask }: Batch, copies = true): Batch {
    const slot = this.#copies[this.#count++] ??= {};
    const keep = (name: keyof BatchCopy, values: TensorOrArray): TensorOrArray => {
      if (isTensor(values)) {
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

  /** Frees the tensors of all batches. Their arrays are used for later batches. */
  release(): void {
    for (const tensor of this.#tensors.splice(0)) tensor.dispose();
    this.#count = 0;
  }
}

function copied(
  slot: BatchCopy,
  name: keyof BatchCopy,
  values: Exclude<TensorOrArray, Tensor>,
): FieldCopy {
  const { shape, data } = values;
  const before = slot[name];
  if (before?.data.length === data.length && before.data.constructor === data.constructor) {
    before.shape = [...shape];
    before.data.set(data);
    return before;
  }
  return slot[name] = { shape: [...shape], data: data.slice() };
}
