import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { checkBinary, checkBinaryTensor, checkTensor } from "../../core/check_tensor.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { assertShape, sizeOf } from "../../core/shapes.ts";
import { lengthsMask } from "../../model/lengths.ts";
import type { Model } from "../../model/model.ts";

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
   * must be numbers all the same: what is NaN spreads. Numbers of a tensor on WebGPU are not looked
   * at, which would cost a wait: there every number but 0 counts as 1.
   */
  readonly mask?: Values;
  /**
   * Instead of a mask, the number of steps that count in each sequence of the batch, from 1 to
   * `sequence`; the same in every replica.
   */
  readonly lengths?: readonly number[];
}

const names: OptionNames<Batch> = { x: true, target: true, mask: true, lengths: true };

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
 * Checks a batch: every field is known and is numbers of its shape, and the mask is 0 or 1.
 *
 * @param batch What was given.
 * @param model Tells where the axes of sequence and batch are.
 * @returns The batch, with a mask if it has lengths.
 * @throws {InputError} On a field that is missing, unknown or of another kind, on data of another
 *   length, on lengths out of range, and on a mask besides lengths or of other numbers than 0 and 1.
 */
export function checkedBatch(
  batch: Batch,
  { replicas, batchFirst = false }: Pick<Model, "replicas" | "batchFirst">,
): Batch {
  checkOptions("a batch", batch, names, "field");
  const { x, target, mask, lengths } = batch;
  checkField("x", x);
  checkField("target", target);
  if (mask !== undefined) {
    checkField("mask", mask);
    if (mask instanceof tf.Tensor) checkBinaryTensor("mask", mask);
    else checkBinary("mask", mask.data);
  }
  if (lengths === undefined) return batch;
  if (mask !== undefined) {
    throw new InputError("mask", "left out where lengths are given", mask.shape);
  }
  checkAxes(x.shape, replicas, batchFirst);
  const [first = 0, second = 0] = replicas === undefined ? x.shape : x.shape.slice(1);
  const [sequence, count] = batchFirst ? [second, first] : [first, second];
  const axes = { sequence, batch: count, batchFirst, replicas };
  return { x, target, mask: lengthsMask(lengths, axes) };
}

/** Checks that an input has the axes that lengths are of, and the axis of replicas before them. */
function checkAxes(
  shape: readonly number[],
  replicas: number | undefined,
  batchFirst: boolean,
): void {
  const lead = replicas === undefined ? [] : [`replica ${replicas}`];
  const fits = shape.length >= lead.length + 2 && (lead.length === 0 || shape[0] === replicas);
  if (fits) return;
  const axes = [...lead, ...(batchFirst ? ["batch", "sequence"] : ["sequence", "batch"]), "..."];
  throw new InputError("x", `of shape [${axes.join(", ")}]`, shape);
}

/** Checks that a field of a batch is numbers of its shape. */
function checkField(name: string, values: Values): void {
  if (values instanceof tf.Tensor) return checkTensor(name, values);
  const data: unknown = values?.data;
  const isData = data instanceof Float32Array || data instanceof Int32Array;
  if (!isData || !Array.isArray(values.shape)) {
    const wanted = "a tensor, or a shape with a Float32Array or Int32Array";
    const found = isData || data === undefined ? values : data;
    throw new InputError(name, wanted, found, helpFor(found, conversionOf(data)));
  }
  if (!values.shape.every(Number.isSafeInteger)) {
    throw new InputError(`shape of ${name}`, "an array of integers", values.shape);
  }
  const count = sizeOf(values.shape);
  if (data.length !== count) {
    throw new InputError(`data of ${name}`, `${count} numbers`, data.length);
  }
}

/** How data of another kind becomes what a batch takes. */
function conversionOf(data: unknown): string | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return "Int32Array.from(data, Number) converts 64-bit integers";
  }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return undefined;
  return "Float32Array.from(data) converts it, or Int32Array.from(data) if it is ids";
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
