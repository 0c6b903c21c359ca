import { hasTfjs, tf } from "./tfjs.ts";

/** The backend that was selected without TensorFlow.js; empty before the first selection. */
let own = "";

/**
 * The name of the backend on which models are made and trained.
 *
 * @returns `"cpu"`, `"wasm"` or `"webgpu"`: the current backend of TensorFlow.js if it is loaded;
 * otherwise the one that was selected, and an empty text before the first selection.
 */
export function currentBackend(): string {
  // `tf.getBackend()` is undefined until a backend of TensorFlow.js is ready.
  return hasTfjs() ? tf.getBackend() ?? "" : own;
}

/**
 * Makes a backend the current one, without TensorFlow.js.
 *
 * @param name The name of the backend.
 */
export function setCurrentBackend(name: "cpu" | "wasm"): void {
  own = name;
}

/** The sizes of a product of matrices [rows, inner] and [inner, columns]. */
export type ProductSizes = readonly [rows: number, inner: number, columns: number];

/** Multiplies two matrices, each in row-major order, on a backend that need not be current. */
export type Multiply = (
  backend: "cpu" | "wasm",
  left: Float32Array,
  right: Float32Array,
  sizes: ProductSizes,
) => Promise<ArrayLike<number>>;

/**
 * The product of the kernels, by which a backend is checked before it is selected; `null` if the
 * program has no kernels. The kernels set this field, since `core` must not import them.
 */
export const kernels: { multiply: Multiply | null } = { multiply: null };
