import { InputError } from "../core/errors.ts";

/**
 * Inputs of a stream as the kernels take them.
 *
 * @param count How many ids there are, where the inputs are ids; else `null`.
 * @param into Where to write them; by default a new array.
 * @throws {InputError} On ids that the model does not have.
 */
export function checkedNumbers(
  x: ArrayLike<number>,
  count: number | null,
  into: Float32Array = new Float32Array(x.length),
): Float32Array {
  for (let i = 0; i < into.length; i++) {
    const value = x[i] ?? NaN;
    if (count !== null && !(Number.isInteger(value) && value >= 0 && value < count)) {
      throw new InputError("x", `ids from 0 to ${count - 1}`, value);
    }
    into[i] = value;
  }
  return into;
}
