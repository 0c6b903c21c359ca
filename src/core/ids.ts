import { checkList } from "./arrays.ts";
import { InputError } from "./errors.ts";

/** The most ids that float32, as which kernels hold them, tells apart: 2^24. */
export const MOST_IDS = 2 ** 24;

/** Whether a number is an id: an integer from 0 to one below their `count`. */
export function isId(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

/**
 * Checks that a number is an id, of so many as there are.
 *
 * @throws {InputError} Where it is none.
 */
export function checkId(name: string, id: number, count: number): void {
  if (!isId(id, count)) throw new InputError(name, `an integer from 0 to ${count - 1}`, id);
}

/**
 * Checks that a value is a list of ids from 0 to one below their count.
 *
 * @param name The input's name, for the message.
 * @param ids What was given.
 * @param count How many ids there are.
 * @throws {InputError} If it is not an array or a typed array of numbers, or on the first number
 * that is not an id.
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
