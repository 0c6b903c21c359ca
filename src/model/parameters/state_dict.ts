import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";

/** The parameters of a model by name. */
export type StateDict = Readonly<Record<string, NDArray>>;

/**
 * Reads parameters back, all in one go: every wait for a GPU costs the same, whatever its size.
 *
 * @param parameters Float32 tensors or variables by name; they stay the caller's.
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
  parameters: Readonly<Record<string, tf.Tensor>>,
): Promise<StateDict> {
  // tfjs joins no nothing.
  if (Object.keys(parameters).length === 0) return {};
  const joined = tf.tidy(() => tf.concat(Object.values(parameters).map((p) => p.flatten())));
  const values = await joined.data<"float32">();
  joined.dispose();
  let start = 0;
  const entries = Object.entries(parameters).map(([name, { shape, size }]) => {
    const data = values.slice(start, start += size);
    return [name, { shape: [...shape], data }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * How many numbers a shape holds.
 *
 * @param shape Sizes by axis.
 * @returns Their product; NaN if a part of it is not exact, though 0 may follow.
 */
export function exactSizeOf(shape: readonly number[]): number {
  return shape.reduce((count, size) => Number.isSafeInteger(count * size) ? count * size : NaN, 1);
}

/**
 * Checks that a value is tensors by name, as a file holds them.
 *
 * @param what What the message calls the value.
 * @param dict What was given.
 * @throws {InputError} If it is not a plain object, or if an entry is not a shape with a Float32Array of
 *   its size.
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

/** The shape and the data of an entry of a state dict; of what kind the data is, is not checked. */
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

/** Checks that data is `count` numbers, in a Float32Array or a plain array. */
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

/** How data of another kind becomes a Float32Array. */
function conversion(data: unknown): string | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return "Float32Array.from(data, Number) converts it";
  }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return undefined;
  return "Float32Array.from(data) converts it";
}

/**
 * Gives variables the values of a state dict. Nothing changes where anything does not fit.
 *
 * @param parameters The variables by name.
 * @param dict The values by name.
 * @throws {InputError} If `dict` is not an object, on missing and unknown names, on wrong shapes, and on
 * data that are neither a Float32Array nor an array of finite numbers, naming them.
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
  parameters: Readonly<Record<string, tf.Variable>>,
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
  const pairs = Object.entries(parameters).map(([name, variable]) => {
    const { shape, data } = partsOf(name, dict[name]);
    if (shape.length !== variable.rank || shape.some((size, i) => size !== variable.shape[i])) {
      throw new InputError(name, `of shape [${variable.shape.join(", ")}]`, shape);
    }
    return { variable, data: checkedNumbers(name, data, variable.size) };
  });
  for (const { variable, data } of pairs) {
    // A copy, since tfjs may go on using the array it is given.
    tf.tidy(() => variable.assign(tf.tensor(new Float32Array(data), variable.shape)));
  }
}
