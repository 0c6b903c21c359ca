import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { type BackendDescription, selectBackend } from "../src/core/backend.ts";
import { findAdapter } from "../src/core/backend_adapter.ts";

/** A backend of tfjs, by name. */
export type BackendName = BackendDescription["name"];

const hasAdapter = await findAdapter(navigator.gpu) !== null;

/** The backends that this machine can compute on; WebGPU needs an adapter, software or not. */
export const backendNames: readonly BackendName[] = hasAdapter
  ? ["cpu", "wasm", "webgpu"]
  : ["cpu", "wasm"];

/**
 * Registers a test for every backend. WebGPU's is ignored, and says why, where there is no
 * adapter.
 */
export function forEachBackend(
  name: string,
  test: (backend: BackendName) => void | Promise<void>,
): void {
  for (const backend of ["cpu", "wasm", "webgpu"] as const) {
    const ignore = !backendNames.includes(backend);
    Deno.test({
      name: `${name} [${backend}${ignore ? ", ignored: no WebGPU adapter" : ""}]`,
      ignore,
      fn: () => onBackend(backend, () => test(backend)),
    });
  }
}

/**
 * Runs a function on a backend and frees the tensors that it left. On WebGPU every kernel runs on
 * the GPU, small ones too, as {@link selectBackend} sets it up. Fails where a variable was left.
 *
 * @returns What the function gives: plain numbers, since its tensors are gone.
 */
export async function onBackend<T>(backend: BackendName, run: () => T | Promise<T>): Promise<T> {
  await selectBackend(backend);
  const before = tf.memory().numTensors;
  const engine = tf.engine();
  engine.startScope();
  let result: T;
  try {
    result = await run();
  } finally {
    engine.endScope();
  }
  assertEquals(tf.memory().numTensors, before, "variables were not disposed");
  return result;
}
