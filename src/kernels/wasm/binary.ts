import { plainBinary } from "./binary_plain.ts";
import { relaxedBinary } from "./binary_relaxed.ts";

/** `(func (drop (f32x4.relaxed_madd ...)))`: valid if the engine supports relaxed SIMD. */
const probe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0],
  ...[65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 26, 11],
);

/** The binaries of the kernels: with relaxed SIMD, or without. */
export type Variant = "relaxed" | "plain";

/**
 * The import of the memory in a binary: the names `env` and `memory`, the kind 2 (a memory), and
 * the flags of its limits. The flags are 3 for a shared memory with a maximum, and 1 for one that
 * is not shared.
 */
const memoryImport = [3, ...codes("env"), 6, ...codes("memory"), 2, 3];

const compiled = new Map<string, WebAssembly.Module>();

/** Returns the variant that this engine runs fastest. */
export function bestVariant(): Variant {
  return WebAssembly.validate(probe) ? "relaxed" : "plain";
}

/**
 * Returns the module of the kernels; it is compiled once.
 *
 * The instructions are the same whether the memory is shared or not: atomic operations work on
 * both, and one thread never waits.
 *
 * @param variant The binary.
 * @param shared Whether the module imports a shared memory.
 * @returns The module.
 */
export function kernelModule(variant: Variant, shared: boolean): WebAssembly.Module {
  const key = `${variant} ${shared}`;
  const known = compiled.get(key);
  if (known) return known;
  const bytes = codes(atob(variant === "relaxed" ? relaxedBinary : plainBinary));
  if (!shared) bytes[flagsOffset(bytes)] = 1;
  const module = new WebAssembly.Module(bytes);
  compiled.set(key, module);
  return module;
}

/** Returns the offset of the flags of the memory that a binary imports. */
function flagsOffset(binary: Uint8Array): number {
  const start = binary.findIndex((_, i) => memoryImport.every((byte, k) => binary[i + k] === byte));
  if (start < 0) throw new TypeError("the binary does not import a shared memory");
  return start + memoryImport.length - 1;
}

function codes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
