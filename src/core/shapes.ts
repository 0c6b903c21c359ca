import { InputError } from "./errors.ts";

/** Checks that `value` is an integer of at least 1, and gives it back. */
export function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError(name, "a positive integer", value);
  }
  return value;
}

/**
 * Checks that `value` is a number in a range, and gives it back. A text such as `"0.5"`, which
 * comparisons alone would take for a number, is refused.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @param wanted What it must be, to follow "must be".
 * @param fits Whether a number is in the range.
 * @returns The number.
 * @throws {InputError} If the value is not a number or not in the range.
 *
 * @example
 * ```ts
 * import { checkNumber } from "./shapes.ts";
 *
 * checkNumber("topP", 0.9, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
 * ```
 */
export function checkNumber(
  name: string,
  value: number,
  wanted: string,
  fits: (value: number) => boolean,
): number {
  if (typeof value !== "number" || !fits(value)) throw new InputError(name, wanted, value);
  return value;
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * Checks a tensor's shape against the wanted sizes, by axis.
 *
 * @param name The tensor's name, for the message.
 * @param found Its shape.
 * @param wanted The axes in order, by name: a size, or `null` where any will do.
 * @throws {InputError} Naming the axes, the wanted and the found sizes.
 *
 * @example
 * ```ts
 * import { assertShape } from "./shapes.ts";
 *
 * assertShape("x", [7, 2, 10], { sequence: null, batch: null, input: 10 });
 * ```
 */
export function assertShape(
  name: string,
  found: readonly number[],
  wanted: Readonly<Record<string, number | null>>,
): void {
  const axes = Object.entries(wanted);
  const fits = found.length === axes.length &&
    axes.every(([, size], i) => size === null ? (found[i] ?? 0) > 0 : size === found[i]);
  if (fits) return;
  const shape = axes.map(([axis, size]) => size === null ? axis : `${axis} ${size}`).join(", ");
  throw new InputError(name, `of shape [${shape}]`, found);
}

/**
 * A new array of numbers, all 0.
 *
 * @param what What it is for, for the message.
 * @param shape The sizes by axis; the array has their product.
 * @returns The array.
 * @throws {InputError} If memory cannot hold so many numbers.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { float32Array } from "./shapes.ts";
 *
 * assertEquals(float32Array("weight", [2, 3]).length, 6);
 * assertThrows(() => float32Array("weight", [1e9, 1e9]), Error, "weight must be of a shape that fits");
 * ```
 */
export function float32Array(what: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(sizeOf(shape));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(what, "of a shape that fits in memory", shape);
  }
}
