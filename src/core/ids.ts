import { checkList } from "./arrays.ts";
import { InputError } from "./errors.ts";

/** The largest number of ids, 2^24: kernels store ids as float32, which is exact below it. */
export const MOST_IDS = 2 ** 24;

/**
 * Whether a number is an id: an integer in [0, count).
 *
 * @param value The number.
 * @param count The number of ids.
 * @returns `true` if it is an id.
 */
export function isId(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

/**
 * Throws unless a number is an id.
 *
 * @param name The name of the input, for the message.
 * @param id The number.
 * @param count The number of ids.
 * @throws {InputError} If `id` is not an integer in [0, count).
 */
export function checkId(name: string, id: number, count: number): void {
  if (!isId(id, count)) throw new InputError(name, `an integer from 0 to ${count - 1}`, id);
}

/**
 * Throws unless a value is a list of ids.
 *
 * @param name The name of the input, for the message.
 * @param ids The list.
 * @param count The number of ids.
 * @throws {InputError} If `ids` is not an array or typed array of numbers, or if an entry is not an
 * integer in [0, count).
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkIds } from "./ids.ts";
 *
 * checkIds("prompt", [0, 4], 5);
 * assertThrows(() => checkIds("prompt", [0, 5], 5), Error, "integers from 0 to 4, found 5");
 * ```
 */
export function checkIds(name: string, ids: ArrayLike<number>, count: number): void {
  checkList(name, ids, "ids in an array or typed array");
  for (let i = 0; i < ids.length; i++) {
    if (isId(ids[i] ?? NaN, count)) continue;
    throw new InputError(name, `integers from 0 to ${count - 1}`, ids[i]);
  }
}
