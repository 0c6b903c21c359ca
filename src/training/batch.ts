import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import type { Model } from "../model/model.ts";

/** Numbers with a shape: a float32 or int32 tensor, or plain arrays, which need no copy in tfjs. */
export type Values = tf.Tensor | {
  /** Sizes by axis. */
  readonly shape: readonly number[];
  /** The numbers in row-major order. */
  readonly data: Float32Array | Int32Array;
};

/** What a training step learns from. Every field has a leading axis where the model has replicas. */
export interface Batch {
  /**
   * [sequence, batch, input], or ids [sequence, batch] where the model embeds them; the batch before
   * the sequence where the layers want it so.
   */
  readonly x: Values;
  /** As the loss wants it. */
  readonly target: Values;
  /**
   * 1 where a step counts, 0 where it is padding [sequence, batch]; by default all count. Padding
   * must be numbers all the same: what is NaN spreads.
   */
  readonly mask?: Values;
}

/** A tensor of values, the caller's to dispose; tensors given stay as they are. */
export function toTensor(values: Values): tf.Tensor {
  if (values instanceof tf.Tensor) return values.clone();
  // A copy, since tfjs may go on using the array it is given.
  return tf.tensor(Float32Array.from(values.data), [...values.shape]);
}

/** The numbers of values; those of a tensor are read from the device. */
export async function numbersOf(values: Values): Promise<Float32Array | Int32Array> {
  if (!(values instanceof tf.Tensor)) return values.data;
  const data = await values.data();
  return data instanceof Uint8Array ? Int32Array.from(data) : data;
}

/**
 * Checks that every field of a batch is numbers of its shape.
 *
 * @throws {InputError} On a field that is missing or none, and on data of another length.
 */
export function checkBatch({ x, target, mask }: Batch): void {
  for (const [name, values] of Object.entries({ x, target, ...(mask ? { mask } : {}) })) {
    if (values instanceof tf.Tensor) continue;
    const isData = values?.data instanceof Float32Array || values?.data instanceof Int32Array;
    if (!isData || !Array.isArray(values.shape)) {
      throw new InputError(name, "a tensor, or a shape with a Float32Array or Int32Array", values);
    }
    const count = values.shape.reduce((a: number, b: number) => a * b, 1);
    if (values.data.length !== count) {
      throw new InputError(`data of ${name}`, `${count} numbers`, values.data.length);
    }
  }
}

/**
 * Checks the shape of one field of a batch, with the model's axis of replicas before the others.
 *
 * @throws {InputError} Naming axes, wanted and found sizes.
 */
export function checkValues(
  name: string,
  values: Values,
  { replicas }: Pick<Model, "replicas">,
  axes: Readonly<Record<string, number | null>>,
): void {
  assertShape(name, values.shape, replicas === undefined ? axes : { replica: replicas, ...axes });
}

/**
 * Checks that values are ids, or `ignored`. Those that lie on a GPU are taken at their word, since
 * looking at them would cost a wait.
 *
 * @throws {InputError} On the first number that is none.
 */
export function checkIds(name: string, values: Values, count: number, ignored?: number): void {
  if (values instanceof tf.Tensor && tf.getBackend() === "webgpu") return;
  checkIdNumbers(
    name,
    values instanceof tf.Tensor ? values.dataSync() : values.data,
    count,
    ignored,
  );
}

/**
 * Checks that numbers are ids, or `ignored`.
 *
 * @throws {InputError} On the first number that is none.
 */
export function checkIdNumbers(
  name: string,
  numbers: Iterable<number>,
  count: number,
  ignored?: number,
): void {
  for (const id of numbers) {
    if (id === ignored || (Number.isInteger(id) && id >= 0 && id < count)) continue;
    throw new InputError(name, `integers from 0 to ${count - 1}`, id);
  }
}

/**
 * Checks that a mask is 0 or 1 throughout; one on a GPU is taken at its word.
 *
 * @throws {InputError} On the first number that is neither.
 */
export function checkMask(mask: Values): void {
  if (mask instanceof tf.Tensor && tf.getBackend() === "webgpu") return;
  for (const value of mask instanceof tf.Tensor ? mask.dataSync() : mask.data) {
    if (value !== 0 && value !== 1) throw new InputError("mask", "0 or 1 throughout", value);
  }
}
