import { helpFor } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";

/**
 * Checks that a value is an `Int32Array`, as all ids of texts are.
 *
 * @param name The input's name, for the message.
 * @param ids What was given.
 * @throws {InputError} If it is something else; the message says how to convert other arrays.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkIdArray } from "./id_array.ts";
 *
 * const message = "ids must be an Int32Array, found [1, 2]. Int32Array.from(ids) converts it";
 * assertThrows(() => checkIdArray("ids", [1, 2]), Error, message);
 * ```
 */
export function checkIdArray(name: string, ids: unknown): asserts ids is Int32Array {
  if (ids instanceof Int32Array) return;
  const big = ids instanceof BigInt64Array || ids instanceof BigUint64Array;
  const convert = `Int32Array.from(${name}${big ? ", Number" : ""}) converts it`;
  const isArray = Array.isArray(ids) || ArrayBuffer.isView(ids);
  throw new InputError(name, "an Int32Array", ids, helpFor(ids, isArray ? convert : undefined));
}
