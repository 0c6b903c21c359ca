import type { Tensor } from "@tensorflow/tfjs";
import { helpFor } from "./arguments.ts";
import { InputError } from "./errors.ts";
import { currentBackend } from "./current_backend.ts";
import { isTensor } from "./tfjs.ts";

/**
 * Throws unless a value is a tensor of real numbers that was not disposed of.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @throws {InputError} If `value` is not such a tensor. For an array or a typed array the message
 * says how to convert it.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkTensor } from "./check_tensor.ts";
 *
 * const message = "x must be a tensor, found [[1, 2]]. tf.tensor(x) makes one";
 * assertThrows(() => checkTensor("x", [[1, 2]]), Error, message);
 * ```
 */
export function checkTensor(name: string, value: unknown): asserts value is Tensor {
  if (isTensor(value)) {
    if (value.isDisposed) {
      throw new InputError(name, "a tensor in use", "one that was disposed of");
    }
    if (value.dtype !== "string" && value.dtype !== "complex64") return;
    throw new InputError(name, "a tensor of real numbers", value.dtype);
  }
  const make = Array.isArray(value)
    ? `tf.tensor(${name}) makes one`
    : ArrayBuffer.isView(value)
    ? `tf.tensor(${name}, shape) makes one`
    : undefined;
  throw new InputError(name, "a tensor", value, helpFor(value, make));
}

/**
 * Throws unless every entry of a tensor is 0 or 1. On WebGPU nothing is checked, since reading the
 * values would wait for the device; there every entry other than 0 counts as 1.
 *
 * @param name The name of the tensor, for the message.
 * @param mask The tensor.
 * @throws {InputError} If an entry is neither 0 nor 1.
 */
export function checkBinaryTensor(name: string, mask: Tensor): void {
  if (currentBackend() !== "webgpu") checkBinary(name, mask.dataSync());
}

/**
 * Throws unless every number is 0 or 1.
 *
 * @param name The name of the input, for the message.
 * @param numbers The numbers.
 * @throws {InputError} If a number is neither 0 nor 1.
 */
export function checkBinary(name: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (value !== 0 && value !== 1) throw new InputError(name, "0 or 1 throughout", value);
  }
}
