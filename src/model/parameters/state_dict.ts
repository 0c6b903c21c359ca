import type { Tensor } from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { sizeOf } from "../../core/shapes.ts";
import { isTensor, tf } from "../../core/tfjs.ts";
import type { Target, Values } from "../../kernels/values.ts";

/** The values of the parameters of a model by name. */
export type StateDict = Readonly<Record<string, NDArray>>;

/**
 * Reads the values of parameters in one transfer, since a wait for a GPU takes as long for one
 * parameter as for all.
 *
 * @param parameters Float32 tensors, variables or arrays by name; the caller remains their owner.
 * @returns Shapes and values by name.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { readStateDict } from "./state_dict.ts";
 *
 * await selectBackend("cpu");
 * const { bias } = await readStateDict({ bias: tf.tensor1d([1, 2]) });
 * assert(bias?.data[1] === 2);
 * ```
 */
export async function readStateDict(
  parameters: Readonly<Record<string, Values>>,
): Promise<StateDict> {
  const tensors = Object.values(parameters).filter((values) => isTensor(values));
  // Arrays are copied at once, since training may change them during the wait for the tensors.
  const parts = Object.entries(parameters).map(([name, values]) => {
    const data = isTensor(values) ? null : values.data.slice();
    return { name, shape: [...values.shape], data };
  });
  const all = await readTensors(tensors);
  let start = 0;
  const entries = parts.map(({ name, shape, data }) => {
    return [name, { shape, data: data ?? all.slice(start, start += sizeOf(shape)) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Reads the numbers of tensors, one after the other. */
async function readTensors(tensors: readonly Tensor[]): Promise<Float32Array> {
  // tf.concat refuses an empty list.
  if (tensors.length === 0) return new Float32Array(0);
  const joined = tf.tidy(() => tf.concat(tensors.map((tensor) => tensor.flatten())));
  const values = await joined.data<"float32">();
  joined.dispose();
  return values;
}

/**
 * Returns the number of entries of an array of some shape.
 *
 * @param shape The size of each axis.
 * @returns The product of the sizes; NaN if a partial product is not exact, even if a later size is
 * 0.
 */
export function exactSizeOf(shape: readonly number[]): number {
  return shape.reduce((count, size) => Number.isSafeInteger(count * size) ? count * size : NaN, 1);
}

/**
 * Throws unless a value is an object of float32 arrays by name.
 *
 * @param what The name of the value, for the message.
 * @param dict The value.
 * @throws {InputError} If `dict` is not a plain object, or if an entry is not a shape with a
 * Float32Array of its size.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkStateDict } from "./state_dict.ts";
 *
 * checkStateDict("tensors", { bias: { shape: [2], data: new Float32Array(2) } });
 * const message = "tensors must be an object of { shape, data } by name, found an instance of Promise. Await it first";
 * assertThrows(() => checkStateDict("tensors", Promise.resolve({})), Error, message);
 * ```
 */
export function checkStateDict(what: string, dict: unknown): asserts dict is StateDict {
  if (!isPlainObject(dict)) {
    throw new InputError(what, "an object of { shape, data } by name", dict, helpFor(dict));
  }
  for (const [name, entry] of Object.entries(dict)) {
    const { shape, data } = partsOf(name, entry);
    const count = exactSizeOf(shape);
    const areSizes = [...shape].every((size) => Number.isSafeInteger(size) && Number(size) >= 0);
    if (!areSizes || Number.isNaN(count)) {
      const wanted = "integers of 0 or more whose product is below 2^53";
      throw new InputError(`shape of ${name}`, wanted, shape);
    }
    if (!(data instanceof Float32Array)) throw notFloats(name, data);
    if (data.length !== count) {
      throw new InputError(`data of ${name}`, `${count} numbers`, data.length);
    }
  }
}

/**
 * Returns the shape and the data of an entry of a state dict. The type of the data is not checked.
 */
function partsOf(name: string, entry: unknown): { shape: number[]; data: unknown } {
  if (typeof entry === "object" && entry !== null && "shape" in entry && "data" in entry) {
    const { shape, data } = entry;
    if (Array.isArray(shape)) return { shape, data };
  }
  throw new InputError(name, "a shape with a Float32Array as data", entry, helpFor(entry));
}

function notFloats(name: string, data: unknown): InputError {
  const help = helpFor(data, conversion(data));
  return new InputError(`data of ${name}`, "a Float32Array", data, help);
}

/** Returns data if it is `count` numbers in a Float32Array, or finite numbers in an array. */
function checkedNumbers(name: string, data: unknown, count: number): Float32Array | number[] {
  if (!(data instanceof Float32Array) && !Array.isArray(data)) {
    throw notFloats(name, data);
  }
  if (data.length !== count) {
    throw new InputError(`data of ${name}`, `${count} numbers`, data.length);
  }
  if (data instanceof Float32Array) return data;
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return data;
  throw new InputError(`data of ${name}`, `${count} finite numbers`, data[wrong]);
}

/** Returns the advice that converts data to a Float32Array, if there is one. */
function conversion(data: unknown): string | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return "Float32Array.from(data, Number) converts it";
  }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return undefined;
  return "Float32Array.from(data) converts it";
}

/**
 * Assigns the values of a state dict to parameters. If it throws, no parameter has changed.
 *
 * @param parameters The variables, or arrays, by name.
 * @param dict The values by name.
 * @throws {InputError} If `dict` is not an object, if a name is missing or unknown, if a shape
 * differs, or if data is neither a Float32Array nor an array of finite numbers.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { assignStateDict } from "./state_dict.ts";
 *
 * await selectBackend("cpu");
 * const bias = tf.variable(tf.zeros([2]));
 * assignStateDict({ bias }, { bias: { shape: [2], data: new Float32Array([1, 2]) } });
 * assert((await bias.data())[1] === 2);
 * ```
 */
export function assignStateDict(
  parameters: Readonly<Record<string, Target>>,
  dict: StateDict,
): void {
  if (!isPlainObject(dict)) {
    throw new InputError("a state dict", "an object of parameters by name", dict, helpFor(dict));
  }
  const wanted = Object.keys(parameters);
  const missing = wanted.filter((name) => !Object.hasOwn(dict, name));
  const unknown = Object.keys(dict).filter((name) => !Object.hasOwn(parameters, name));
  if (missing.length + unknown.length > 0) {
    const groups = Object.entries({ missing, unknown }).filter(([, names]) => names.length > 0);
    const counts = groups.map(([what, names]) => `${names.length} ${what}`).join(" and ");
    const help = groups.map(([what, names]) => `${what}: ${names.join(", ")}`).join("; ");
    throw new InputError("names in a state dict", wanted.join(", "), counts, help);
  }
  const pairs = Object.entries(parameters).map(([name, target]) => {
    const { shape, data } = partsOf(name, dict[name]);
    const wanted = target.shape;
    if (shape.length !== wanted.length || shape.some((size, i) => size !== wanted[i])) {
      throw new InputError(name, `of shape [${wanted.join(", ")}]`, shape);
    }
    return { target, data: checkedNumbers(name, data, sizeOf(wanted)) };
  });
  for (const { target, data } of pairs) {
    if (isTensor(target)) {
      // The numbers are copied, since tfjs may keep a reference to its argument.
      tf.tidy(() => target.assign(tf.tensor(new Float32Array(data), target.shape)));
    } else {
      target.data.set(data);
    }
  }
}
