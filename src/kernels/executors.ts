import * as tf from "@tensorflow/tfjs";
import { guardBackend } from "../core/backend_start.ts";
import { InputError } from "../core/errors.ts";
import { cpuExecutor } from "./cpu/executor.ts";
import type { Executor } from "./executor.ts";
import { wasmExecutor } from "./wasm/executor.ts";
import { webgpuExecutor } from "./webgpu/executor.ts";

const makers: Readonly<Record<string, () => Executor>> = {
  cpu: cpuExecutor,
  wasm: wasmExecutor,
  webgpu: webgpuExecutor,
};

/** The backends that have kernels, by tfjs's names. */
export const kernelBackends: readonly string[] = Object.keys(makers);

const made = new Map<string, Executor>();

/**
 * The executor of tfjs's current backend, made when it is first asked for.
 *
 * @throws {InputError} On a backend that has none.
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
  // It may have been made current past `selectBackend`.
  guardBackend(name, tf.backend(), tf.getBackend);
  const executor = make();
  made.set(name, executor);
  return executor;
}
