import * as tf from "@tensorflow/tfjs";
import { checkOptions } from "../core/options.ts";
import { recurrent } from "../kernels/recurrent_op.ts";
import { type CellKind, type StackSpec, weightShapes } from "../kernels/stack.ts";
import { Module } from "./module.ts";
import { plainStack } from "./plain_stack.ts";
import { uniformInit } from "./recurrent_init.ts";
import {
  type Axes,
  checkInputs,
  checkState,
  forwardNames,
  kernelInputs,
  type RecurrentForwardOptions,
  type StateParts,
  swapSequenceAndBatch,
  traceNames,
  type TraceOptions,
} from "./recurrent_inputs.ts";
import {
  checkImplementation,
  type Implementation,
  type RecurrentOptions,
  stackSpec,
} from "./recurrent_options.ts";
import { type DirectionTrace, type Trace, type TraceAxis, traceKept, traceSteps } from "./trace.ts";
import { type Draw, drawVariables } from "./variables.ts";

/** What the forward pass of a recurrent layer gives. */
export type RecurrentOutput<State> = {
  /**
   * The last layer's states at every step [sequence, batch, directions * hidden], or
   * [batch, sequence, ...] where the batch is first, after the replica axis where there is one.
   */
  readonly output: tf.Tensor;
  /** The state after the last step, shaped as the one before the first. */
  readonly state: State;
};

/**
 * Stacked recurrent layers of any cell: what RNN, LSTM and GRU share.
 *
 * The layer owns its parameters until it is disposed of; whoever calls owns every tensor that a
 * method gives back. Gradients flow to the input, the state and every parameter.
 */
export abstract class RecurrentLayer<State extends tf.TensorContainer, Name extends string>
  extends Module
  implements Axes {
  /** The cell and the sizes. */
  readonly spec: StackSpec;
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** What computes the layer. */
  readonly implementation: Implementation;

  /** Draws the initial weights. */
  protected constructor(cell: CellKind, options: RecurrentOptions) {
    const spec = stackSpec(cell, options);
    const implementation = checkImplementation(options.implementation);
    const { init = uniformInit, replicas, random } = options;
    const draw: Draw = ({ name, shape }, source) => init(name, shape, spec, source);
    super(drawVariables(weightShapes(spec), replicas, random, draw), replicas);
    this.spec = spec;
    this.batchFirst = options.batchFirst ?? false;
    this.implementation = implementation;
  }

  /** The tensors of a state. */
  protected abstract partsOf(state: State): StateParts;

  /** The state of some tensors. */
  protected abstract stateOf(parts: StateParts): State;

  /** Features of an output: directions * hidden. */
  get outputSize(): number {
    return this.spec.hiddenSize * (this.spec.bidirectional ? 2 : 1);
  }

  /**
   * Runs the layers over a sequence.
   *
   * @param x The inputs [sequence, batch, input], or [batch, sequence, input] where the batch is
   * first, after the replica axis where there is one.
   * @param state The state before the first step; by default 0.
   * @param options A mask or lengths, and dropout.
   * @returns Tensors that are the caller's to dispose.
   * @throws {InputError} On an unknown option, values that are not tensors, shapes that do not fit,
   * lengths out of range, a mask of other numbers than 0 and 1, and dropout without a source, before
   * anything is computed.
   */
  forward(
    x: tf.Tensor,
    state?: State,
    options: RecurrentForwardOptions = {},
  ): RecurrentOutput<State> {
    checkOptions(`${this.constructor.name}.forward`, options, forwardNames);
    const parts = this.#partsOf(state);
    checkInputs(this, x, parts, options);
    const spec = { ...this.spec, dropout: options.training === true ? this.spec.dropout : 0 };
    return tf.tidy(() => {
      const run = this.implementation === "fused" ? recurrent : plainStack;
      const inputs = kernelInputs(this, x, parts, options, Object.values(this.parameters));
      const { output, h, c } = run(spec, inputs);
      const ordered = this.batchFirst ? swapSequenceAndBatch(output) : output;
      const last = c ? { h: this.#outside(h), c: this.#outside(c) } : { h: this.#outside(h) };
      return { output: this.#outside(ordered), state: this.stateOf(last) };
    });
  }

  /**
   * Everything that the layers compute on the way, to look at; no gradient flows through it.
   *
   * @param x As in {@link RecurrentLayer.forward}.
   * @param state As in {@link RecurrentLayer.forward}.
   * @param options A mask or lengths, as in {@link RecurrentLayer.forward}. Where a step does not count,
   * states are those before it, and gates what they would be if it counted.
   * @returns A trace for each layer and direction, in the order of the state's first axis. The
   * tensors [sequence, batch, hidden] (in this order always, after the replica axis where there is
   * one) are the caller's to dispose.
   * @throws {InputError} As {@link RecurrentLayer.forward}.
   */
  trace(x: tf.Tensor, state?: State, options: TraceOptions = {}): Trace<Name>[] {
    checkOptions(`${this.constructor.name}.trace`, options, traceNames);
    const parts = this.#partsOf(state);
    checkInputs(this, x, parts, options);
    const directions = this.spec.bidirectional ? 2 : 1;
    const axes: TraceAxis[] = [
      ...(this.replicas === undefined ? [] : ["replica"] as const),
      ...["sequence", "batch", "hidden"] as const,
    ];
    return tf.tidy(() => {
      return this.#traced(x, parts, options).map((traced, i) => {
        const tensors = Object.entries(traced).map(([name, t]) => [name, this.#outside(t)]);
        const direction = i % directions === 0 ? "forward" : "reverse";
        const layer = Math.floor(i / directions);
        return { layer, direction, axes, ...Object.fromEntries(tensors) } as Trace<Name>;
      });
    });
  }

  #partsOf(state: State | undefined): StateParts | undefined {
    checkState(this.spec.cell, state);
    return state === undefined ? undefined : this.partsOf(state);
  }

  #traced(
    x: tf.Tensor,
    parts: StateParts | undefined,
    options: TraceOptions,
  ): DirectionTrace[] {
    const spec = { ...this.spec, dropout: 0 };
    const inputs = kernelInputs(this, x, parts, options, Object.values(this.parameters));
    if (this.implementation === "plain") return traceSteps(plainStack(spec, inputs).steps);
    const [, steps = 0, batch = 0] = inputs.x.shape;
    const { kept } = recurrent(spec, inputs, true);
    if (!kept) throw new Error("the recurrent kernel kept nothing");
    return traceKept(spec, kept, { steps, batch, masked: inputs.mask !== undefined });
  }

  /** A tensor without the replica axis, where the layer has none. */
  #outside(tensor: tf.Tensor): tf.Tensor {
    return this.replicas === undefined ? tensor.squeeze([0]) : tensor;
  }
}
