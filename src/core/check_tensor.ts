import * as tf from "@tensorflow/tfjs";
import { helpFor } from "./arguments.ts";
import { InputError } from "./errors.ts";

/**
 * Checks that a value is a tensor of numbers that was not disposed of.
 *
 * @param name The input's name, for the message.
 * @param value What was given.
 * @throws {InputError} If it is something else; the message says how to make a tensor of it.
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
export function checkTensor(name: string, value: unknown): asserts value is tf.Tensor {
  if (value instanceof tf.Tensor) {
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
 * Checks that a tensor has nothing but 0 and 1. On WebGPU it is taken at its word, since reading it
 * would wait for the device: there every number but 0 counts as 1.
 *
 * @param name The tensor's name, for the message.
 * @param mask The tensor.
 * @throws {InputError} On the first number that is neither.
 */
export function checkBinaryTensor(name: string, mask: tf.Tensor): void {
  if (tf.getBackend() !== "webgpu") checkBinary(name, mask.dataSync());
}

/**
 * Checks that numbers are 0 or 1.
 *
 * @param name Their name, for the message.
 * @param numbers The numbers.
 * @throws {InputError} On the first that is neither.
 */
export function checkBinary(name: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (value !== 0 && value !== 1) throw new InputError(name, "0 or 1 throughout", value);
  }
}
