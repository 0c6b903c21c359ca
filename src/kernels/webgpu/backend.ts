import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError } from "../../core/errors.ts";

/**
 * tfjs's WebGPU backend.
 *
 * @throws {InputError} Where another backend is the current one.
 */
export function webgpuBackend(): WebGPUBackend {
  const name = tf.getBackend();
  if (name !== "webgpu") throw new InputError("the current backend", "webgpu", name);
  return tf.backend() as WebGPUBackend;
}

/** Whether a processor stands in for the GPU of a backend. */
export function isSoftware({ device }: WebGPUBackend): boolean {
  const { adapterInfo }: { adapterInfo?: { isFallbackAdapter?: boolean } } = device;
  return adapterInfo?.isFallbackAdapter === true;
}
