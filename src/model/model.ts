import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import type { ParameterStore } from "./parameters/parameter_store.ts";

/** What a model's forward pass can be told besides its input and state. */
export interface ModelOptions {
  /** 1 where a step counts, 0 where it is padding, [sequence, batch] after any replica axis. */
  readonly mask?: tf.Tensor;
  /** Whether dropout acts; by default not. */
  readonly training?: boolean;
  /** What dropout draws from, wanted where it acts: one source, or one for each replica. */
  readonly random?: Random | readonly Random[];
}

/** A network that can be trained. */
export interface Model {
  /** How many networks it is, along a leading axis of every tensor; `undefined`: one, no axis. */
  readonly replicas?: number | undefined;
  /** Whether the batch axis comes before the sequence axis; by default after it. */
  readonly batchFirst?: boolean;
  /** The trainable variables by name. */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /**
   * The output for an input and the state after it, the caller's to dispose.
   *
   * @param state A state that the model gave; by default 0.
   */
  forward(
    x: tf.Tensor,
    state?: tf.TensorContainer,
    options?: ModelOptions,
  ): { readonly output: tf.Tensor; readonly state: tf.TensorContainer };
  /**
   * What the fused training step knows of the model; absent or `null` where it takes the way of
   * tfjs's own ops.
   */
  readonly network?: NetworkSpec | null;
  /** Where the parameters lie, in the order of the network's; wanted beside `network`. */
  readonly stores?: readonly ParameterStore[];
}

/**
 * Checks that a value is a network that can be trained or asked.
 *
 * @throws {InputError} If it has no `forward` and no parameters.
 */
export function checkModel(model: unknown): void {
  const isModel = typeof model === "object" && model !== null && "forward" in model &&
    typeof model.forward === "function" && "parameters" in model;
  if (isModel) return;
  const help = model instanceof tf.LayersModel
    ? "Networks of tf.layers are trained by their own fit"
    : undefined;
  throw new InputError("model", "a network such as a SequenceModel", model, helpFor(model, help));
}

/**
 * Checks what a model's forward pass gave.
 *
 * @returns It.
 * @throws {InputError} If there is no output tensor.
 */
export function checkForward(
  found: ReturnType<Model["forward"]>,
): ReturnType<Model["forward"]> {
  if (found?.output instanceof tf.Tensor) return found;
  const help = found instanceof tf.Tensor ? "Put the layer into a SequenceModel" : helpFor(found);
  throw new InputError("what the model's forward gives", "{ output, state }", found, help);
}
