import { plainBinary } from "./binary_plain.ts";
import { relaxedBinary } from "./binary_relaxed.ts";

/** `(func (drop (f32x4.relaxed_madd ...)))`: valid if the engine supports relaxed SIMD. */
const probe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0],
  ...[65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 26, 11],
);

/** The binaries of the kernels: with relaxed SIMD, or without. */
export type Variant = "relaxed" | "plain";

const compiled = new Map<Variant, WebAssembly.Module>();

/** Returns the variant that this engine runs fastest. */
export function bestVariant(): Variant {
  return WebAssembly.validate(probe) ? "relaxed" : "plain";
}

/** Returns the module of the kernels; it is compiled once. */
export function kernelModule(variant: Variant): WebAssembly.Module {
  const known = compiled.get(variant);
  if (known) return known;
  const text = atob(variant === "relaxed" ? relaxedBinary : plainBinary);
  const module = new WebAssembly.Module(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  compiled.set(variant, module);
  return module;
}
