import * as tf from "@tensorflow/tfjs";
import type { Model } from "../model/model.ts";
import { type Batch, checkedBatch, type Values } from "./batch.ts";

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
