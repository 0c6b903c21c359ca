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

/** Registers a test for every backend. Without an adapter that of WebGPU is ignored. */
export function forEachBackend(
  name: string,
  test: (backend: BackendName) => void | Promise<void>,
): void {
  for (const backend of ["cpu", "wasm", "webgpu"] as const) testOn(backend, name, test);
}

/** Registers a test for one backend. Without an adapter a test on WebGPU is ignored. */
export function testOn(
  backend: BackendName,
  name: string,
  test: (backend: BackendName) => void | Promise<void>,
): void {
  const ignore = !backendNames.includes(backend);
  Deno.test({
    name: `${name} [${backend}${ignore ? ", ignored: no WebGPU adapter" : ""}]`,
    ignore,
    fn: () => onBackend(backend, () => test(backend)),
  });
}

/**
 * Runs a function on a backend and frees the tensors that it left. On WebGPU every kernel runs on
 * the GPU, including small ones, as {@link selectBackend} sets it up. Fails if a variable is left.
 *
 * @returns The result of the function, in plain numbers, since its tensors are freed.
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
