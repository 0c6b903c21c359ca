import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/**
 * Checks that a value is an array of numbers and nothing else, or a typed array.
 *
 * @param name The input's name, for the message.
 * @param values What was given.
 * @throws {InputError} If it is something else, a typed array of bigints, or an array with an entry that
 *   is not a number.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkNumbers } from "./numbers.ts";
 *
 * checkNumbers("x", [1, 0.5]);
 * assertThrows(() => checkNumbers("x", [1, "2"]), Error, 'x[1] must be a number, found "2"');
 * ```
 */
export function checkNumbers(name: string, values: unknown): asserts values is ArrayLike<number> {
  checkList(name, values, "an array of numbers");
  if (!Array.isArray(values)) return;
  // Places that are empty are visited too.
  const wrong = values.findIndex((value) => typeof value !== "number");
  if (wrong >= 0) throw new InputError(`${name}[${wrong}]`, "a number", values[wrong]);
}
