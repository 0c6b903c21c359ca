import { withRuntimeDirectory } from "./backend_adapter.ts";
import type { KernelBackend } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError } from "./errors.ts";

/**
 * Loads tfjs, makes a backend the current one, and checks that it computes: the float32 product of
 * two integer matrices, [33, 17] by [17, 29], must be exact in every entry.
 *
 * On WebGPU every kernel then runs on the GPU, small ones too: tfjs would compute tensors of under
 * 1000 entries on the processor, and the result would still be called WebGPU's.
 *
 * tfjs keeps one backend for the whole program, so what was current before is not any more, also
 * after a failure.
 *
 * @returns `null` where it computes, else what went wrong, to follow the backend's name.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { startBackend } from "./backend_start.ts";
 *
 * assert(await startBackend("cpu") === null);
 * ```
 */
export async function startBackend(name: "webgpu" | "wasm" | "cpu"): Promise<string | null> {
  const { backend, env, getBackend, setBackend } = await import("@tensorflow/tfjs");
  if (name === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  // In 4.22.0 the flag does nothing but silence tfjs: the cpu backend advertises another package.
  const loud = !env().getBool("PROD");
  env().set("PROD", true);
  try {
    if (getBackend() !== name) await leaveBackend();
    // After a failure getBackend() still names the wanted one: only the boolean can be trusted.
    if (!await withRuntimeDirectory(() => setBackend(name))) return `did not start${hints[name]}`;
    guardBackend(name, backend(), getBackend);
    if (name === "webgpu") env().set("WEBGPU_CPU_FORWARD", false);
    return await computes() ? null : "gave a wrong matrix product";
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    env().set("PROD", !loud);
  }
}

const hints = {
  webgpu: "",
  wasm: " (it reads its module from Deno's npm cache, which takes --allow-read)",
  cpu: "",
};

const [rows, inner, columns] = [33, 17, 29];
// Integers up to 100: the sums stay below 2^24, so float32 holds them exactly and float16 cannot.
const left = Float32Array.from({ length: rows * inner }, (_, i) => (i * 37) % 201 - 100);
const right = Float32Array.from({ length: inner * columns }, (_, i) => (i * 53) % 199 - 99);

async function computes(): Promise<boolean> {
  const { matMul, tensor2d, tidy } = await import("@tensorflow/tfjs");
  const product = tidy(() =>
    matMul(tensor2d(left, [rows, inner]), tensor2d(right, [inner, columns]))
  );
  const found = await product.data();
  product.dispose();
  return found.length === rows * columns && found.every((value, i) => value === expected(i));
}

/** Entry `i` of the product, row by row. */
function expected(i: number): number {
  const row = Math.floor(i / columns);
  let sum = 0;
  for (let k = 0; k < inner; k++) {
    sum += (left[row * inner + k] ?? NaN) * (right[k * columns + i % columns] ?? NaN);
  }
  return sum;
}

const guarded = new WeakSet<KernelBackend>();

/**
 * Makes a backend of tfjs 4.22.0 report two failures that it does not:
 *
 * - WASM: an allocation without room gives the address 0, or one near the end of the memory, and tfjs
 *   writes there, over other tensors.
 * - WebGPU: values cannot be read without waiting. `dataSync()`, `arraySync()` and `print()` fail
 *   within tfjs, and so does the use of a tensor after a switch to another backend.
 *
 * @param name What tfjs calls the backend.
 * @param backend The backend; a second call changes nothing.
 * @param current Gives the name of the current backend.
 */
export function guardBackend(name: string, backend: KernelBackend, current: () => string): void {
  if (guarded.has(backend)) return;
  guarded.add(backend);
  if (name === "wasm") guardAllocations((backend as BackendWasm).wasm as Allocator);
  if (name === "webgpu") guardReads(backend as WebGPUBackend, current);
}

/** What tfjs's types of its module leave out. */
type Allocator = BackendWasm["wasm"] & {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
};

/** The bytes that WebAssembly can address. */
const MOST_BYTES = 2 ** 32;

function guardAllocations(module: Allocator): void {
  let allocate = module._malloc;
  const checked = (bytes: number): number => {
    // The module would take the lower 32 bits of a larger number.
    const address = bytes < MOST_BYTES ? allocate(bytes) >>> 0 : 0;
    if (address !== 0 && address + bytes <= module.HEAPU8.length) return address;
    // Near the end of what can be addressed it also gives pieces that reach beyond the memory.
    if (address !== 0) module._free(address);
    if (bytes === 0) return 0;
    throw new InputError(
      "the MiB of a tensor",
      `at most what is free in one piece of ${MOST_BYTES / 2 ** 20} in tfjs's WASM memory`,
      Math.ceil(bytes / 2 ** 20),
      "Dispose of tensors that are not needed, or use a smaller batch or a shorter sequence.",
    );
  };
  // The module itself puts another function there at its first allocation.
  Object.defineProperty(module, "_malloc", {
    get: () => checked,
    set: (other: typeof allocate) => allocate = other,
  });
}

function guardReads(backend: WebGPUBackend, current: () => string): void {
  const read = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const { values, dtype } = backend.tensorMap.get(dataId);
    // What was read once is still there.
    if (values || dtype === "string" || dtype === "complex64") return read(dataId);
    const name = current();
    if (name === "webgpu") {
      throw new InputError(
        "values of a tensor on webgpu",
        "read with `await tensor.data()` or `await tensor.array()`",
        "a read that does not wait, such as dataSync(), arraySync() or print()",
      );
    }
    throw new InputError(
      "the backend of a tensor",
      `${name}, which is the current one`,
      "webgpu",
      "After `await tensor.data()` it moves by itself.",
    );
  };
}

/** What is called before {@link selectBackend} makes another backend current. */
export const beforeLeaving: Set<() => void> = new Set();

/**
 * Readies what lies on tfjs's current backend for use on another: parameters that are trained go
 * back to their variables, and the values of variables on WebGPU are read, since tfjs moves what it
 * can read without waiting.
 */
export async function leaveBackend(): Promise<void> {
  for (const give of [...beforeLeaving]) {
    try {
      give();
    } catch (error) {
      // Training began on a third backend and stays there; reading the parameters is an error that says so.
      if (!(error instanceof InputError)) throw error;
    }
  }
  const { engine, getBackend } = await import("@tensorflow/tfjs");
  if (getBackend() !== "webgpu") return;
  // Where a read fails the device is lost; the use of that variable is an error then.
  await Promise.allSettled(
    Object.values(engine().registeredVariables).map((variable) => variable.data()),
  );
}
