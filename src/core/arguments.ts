import { InputError } from "./errors.ts";
import { Random } from "./random.ts";

/**
 * Throws unless a value is a {@link Random}.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @throws {InputError} If `value` is not a {@link Random}. For a number the message says how to
 * make one.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkRandom } from "./arguments.ts";
 *
 * assertThrows(() => checkRandom("random", 42), Error, "found 42. new Random(42) makes one");
 * ```
 */
export function checkRandom(name: string, value: unknown): asserts value is Random {
  if (value instanceof Random) return;
  const seed = Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : "1";
  const help = value === Math.random
    ? "Numbers of Math.random cannot be drawn again; new Random(1) makes a seeded source"
    : `new Random(${seed}) makes one`;
  throw new InputError(name, "a source of random numbers", value, help);
}

/**
 * Throws unless a value is a {@link Random}, or a list with one {@link Random} for each replica.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param replicas The number of replicas; `undefined` for a network without a replica axis.
 * @throws {InputError} If `value` has another type, or the list another length.
 */
export function checkSources(
  name: string,
  value: unknown,
  replicas: number | undefined,
): asserts value is Random | readonly Random[] {
  if (!Array.isArray(value)) return checkRandom(name, value);
  const count = replicas ?? 1;
  if (value.length !== count) throw new InputError(name, `1 source, or ${count}`, value.length);
  value.forEach((source, i) => checkRandom(`${name}[${i}]`, source));
}

/**
 * Throws unless a value is a function.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param wanted The task of the function, in words that follow "a function".
 * @throws {InputError} If `value` is not a function, or is a class.
 */
export function checkFunction(name: string, value: unknown, wanted: string): void {
  // A class is a function too, but cannot be called without `new`.
  if (typeof value === "function" && !/^class\b/.test(String(value))) return;
  throw new InputError(name, `a function ${wanted}`, value);
}

/**
 * Throws unless a value is an `AbortSignal`.
 *
 * @param signal The value.
 * @throws {InputError} If `signal` is not an `AbortSignal`.
 */
export function checkSignal(signal: unknown): void {
  if (signal instanceof AbortSignal) return;
  const help = signal instanceof AbortController ? "Give its signal: controller.signal" : undefined;
  throw new InputError("signal", "an AbortSignal", signal, help);
}

/**
 * Throws unless every value is a boolean or `undefined`.
 *
 * @param values The values, by name.
 * @throws {InputError} If a value is neither `true`, `false` nor `undefined`.
 */
export function checkFlags(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === true || value === false) continue;
    throw new InputError(name, "true or false", value);
  }
}

/**
 * Throws unless a value is a number in [0, 1), as the probability of dropout must be.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @throws {InputError} If `value` is not a number in [0, 1).
 */
export function checkShare(name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw new InputError(name, "in [0, 1)", value);
}

/**
 * Suggests a correction for a value that was refused. A promise must be awaited first.
 *
 * @param value The value that was refused.
 * @param otherwise The suggestion for other values.
 * @returns The suggestion, for an {@link InputError}.
 */
export function helpFor(value: unknown, otherwise?: string): string | undefined {
  return value instanceof Promise ? "Await it first" : otherwise;
}
