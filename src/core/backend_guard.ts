import type { KernelBackend } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError } from "./errors.ts";

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
