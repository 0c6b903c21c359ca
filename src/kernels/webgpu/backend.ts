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

/**
 * Checks that an arena of `count` numbers is no more than the device binds.
 *
 * @throws {InputError} Where it is, in MiB.
 */
export function checkSize({ device: { limits } }: WebGPUBackend, count: number): void {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, 2 ** 32);
  if (4 * count <= most) return;
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20 * 10) / 10;
  throw new InputError(
    "the MiB of the arena",
    `at most ${mebibytes(most)} on this adapter`,
    mebibytes(4 * count),
    "Use fewer replicas, a smaller batch or a shorter sequence.",
  );
}
