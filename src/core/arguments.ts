import { InputError } from "./errors.ts";
import { Random } from "./random.ts";

/**
 * Checks that a value is a source of random numbers.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @throws {InputError} If it is not a {@link Random}.
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
 * Checks that a value is a source of random numbers, or a list of one source for each replica.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @param replicas How many networks there are; `undefined` for one without a replica axis.
 * @throws {InputError} If it is something else, or a list of another length.
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
 * Checks that a value is a function.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @param wanted What the function does, to follow "a function".
 * @throws {InputError} If it is not one.
 */
export function checkFunction(name: string, value: unknown, wanted: string): void {
  // A class is a function too, but one that cannot be called.
  if (typeof value === "function" && !/^class\b/.test(String(value))) return;
  throw new InputError(name, `a function ${wanted}`, value);
}

/**
 * Checks that a value is a signal that stops work.
 *
 * @param signal What was given.
 * @throws {InputError} If it is not an `AbortSignal`.
 */
export function checkSignal(signal: unknown): void {
  if (signal instanceof AbortSignal) return;
  const help = signal instanceof AbortController ? "Give its signal: controller.signal" : undefined;
  throw new InputError("signal", "an AbortSignal", signal, help);
}

/**
 * Checks that values are `true` or `false`.
 *
 * @param values What was given, by name; what is `undefined` was left out.
 * @throws {InputError} On the first that is neither.
 */
export function checkFlags(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === true || value === false) continue;
    throw new InputError(name, "true or false", value);
  }
}

/**
 * Checks that a share of numbers, as dropout drops, is a number of 0 or more and below 1.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @throws {InputError} If it is something else.
 */
export function checkShare(name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw new InputError(name, "in [0, 1)", value);
}

/**
 * What to do about a value that is given by mistake wherever an object is wanted.
 *
 * @param value What was given.
 * @param otherwise What to say if the value is not one of these mistakes.
 * @returns A sentence for an {@link InputError}.
 */
export function helpFor(value: unknown, otherwise?: string): string | undefined {
  return value instanceof Promise ? "Await it first" : otherwise;
}
