import * as tf from "@tensorflow/tfjs";
import { checkFlags, checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { recurrent } from "../kernels/ops/recurrent.ts";
import { type CellKind, cells } from "../kernels/cells.ts";
import { type StackSpec, weightShapes } from "../kernels/stack.ts";
import { type RecurrentInit, uniformInit } from "./init/recurrent_init.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, type Draw, drawVariables } from "./parameters/variables.ts";
import {
  type Axes,
  checkInputs,
  checkPerturbation,
  checkState,
  forwardNames,
  kernelInputs,
  type RecurrentForwardOptions,
  type StateParts,
  swapSequenceAndBatch,
  traceNames,
  type TraceOptions,
} from "./recurrent_inputs.ts";
import { plainStack } from "./reference/plain_stack.ts";
import {
  type DirectionTrace,
  type Trace,
  type TraceAxis,
  traceResiduals,
  traceSteps,
} from "./trace.ts";

/** What computes a recurrent layer: one fused kernel, or op by op from the plain cells. */
export type Implementation = "fused" | "plain";

/** What a recurrent layer is made from. */
export interface RecurrentOptions {
  /** Features of an input. */
  readonly inputSize: number;
  /** Units of the hidden state. */
  readonly hiddenSize: number;
  /** Layers, one over the other; by default 1. */
  readonly numLayers?: number;
  /**
   * The share of every layer's output, but the last's, that is dropped in training: 0, the default,
   * or more, and less than 1. Between one layer and none there is nothing to drop: with `numLayers`
   * 1 it must be 0.
   */
  readonly dropout?: number;
  /** Whether each layer reads the sequence from both ends; by default not. */
  readonly bidirectional?: boolean;
  /** Whether there are biases; by default there are. */
  readonly bias?: boolean;
  /** Whether the batch axis comes before the sequence axis; by default after it. */
  readonly batchFirst?: boolean;
  /**
   * How many networks to run side by side, each with weights and inputs of its own, along a leading
   * axis of every tensor. Left out, there is one network and no such axis.
   */
  readonly replicas?: number;
  /**
   * Where the initial weights come from: replica r draws from `random.fork(r)`, or from `random[r]`. A
   * source makes one layer, since two would start equal: give each a fork, `random.fork("lstm")`.
   */
  readonly random: Random | readonly Random[];
  /** Draws the initial weights; by default PyTorch's uniform. */
  readonly init?: RecurrentInit;
  /** By default `"fused"`, which has first derivatives; `"plain"` has further ones too. */
  readonly implementation?: Implementation;
}

/** Layers are listed before they are made, so their number must fit in memory. */
const MOST_LAYERS = 2 ** 16;

/** The options of every recurrent layer. */
export const recurrentNames: OptionNames<RecurrentOptions> = {
  inputSize: true,
  hiddenSize: true,
  numLayers: true,
  dropout: true,
  bidirectional: true,
  bias: true,
  batchFirst: true,
  replicas: true,
  random: true,
  init: true,
  implementation: true,
};

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

/** Options of {@link RecurrentLayer.unroll}. */
export interface UnrollOptions<State> {
  /** The state before the first step; 0 by default. */
  readonly state?: State;
  /**
   * Added to every state: `h` and, of an LSTM, `c`, shaped as {@link Unrolled.states}; nothing by
   * default. If it is 0, the gradient of a loss with respect to it is the gradient with respect to
   * every state.
   */
  readonly perturbation?: StateParts;
}

const unrollNames: OptionNames<UnrollOptions<unknown>> = { state: true, perturbation: true };

/** The outputs and states of {@link RecurrentLayer.unroll}. */
export type Unrolled = {
  /** The output at every step, shaped as {@link RecurrentOutput.output}. */
  readonly output: tf.Tensor;
  /**
   * The states `h` and, of an LSTM, `c`, each [layers * directions, sequence + 1, batch, hidden],
   * after the replica axis if there is one. On the axis of sequence, entry t is the state between
   * steps t - 1 and t: the initial state is entry 0 of a forward direction and the last entry of a
   * reverse direction.
   */
  readonly states: StateParts;
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

  /**
   * Runs the layers step by step in ops of TensorFlow.js, whatever the implementation, and returns
   * every state. It is slower than {@link RecurrentLayer.forward}, and gradients of any order flow.
   *
   * @param x The inputs, as in {@link RecurrentLayer.forward}.
   * @param options The initial state, and a perturbation of the states.
   * @returns Tensors that the caller disposes of.
   * @throws {InputError} If an option is unknown, or if a value is not a tensor of its shape.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import * as tf from "@tensorflow/tfjs";
   * import { selectBackend } from "../core/backend.ts";
   * import { Random } from "../core/random.ts";
   * import { LSTM } from "./lstm.ts";
   *
   * await selectBackend("cpu");
   * const lstm = new LSTM({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
   * const { output, states } = lstm.unroll(tf.zeros([7, 2, 10]));
   * assertEquals([output.shape, states.h.shape], [[7, 2, 20], [1, 8, 2, 20]]);
   * lstm.dispose();
   * ```
   */
  unroll(x: tf.Tensor, options: UnrollOptions<State> = {}): Unrolled {
    checkOptions(`${this.constructor.name}.unroll`, options, unrollNames);
    const { state, perturbation } = options;
    const parts = this.#partsOf(state);
    checkInputs(this, x, parts, {});
    if (perturbation !== undefined) checkPerturbation(this, x, perturbation);
    return tf.tidy(() => {
      const inputs = kernelInputs(this, x, parts, {}, Object.values(this.parameters));
      const { h, c } = perturbation ?? {};
      const added = h && { h: this.#inside(h), ...(c ? { c: this.#inside(c) } : {}) };
      const { output, states } = plainStack({ ...this.spec, dropout: 0 }, inputs, added);
      const stacked = (part: "h" | "c"): tf.Tensor =>
        tf.stack(states.map((scan) => tf.stack(scan.flatMap((state) => state[part] ?? []), 1)), 1);
      const found = { h: this.#outside(stacked("h")) };
      return {
        output: this.#outside(this.batchFirst ? swapSequenceAndBatch(output) : output),
        states: cells[this.spec.cell].states.includes("c")
          ? { ...found, c: this.#outside(stacked("c")) }
          : found,
      };
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
    const { residuals } = recurrent(spec, inputs, true);
    if (!residuals) throw new Error("the recurrent kernel returned no residuals");
    return traceResiduals(spec, residuals, { steps, batch, masked: inputs.mask !== undefined });
  }

  /** A tensor with a replica axis, whether the layer has one or not. */
  #inside(tensor: tf.Tensor): tf.Tensor {
    return this.replicas === undefined ? tensor.expandDims(0) : tensor;
  }

  /** A tensor without the replica axis, where the layer has none. */
  #outside(tensor: tf.Tensor): tf.Tensor {
    return this.replicas === undefined ? tensor.squeeze([0]) : tensor;
  }
}

/**
 * Checks the sizes and the other settings of a recurrent layer, but for its source of randomness.
 *
 * @throws {InputError} On sizes that are not positive integers, on dropout outside of [0, 1) or
 * without a layer to act before, and on settings that are neither `true` nor `false`.
 */
export function stackSpec(cell: CellKind, options: RecurrentOptions): StackSpec {
  const { numLayers = 1, dropout = 0, bidirectional = false, bias = true } = options;
  checkShare("dropout", dropout);
  if (positiveInteger("numLayers", numLayers) > MOST_LAYERS) {
    throw new InputError("numLayers", `at most ${MOST_LAYERS}`, numLayers);
  }
  checkFlags({ bidirectional, bias, batchFirst: options.batchFirst });
  checkInit(options.init, "glorotInit or orthogonalInit(1)");
  const spec = {
    cell,
    inputSize: positiveInteger("inputSize", options.inputSize),
    hiddenSize: positiveInteger("hiddenSize", options.hiddenSize),
    numLayers,
    bidirectional,
    bias,
    dropout,
  };
  if (dropout > 0 && numLayers === 1) {
    throw new InputError("dropout", "0 where numLayers is 1", dropout, "It acts between layers");
  }
  return spec;
}

/** Checks a choice of implementation, and gives the default. */
export function checkImplementation(implementation: Implementation = "fused"): Implementation {
  if (implementation !== "fused" && implementation !== "plain") {
    throw new InputError("implementation", '"fused" or "plain"', implementation);
  }
  return implementation;
}
