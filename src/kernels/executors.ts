import { guardBackend } from "../core/backend_start.ts";
import { currentBackend, kernels, type ProductSizes } from "../core/current_backend.ts";
import { InputError } from "../core/errors.ts";
import { hasTfjs, tf } from "../core/tfjs.ts";
import { cpuExecutor } from "./cpu/executor.ts";
import { gemm } from "./instructions.ts";
import { type Executor, Layout } from "./program.ts";
import { wasmExecutor } from "./wasm/executor.ts";
import { webgpuExecutor } from "./webgpu/executor.ts";

const makers: Readonly<Record<string, () => Executor>> = {
  cpu: cpuExecutor,
  wasm: wasmExecutor,
  webgpu: webgpuExecutor,
};

/** The backends that have an executor, by name. */
export const kernelBackends: readonly string[] = Object.keys(makers);

const made = new Map<string, Executor>();

/**
 * Returns the executor of the current backend. It is made on first use.
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
  const name = currentBackend();
  // The backend may have been selected without `selectBackend`, which guards it.
  if (hasTfjs() && Object.hasOwn(makers, name)) guardBackend(name, tf.backend(), tf.getBackend);
  return executorOf(name);
}

/** Returns the executor of a backend, which is made on first use. */
function executorOf(name: string): Executor {
  const known = made.get(name);
  if (known) return known;
  const make = makers[name];
  if (make === undefined) throw new InputError("backend", kernelBackends.join(", "), name);
  const executor = make();
  made.set(name, executor);
  return executor;
}

/** Multiplies matrices [rows, inner] and [inner, columns] by the kernels of a backend. */
async function multiply(
  backend: string,
  left: Float32Array,
  right: Float32Array,
  [rows, inner, columns]: ProductSizes,
): Promise<Float32Array> {
  const layout = new Layout();
  const [a, b, c] = [left.length, right.length, rows * columns].map((size) => layout.add(size));
  if (!a || !b || !c) throw new Error("a region of the product is missing");
  const product = gemm(
    [rows, columns, inner],
    { offset: a.offset, ld: inner },
    { offset: b.offset, ld: columns },
    { offset: c.offset, ld: columns },
  );
  const session = executorOf(backend).start({ size: layout.size, routines: { run: [product] } }, 1);
  try {
    session.write(a, left);
    session.write(b, right);
    session.run("run");
    return await session.read(c);
  } finally {
    session.dispose();
  }
}

// `selectBackend` checks the kernels by this product.
kernels.multiply = multiply;
