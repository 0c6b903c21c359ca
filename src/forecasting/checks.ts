import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";

/**
 * Throws unless a value is an object other than an array.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param wanted The requirement, in words that follow "must be".
 * @throws {InputError} If `value` is an array, or not an object.
 */
export function checkObject(
  name: string,
  value: unknown,
  wanted: string,
): asserts value is object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new InputError(name, wanted, value, helpFor(value));
}
