import { guardBackend } from "../core/backend_start.ts";
import { InputError } from "../core/errors.ts";
import { tf } from "../core/tfjs.ts";
import { cpuExecutor } from "./cpu/executor.ts";
import type { Executor } from "./program.ts";
import { wasmExecutor } from "./wasm/executor.ts";
import { webgpuExecutor } from "./webgpu/executor.ts";

const makers: Readonly<Record<string, () => Executor>> = {
  cpu: cpuExecutor,
  wasm: wasmExecutor,
  webgpu: webgpuExecutor,
};

/** The backends that have an executor, by their names in tfjs. */
export const kernelBackends: readonly string[] = Object.keys(makers);

const made = new Map<string, Executor>();

/**
 * Returns the executor of the current backend of tfjs. It is made on first use.
 *
 * @throws {InputError} If the backend has no executor.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { selectBackend } from "../core/backend.ts";
 * import { currentExecutor } from "./executors.ts";
 *
 * await selectBackend("cpu");
 * assert(currentExecutor() === currentExecutor());
 * ```
 */
export function currentExecutor(): Executor {
  const name = tf.getBackend();
  const known = made.get(name);
  if (known) return known;
  const make = makers[name];
  if (make === undefined) throw new InputError("backend", kernelBackends.join(", "), name);
  // The backend may have been selected without `selectBackend`, which guards it.
  guardBackend(name, tf.backend(), tf.getBackend);
  const executor = make();
  made.set(name, executor);
  return executor;
}
