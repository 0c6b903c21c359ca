import { helpFor } from "./arguments.ts";
import { InputError } from "./errors.ts";
import { isTensorLike } from "./tfjs.ts";

/**
 * Throws unless a value is an array.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param wanted The requirement, in words that follow "must be".
 * @throws {InputError} If `value` is not an array. For a tensor or a typed array the message says
 * how to convert it.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkArray } from "./arrays.ts";
 *
 * const message = "losses must be an array, found a Float32Array of 2. Array.from(losses) makes one";
 * assertThrows(() => checkArray("losses", Float32Array.of(1, 2)), Error, message);
 * ```
 */
export function checkArray(
  name: string,
  value: unknown,
  wanted = "an array",
): asserts value is readonly unknown[] {
  if (Array.isArray(value)) return;
  const help = isTypedArray(value)
    ? `Array.from(${name}) makes one`
    : isTensorLike(value)
    ? `await ${name}.array() gives one`
    : undefined;
  throw new InputError(name, wanted, value, helpFor(value, help));
}

/**
 * Throws unless a value is an array or a typed array of numbers. The entries are not checked.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param wanted The requirement, in words that follow "must be".
 * @throws {InputError} If `value` has another type, such as a tensor or a typed array of bigints.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkList } from "./arrays.ts";
 *
 * checkList("prompt", Int32Array.of(4, 5));
 * const message = "found a BigInt64Array of 1. Array.from(prompt, Number) makes one";
 * assertThrows(() => checkList("prompt", BigInt64Array.of(4n)), Error, message);
 * ```
 */
export function checkList(
  name: string,
  value: unknown,
  wanted = "an array or typed array of numbers",
): asserts value is ArrayLike<number> {
  if (Array.isArray(value)) return;
  const isBig = value instanceof BigInt64Array || value instanceof BigUint64Array;
  if (isTypedArray(value) && !isBig) return;
  const help = isBig
    ? `Array.from(${name}, Number) makes one`
    : isTensorLike(value)
    ? `await ${name}.data() gives one`
    : undefined;
  throw new InputError(name, wanted, value, helpFor(value, help));
}

/**
 * Throws unless a value is a typed array of numbers, or an array that contains only numbers.
 *
 * @param name The name of the input, for the message.
 * @param values The value.
 * @throws {InputError} If `values` has another type, such as a typed array of bigints, or if an
 * entry is not a number.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkNumbers } from "./arrays.ts";
 *
 * checkNumbers("x", [1, 0.5]);
 * assertThrows(() => checkNumbers("x", [1, "2"]), Error, 'x[1] must be a number, found "2"');
 * ```
 */
export function checkNumbers(name: string, values: unknown): asserts values is ArrayLike<number> {
  checkList(name, values, "an array of numbers");
  if (!Array.isArray(values)) return;
  // `findIndex` also visits the holes of an array.
  const wrong = values.findIndex((value) => typeof value !== "number");
  if (wrong >= 0) throw new InputError(`${name}[${wrong}]`, "a number", values[wrong]);
}

function isTypedArray(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/**
 * Groups values by a key, as `Map.groupBy` does, which some runtimes lack, such as Node 20.
 *
 * @param values The values.
 * @param keyOf Returns the key of a value.
 * @returns A map from each key to its values in their order; the keys are in the order of their
 * first values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupBy } from "./arrays.ts";
 *
 * const groups = groupBy([1, 2, 3], (value) => value % 2);
 * assertEquals([...groups], [[1, [1, 3]], [0, [2]]]);
 * ```
 */
export function groupBy<T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
