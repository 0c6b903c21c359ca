import { withRuntimeDirectory } from "./backend_adapter.ts";
import type { KernelBackend } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  currentBackend,
  kernels,
  type ProductSizes,
  setCurrentBackend,
} from "./current_backend.ts";
import { InputError } from "./errors.ts";
import { runtime } from "../platform/runtime.ts";
import { hasTfjs, loadTfjs, openTfjs, type Tfjs, usesTfjs } from "./tfjs.ts";

/**
 * Selects a backend, and checks that it computes: the float32 product of two integer matrices of
 * shapes [33, 17] and [17, 29] must be exact in every entry.
 *
 * With tensors it loads tfjs and makes the backend the current one of tfjs. On WebGPU every kernel
 * then runs on the GPU. By default tfjs computes tensors of fewer than 1000 entries on the CPU, and
 * a result would be attributed to WebGPU by mistake. tfjs has one current backend in the whole
 * program. After a failure the previous backend is not current any more.
 *
 * @param name The backend.
 * @param tensors Whether tensors can be used; by default whether the program uses tfjs. On WebGPU
 * they always can, since its device comes from tfjs.
 * @returns `null` if the backend computes; otherwise the problem, in words that follow the name of
 * the backend.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { startBackend } from "./backend_start.ts";
 *
 * assert(await startBackend("cpu") === null);
 * ```
 */
export async function startBackend(
  name: "webgpu" | "wasm" | "cpu",
  tensors: boolean = usesTfjs(),
): Promise<string | null> {
  if (name !== "webgpu" && !tensors && !hasTfjs()) return await startKernels(name);
  const tfjs = await loadTfjs();
  const { backend, env, getBackend, setBackend } = tfjs;
  // Also for other backends, so that `tf.setBackend("wasm")` works.
  await import("@tensorflow/tfjs-backend-wasm");
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  // In tfjs 4.22.0 this flag only silences messages; the cpu backend advertises another package.
  const loud = !env().getBool("PROD");
  env().set("PROD", true);
  try {
    if (currentBackend() !== name) endLoans();
    if (getBackend() !== name) await readVariables(tfjs);
    // After a failure getBackend() names the requested backend, so only the boolean is reliable.
    if (!await withRuntimeDirectory(() => setBackend(name))) return `did not start${hint(name)}`;
    guardBackend(name, backend(), getBackend);
    if (name === "webgpu") env().set("WEBGPU_CPU_FORWARD", false);
    if (!await computes(tfjs)) return wrongProduct;
    openTfjs(tfjs);
    return null;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    env().set("PROD", !loud);
  }
}

/** Selects a backend without tfjs. After a failure the previous backend is still current. */
async function startKernels(name: "wasm" | "cpu"): Promise<string | null> {
  try {
    const product = await kernels.multiply?.(name, left, right, sizes);
    if (product && !isExpected(product)) return wrongProduct;
    if (currentBackend() !== name) endLoans();
    setCurrentBackend(name);
    return null;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  }
}

const wrongProduct = "gave a wrong matrix product";

/** A hint at why tfjs cannot load its WASM module; `""` for other backends. */
function hint(name: "webgpu" | "wasm" | "cpu"): string {
  const { name: program } = runtime();
  if (name !== "wasm" || program === "node") return "";
  return program === "deno"
    ? " (it reads its module from Deno's npm cache, which takes --allow-read)"
    : " (it loads the .wasm files of @tensorflow/tfjs-backend-wasm from the folder of the page: copy " +
      "them there, or name another folder by setWasmPaths of that package)";
}

const sizes: ProductSizes = [33, 17, 29];
const [rows, inner, columns] = sizes;
// Integers up to 100: the sums are below 2^24, which float32 represents exactly and float16 does
// not.
const left = Float32Array.from({ length: rows * inner }, (_, i) => (i * 37) % 201 - 100);
const right = Float32Array.from({ length: inner * columns }, (_, i) => (i * 53) % 199 - 99);

