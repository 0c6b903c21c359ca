/**
 * Loads TensorFlow.js, only in programs that use its tensors.
 *
 * The other modules import the types of TensorFlow.js from the package, but its values from this
 * module, as `tf`.
 *
 * @module
 */
import type * as tfjs from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { MissingError } from "./errors.ts";

/** The module of TensorFlow.js. */
export type Tfjs = typeof tfjs;

/**
 * Takes the place of TensorFlow.js until it is loaded: every use throws an error that says what to
 * do.
 */
const closed = new Proxy({} as Tfjs, {
  get(): never {
    throw notLoaded();
  },
});

/**
 * TensorFlow.js, if {@link openTfjs} was called. Before that, the use of any member throws a
 * {@link MissingError} that says how to load it.
 */
export let tf: Tfjs = closed;

/** Whether {@link loadTfjs} was the first to load TensorFlow.js. */
let loadedHere = false;

/**
 * Loads TensorFlow.js, without making it available as {@link tf}.
 *
 * @returns The module.
 */
export async function loadTfjs(): Promise<Tfjs> {
  if (!hasEngine()) loadedHere = true;
  return await import("@tensorflow/tfjs");
}

/**
 * Makes TensorFlow.js available to all modules, as {@link tf}.
 *
 * @param loaded The module, whose backend is ready.
 */
export function openTfjs(loaded: Tfjs): void {
  tf = loaded;
}

/**
 * Whether {@link tf} is TensorFlow.js.
 *
 * @returns `true` after {@link openTfjs}.
 */
export function hasTfjs(): boolean {
  return tf !== closed;
}

/**
 * Whether the program uses TensorFlow.js: whether it imported it, or selected a backend of it.
 *
 * @returns `true` if there is an engine of TensorFlow.js, unless {@link loadTfjs} loaded it for a
 * backend that did not start.
 */
export function usesTfjs(): boolean {
  return hasTfjs() || (hasEngine() && !loadedHere);
}

/** Whether TensorFlow.js is loaded: version 4.22.0 keeps its engine in a global variable. */
function hasEngine(): boolean {
  return "_tfengine" in globalThis;
}

/**
 * Whether a value is a tensor.
 *
 * @param value The value.
 * @returns `true` if it is a tensor.
 * @throws {MissingError} If it looks like a tensor, but TensorFlow.js was imported after the
 * backend was selected. The message says what to do.
 */
export function isTensor(value: unknown): value is Tensor {
  if (hasTfjs()) return value instanceof tf.Tensor;
  if (isTensorLike(value)) throw notLoaded();
  return false;
}

/**
 * Whether a value has the methods of a tensor. The check does not need TensorFlow.js.
 *
 * @param value The value.
 * @returns `true` if the value has these methods.
 */
export function isTensorLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && "arraySync" in value && "dataSync" in value;
}

function notLoaded(): MissingError {
  return new MissingError(
    "Tensors need TensorFlow.js: import @tensorflow/tfjs before you call selectBackend, or call " +
      "`await selectBackend(name, { tensors: true })`.",
  );
}
