import * as tf from "@tensorflow/tfjs";
import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { InputError } from "../../core/errors.ts";
import { float32Array } from "../../core/shapes.ts";

/**
 * The numbers of a tensor: where tfjs's WASM backend holds them, a view of its memory, good until
 * tfjs allocates again.
 *
 * @throws {InputError} Where they are not float32.
 */
export function tensorNumbers(tensor: tf.TensorInfo): Float32Array {
  const backend = tf.backend();
  const values = tensor.dtype !== "float32"
    ? null
    : backend instanceof BackendWasm
    ? backend.typedArrayFromHeap(tensor)
    : backend.readSync(tensor.dataId);
  if (values instanceof Float32Array) return values;
  throw new InputError("the tensor's dtype", "float32", tensor.dtype);
}

/** A new tensor on tfjs's backend, filled by `fill`. */
export function newTensor(
  shape: readonly number[],
  fill: (values: Float32Array) => void,
): tf.TensorInfo {
  const backend = tf.backend();
  if (backend instanceof BackendWasm) {
    const tensor = backend.makeOutput([...shape], "float32");
    fill(tensorNumbers(tensor));
    return tensor;
  }
  const values = float32Array("what is read", shape);
  fill(values);
  return {
    dataId: backend.write(values, [...shape], "float32"),
    shape: [...shape],
    dtype: "float32",
  };
}