async function computes({ matMul, tensor2d, tidy }: Tfjs): Promise<boolean> {
  const product = tidy(() =>
    matMul(tensor2d(left, [rows, inner]), tensor2d(right, [inner, columns]))
  );
  const found = await product.data();
  product.dispose();
  return isExpected(found);
}

/** Whether numbers are the product [rows, columns]. */
function isExpected(found: ArrayLike<number>): boolean {
  return found.length === rows * columns &&
    Array.from(found).every((value, i) => value === expected(i));
}

/** The expected entry `i` of the product, in row-major order. */
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
 * Adds clear errors for two failures of tfjs 4.22.0:
 *
 * - WASM: if memory is full, an allocation gives the address 0, or one near the end of the memory,
 *   and tfjs overwrites other tensors.
 * - WebGPU: values cannot be read synchronously. `dataSync()`, `arraySync()` and `print()` fail
 *   inside tfjs, and so does the use of a tensor after a switch to another backend.
 *
 * A second call for the same backend has no effect.
 *
 * @param name The name of the backend in tfjs.
 * @param backend The backend.
 * @param current Returns the name of the current backend.
 */
export function guardBackend(name: string, backend: KernelBackend, current: () => string): void {
  if (guarded.has(backend)) return;
  guarded.add(backend);
  if (name === "wasm") guardAllocations((backend as BackendWasm).wasm as Allocator);
  if (name === "webgpu") guardReads(backend as WebGPUBackend, current);
}

/** The WASM module of tfjs, with the members that its types omit. */
type Allocator = BackendWasm["wasm"] & {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
};

/** The number of bytes that WebAssembly can address. */
const MOST_BYTES = 2 ** 32;

function guardAllocations(module: Allocator): void {
  let allocate = module._malloc;
  const checked = (bytes: number): number => {
    // The module truncates a larger number to 32 bits.
    const address = bytes < MOST_BYTES ? allocate(bytes) >>> 0 : 0;
    if (address !== 0 && address + bytes <= module.HEAPU8.length) return address;
    // Near the end of the address space the module returns blocks that reach beyond the memory.
    if (address !== 0) module._free(address);
    if (bytes === 0) return 0;
    throw new InputError(
      "the size of a tensor in MiB",
      `at most the largest free block of the ${MOST_BYTES / 2 ** 20} MiB of tfjs's WASM memory`,
      Math.ceil(bytes / 2 ** 20),
      "Dispose of tensors that are not needed, or use a smaller batch or a shorter sequence.",
    );
  };
  // The module replaces the function at its first allocation.
  Object.defineProperty(module, "_malloc", {
    get: () => checked,
    set: (other: typeof allocate) => allocate = other,
  });
}

function guardReads(backend: WebGPUBackend, current: () => string): void {
  const read = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const { values, dtype } = backend.tensorMap.get(dataId);
    // tfjs caches values that have been read.
    if (values || dtype === "string" || dtype === "complex64") return read(dataId);
    const name = current();
    if (name === "webgpu") {
      throw new InputError(
        "values of a tensor on webgpu",
        "read with `await tensor.data()` or `await tensor.array()`",
        "a synchronous read, such as dataSync(), arraySync() or print()",
      );
    }
    throw new InputError(
      "the backend of a tensor",
      `${name}, which is the current one`,
      "webgpu",
      "After `await tensor.data()` tfjs moves the tensor.",
    );
  };
}

/** Callbacks that run before another backend is selected. */
export const beforeLeaving: Set<() => void> = new Set();

/** Writes trained parameters back to their stores, since they move to another backend. */
function endLoans(): void {
  for (const give of [...beforeLeaving]) {
    try {
      give();
    } catch (error) {
      // The training began on a backend that is not the current one. A later read of its parameters
      // throws this error.
      if (!(error instanceof InputError)) throw error;
    }
  }
}

/** Reads the variables that are on WebGPU, since tfjs moves tensors by synchronous reads. */
async function readVariables({ engine, getBackend }: Tfjs): Promise<void> {
  if (getBackend() !== "webgpu") return;
  // A read fails if the device is lost. A later use of the variable throws.
  await Promise.allSettled(
    Object.values(engine().registeredVariables).map((variable) => variable.data()),
  );
}
