import type { Tensor, TensorContainer, Variable } from "@tensorflow/tfjs";
import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { hasTfjs, isTensor, tf } from "../core/tfjs.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import type { ParameterStore } from "./parameters/parameter_store.ts";

/** Options for the forward pass of any {@link Model}. */
export interface ModelOptions {
  /** The mask [sequence, batch], 1 for a step and 0 for padding, after the replica axis if any. */
  readonly mask?: Tensor;
  /** Whether dropout is active; `false` by default. */
  readonly training?: boolean;
  /** The source of dropout's mask, required if dropout is active: one, or one for each replica. */
  readonly random?: Random | readonly Random[];
}

/** A network that can be trained. */
export interface Model {
  /**
   * The number of networks, along a leading axis of every tensor; absent for one network without
   * that axis.
   */
  readonly replicas?: number | undefined;
  /** Whether the batch axis comes before the sequence axis; `false` by default. */
  readonly batchFirst?: boolean;
  /** The trainable variables by name. */
  readonly parameters: Readonly<Record<string, Variable>>;
  /**
   * Runs the network over a sequence.
   *
   * @param x The inputs.
   * @param state A state that the model returned; 0 by default.
   * @param options A mask, and dropout.
   * @returns The output, and the state after the last step; the caller disposes of them.
   */
  forward(
    x: Tensor,
    state?: TensorContainer,
    options?: ModelOptions,
  ): { readonly output: Tensor; readonly state: TensorContainer };
  /**
   * The description of the model for the fused training step; absent or `null` if the model can be
   * trained only in ops of TensorFlow.js.
   */
  readonly network?: NetworkSpec | null;
  /**
   * The stores of the parameters, in the order of the network; required if there is a `network`.
   */
  readonly stores?: readonly ParameterStore[];
}

/**
 * Throws unless a value has the methods of a {@link Model}.
 *
 * @param model The value.
 * @throws {InputError} If `model` has no `forward` or no `parameters`.
 */
export function checkModel(model: unknown): void {
  const isModel = typeof model === "object" && model !== null && "forward" in model &&
    typeof model.forward === "function" && "parameters" in model;
  if (isModel) return;
  const help = hasTfjs() && model instanceof tf.LayersModel
    ? "Train a network of tf.layers with its own fit"
    : undefined;
  throw new InputError("model", "a network such as a SequenceModel", model, helpFor(model, help));
}

/**
 * Returns the result of a model's forward pass if it has an output.
 *
 * @param found The result.
 * @returns The same object.
 * @throws {InputError} If there is no output tensor.
 */
export function checkForward(
  found: ReturnType<Model["forward"]>,
): ReturnType<Model["forward"]> {
  if (isTensor(found?.output)) return found;
  const help = isTensor(found) ? "Put the layer into a SequenceModel" : helpFor(found);
  throw new InputError("the result of the model's forward", "{ output, state }", found, help);
}
