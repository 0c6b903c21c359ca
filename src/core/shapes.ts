import { InputError } from "./errors.ts";

/**
 * Throws unless a value is a positive integer.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @returns The value.
 * @throws {InputError} If `value` is not a safe integer of at least 1.
 */
export function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError(name, "a positive integer", value);
  }
  return value;
}

/**
 * Throws unless a value is a number in a range. A text such as `"0.5"` is refused, although
 * comparison operators accept it.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @param wanted The requirement, in words that follow "must be".
 * @param fits Returns `true` if a number is in the range.
 * @returns The value.
 * @throws {InputError} If `value` is not a number, or `fits` returns `false` for it.
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

/**
 * Computes the number of entries of a tensor.
 *
 * @param shape The size of each axis.
 * @returns The product of the sizes; 1 for a scalar.
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * Throws unless a tensor has the expected shape.
 *
 * @param name The name of the tensor, for the message.
 * @param found The shape of the tensor.
 * @param wanted The size of each axis, in order, by the name of the axis; `null` accepts every size
 * of at least 1.
 * @throws {InputError} If the number of axes or a size differs. The message names the axes.
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
 * Allocates an array of zeros for a tensor.
 *
 * @param what The name of the tensor, for the message.
 * @param shape The size of each axis.
 * @returns An array with an entry for each entry of the tensor.
 * @throws {InputError} If the array does not fit in memory.
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
