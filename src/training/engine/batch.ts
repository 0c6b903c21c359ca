import type { Tensor } from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { checkBinary, checkBinaryTensor, checkTensor } from "../../core/check_tensor.ts";
import { currentBackend } from "../../core/current_backend.ts";
import { InputError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { assertShape, sizeOf } from "../../core/shapes.ts";
import { isTensor, tf } from "../../core/tfjs.ts";
import { lengthsMask } from "../../model/recurrent_inputs.ts";
import type { Model } from "../../model/model.ts";

/**
 * Numbers with a shape: a float32 or int32 tensor, or an array. The kernels use an array without
 * making a tensor of it.
 */
export type TensorOrArray = Tensor | NDArray<Float32Array | Int32Array>;

/**
 * Sequences of a batch, without targets. If the model has replicas, every field has a leading axis
 * for them.
 */
export interface BatchInput {
  /**
   * The input [sequence, batch, input], or ids [sequence, batch] if the model embeds them; if the
   * model is `batchFirst`, the batch axis comes before the sequence axis.
   */
  readonly x: TensorOrArray;
  /**
   * The mask [sequence, batch], 1 for steps that count and 0 for padding; by default every step
   * counts. Padding must be finite, since NaN spreads to steps that count. On WebGPU the numbers of
   * a tensor are not checked, because reading them would wait for the device: every number but 0
   * counts as 1.
   */
  readonly mask?: TensorOrArray;
  /**
   * The number of steps that count in each sequence, from 1 to `sequence`, the same in every
   * replica. It replaces a mask.
   */
  readonly lengths?: readonly number[];
}

/** The examples of one training step. */
export interface Batch extends BatchInput {
  /** The target, in the shape that the loss takes, after the replica axis if there is one. */
  readonly target: TensorOrArray;
}

const inputNames: OptionNames<BatchInput> = { x: true, mask: true, lengths: true };
const names: OptionNames<Batch> = { x: true, target: true, mask: true, lengths: true };

/**
 * Converts values to a tensor.
 *
 * @param values The values.
 * @returns A new tensor, or a clone of the given one, which the caller disposes of.
 */
export function toTensor(values: TensorOrArray): Tensor {
  if (isTensor(values)) return values.clone();
  // The array is copied, since tfjs may keep a reference to its argument.
  return tf.tensor(Float32Array.from(values.data), [...values.shape]);
}

/**
 * Reads the numbers of values. Those of a tensor are read from the device.
 *
 * @param values The values.
 * @returns The numbers in row-major order.
 */
export async function numbersOf(values: TensorOrArray): Promise<Float32Array | Int32Array> {
  if (!isTensor(values)) return values.data;
  const data = await values.data();
  return data instanceof Uint8Array ? Int32Array.from(data) : data;
}

/**
 * Checks a batch, and converts its lengths to a mask.
 *
 * @param batch The batch.
 * @param model The model that the batch is for.
 * @returns The batch, with a mask if it has lengths.
 * @throws {InputError} If a field is missing, unknown or of another type, if its data does not fit
 *   its shape, if lengths are out of range or given with a mask, or if a mask has numbers other
 *   than 0 and 1.
 */
export function checkedBatch(
  batch: Batch,
  model: Pick<Model, "replicas" | "batchFirst">,
): Batch {
  checkOptions("a batch", batch, names, "field");
  const { target, ...input } = batch;
  checkField("x", input.x);
  checkField("target", target);
  return { ...checkedSteps(input, model), target };
}

/**
 * Checks sequences without targets, and converts their lengths to a mask.
 *
 * @param input The sequences.
 * @param model The model that they are for.
 * @returns The sequences, with a mask if they have lengths.
 * @throws {InputError} In the cases of {@link checkedBatch}.
 */
export function checkedInput(
  input: BatchInput,
  model: Pick<Model, "replicas" | "batchFirst">,
): BatchInput {
  checkOptions("a batch", input, inputNames, "field");
  checkField("x", input.x);
  return checkedSteps(input, model);
}

/** Checks mask and lengths, and converts lengths to a mask. */
function checkedSteps(
  { x, mask, lengths }: BatchInput,
  { replicas, batchFirst = false }: Pick<Model, "replicas" | "batchFirst">,
): BatchInput {
  if (mask !== undefined) {
    checkField("mask", mask);
    if (isTensor(mask)) checkBinaryTensor("mask", mask);
    else checkBinary("mask", mask.data);
  }
  if (lengths === undefined) return mask === undefined ? { x } : { x, mask };
  if (mask !== undefined) {
    throw new InputError("mask", "left out if lengths are given", mask.shape);
  }
  checkAxes(x.shape, replicas, batchFirst);
  const [first = 0, second = 0] = replicas === undefined ? x.shape : x.shape.slice(1);
  const [sequence, count] = batchFirst ? [second, first] : [first, second];
  const axes = { sequence, batch: count, batchFirst, replicas };
  return { x, mask: lengthsMask(lengths, axes) };
}

/**
 * Throws unless an input has the axes of sequence and batch, after the replica axis if there is
 * one.
 */
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

/** Throws unless a field of a batch is a tensor, or an array that fits its shape. */
function checkField(name: string, values: TensorOrArray): void {
  if (isTensor(values)) return checkTensor(name, values);
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

/** Returns advice on how to convert data of another type, if it can be converted. */
function conversionOf(data: unknown): string | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return "Int32Array.from(data, Number) converts 64-bit integers";
  }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return undefined;
  return "Float32Array.from(data) converts it, or Int32Array.from(data) if it is ids";
}

/**
 * Checks the shape of a field of a batch.
 *
 * @param name The field's name, for the message.
 * @param values The field.
 * @param model The model that the batch is for; its replica axis comes before the other axes.
 * @param axes The size of each axis by name; `null` fits any size.
 * @throws {InputError} If the shape differs. The message has the axes and both sizes.
 */
export function checkFieldShape(
  name: string,
  values: TensorOrArray,
  { replicas }: Pick<Model, "replicas">,
  axes: Readonly<Record<string, number | null>>,
): void {
  assertShape(name, values.shape, replicas === undefined ? axes : { replica: replicas, ...axes });
}

/**
 * Checks that every number of a field is an id or `ignored`. Tensors on WebGPU are not checked,
 * because reading them would wait for the device.
 *
 * @param name The field's name, for the message.
 * @param values The field.
 * @param count The number of ids.
 * @param ignored A number that is accepted besides ids.
 * @throws {InputError} If a number is neither. The message has the first such number.
 */
export function checkIdField(
  name: string,
  values: TensorOrArray,
  count: number,
  ignored?: number,
): void {
  if (isTensor(values) && currentBackend() === "webgpu") return;
  const numbers = isTensor(values) ? values.dataSync() : values.data;
  checkIdNumbers(name, numbers, count, ignored);
}

/**
 * Checks that every number is an id or `ignored`.
 *
 * @param name The name of the numbers, for the message.
 * @param numbers The numbers.
 * @param count The number of ids.
 * @param ignored A number that is accepted besides ids.
 * @throws {InputError} If a number is neither. The message has the first such number.
 */
export function checkIdNumbers(
  name: string,
  numbers: Iterable<number>,
  count: number,
  ignored?: number,
): void {
  for (const id of numbers) {
    if (id === ignored || isId(id, count)) continue;
    throw new InputError(name, `integers from 0 to ${count - 1}`, id);
  }
}
