import { InputError } from "./errors.ts";
import { sizeOf } from "./shapes.ts";

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
 * import { float32Array } from "./room.ts";
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
