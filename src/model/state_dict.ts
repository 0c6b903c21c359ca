import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";

/** A parameter's values outside tfjs. */
export interface StateEntry {
  /** Sizes by axis. */
  readonly shape: readonly number[];
  /** The values in row-major order. */
  readonly data: Float32Array;
}

/** The parameters of a model by name. */
export type StateDict = Readonly<Record<string, StateEntry>>;

/**
 * Reads parameters back, all in one go: every wait for a GPU costs the same, whatever its size.
 *
 * @param parameters Float32 tensors or variables by name; they stay the caller's.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
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
 * Gives variables the values of a state dict. Nothing changes where anything does not fit.
 *
 * @param parameters The variables by name.
 * @param dict The values by name.
 * @throws {InputError} If `dict` is not an object, on missing and unknown names, and on wrong shapes,
 * naming them.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
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
    const parts = [
      missing.length > 0 ? `missing: ${missing.join(", ")}` : "",
      unknown.length > 0 ? `unknown: ${unknown.join(", ")}` : "",
    ].filter((part) => part !== "");
    throw new InputError("names", wanted.join(", "), Object.keys(dict), parts.join("; "));
  }
  const pairs = Object.entries(parameters).map(([name, variable]) => {
    const { shape, data }: Partial<StateEntry> = dict[name] ?? {};
    const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
    if (!Array.isArray(shape) || !(Array.isArray(data) || ArrayBuffer.isView(data)) || isBig) {
      throw new InputError(name, "a shape with a Float32Array as data", dict[name]);
    }
    if (shape.length !== variable.rank || shape.some((size, i) => size !== variable.shape[i])) {
      throw new InputError(name, `of shape [${variable.shape.join(", ")}]`, shape);
    }
    if (data.length !== variable.size) {
      throw new InputError(`data of ${name}`, `${variable.size} numbers`, data.length);
    }
    return { variable, data };
  });
  for (const { variable, data } of pairs) {
    // A copy, since tfjs may go on using the array it is given.
    tf.tidy(() => variable.assign(tf.tensor(data.slice(), variable.shape)));
  }
}
