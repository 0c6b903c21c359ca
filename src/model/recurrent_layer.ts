import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { checkFlags, checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { tf } from "../core/tfjs.ts";
import { recurrent } from "../kernels/ops/recurrent.ts";
import { type CellKind, cells } from "../kernels/cells.ts";
import { type StackSpec, weightShapes } from "../kernels/stack.ts";
import { type RecurrentInit, uniformInit } from "./init/recurrent_init.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, type Draw, drawParameters } from "./parameters/variables.ts";
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

/**
 * The implementation of a recurrent layer: one fused kernel, or the cells in ops of TensorFlow.js.
 */
export type Implementation = "fused" | "plain";

/**
 * Options for {@link LSTM} and {@link GRU}. {@link RNNOptions} adds those of {@link RNN}, and
 * {@link FeedforwardOptions} those of {@link Feedforward}.
 */
export interface RecurrentOptions {
  /** The number of features of an input. */
  readonly inputSize: number;
  /** The number of units of the hidden state. */
  readonly hiddenSize: number;
  /** The number of stacked layers; 1 by default. */
  readonly numLayers?: number;
  /**
   * The share of the output of every layer except the last that is dropped in training, in [0, 1);
   * 0 by default, and required to be 0 if there is one layer.
   */
  readonly dropout?: number;
  /** Whether each layer also reads the sequence in reverse; `false` by default. */
  readonly bidirectional?: boolean;
  /** Whether the layers have biases; `true` by default. */
  readonly bias?: boolean;
  /** Whether the batch axis comes before the sequence axis; `false` by default. */
  readonly batchFirst?: boolean;
  /**
   * The number of networks that run side by side, each with its own weights and inputs, along a
   * leading axis of every tensor. By default there is one network and no such axis.
   */
  readonly replicas?: number;
  /**
   * The source of the initial weights: replica r draws from `random.fork(r)`, or from `random[r]`.
   * Use a source for one layer only, since a second would draw the same weights; give each layer
   * its own fork, such as `random.fork("lstm")`.
   */
  readonly random: Random | readonly Random[];
  /** Draws the initial weights; {@link uniformInit} by default. */
  readonly init?: RecurrentInit;
  /**
   * The implementation: `"fused"`, the default, is fast and has first derivatives; `"plain"` is
   * slow and has derivatives of any order.
   */
  readonly implementation?: Implementation;
}

/**
 * The largest number of layers. Parameters are listed before they are drawn, and the list must fit
 * in memory.
 */
const MOST_LAYERS = 2 ** 16;

/** The names of {@link RecurrentOptions}. */
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

/** The output and state of {@link RecurrentLayer.forward}. */
export type RecurrentOutput<State> = {
  /**
   * The last layer's hidden states at every step [sequence, batch, directions * hidden], or
   * [batch, sequence, ...] if the batch comes first, after the replica axis if there is one.
   */
  readonly output: Tensor;
  /** The state after the last step, shaped as the initial state. */
  readonly state: State;
};

/** Options for {@link RecurrentLayer.unroll}. */
export interface UnrollOptions<State> {
  /** The state before the first step; 0 by default. */
  readonly state?: State;
  /**
   * Added to every state: `h` and, of an LSTM, `c`, shaped as {@link Unrolled.states}; nothing by
   * default. With a perturbation of 0, the gradient of a loss with respect to the perturbation is
   * the gradient with respect to every state.
   */
  readonly perturbation?: StateParts;
}

const unrollNames: OptionNames<UnrollOptions<unknown>> = { state: true, perturbation: true };

/** The outputs and states of {@link RecurrentLayer.unroll}. */
export type Unrolled = {
  /** The output at every step, shaped as {@link RecurrentOutput.output}. */
  readonly output: Tensor;
  /**
   * The states `h` and, of an LSTM, `c`, each [layers * directions, sequence + 1, batch, hidden],
   * after the replica axis if there is one. On the axis of sequence, entry t is the state between
   * steps t - 1 and t: the initial state is entry 0 of a forward direction and the last entry of a
   * reverse direction.
   */
  readonly states: StateParts;
};

/**
 * Stacked layers of any cell, the base class of {@link RNN}, {@link LSTM}, {@link GRU} and
 * {@link Feedforward}.
 *
 * The layer owns its parameters until {@link RecurrentLayer.dispose}; the caller owns every tensor
 * that a method returns. Gradients flow to the input, the state and every parameter.
 */
export abstract class RecurrentLayer<State extends TensorContainer, Name extends string>
  extends Module
  implements Axes {
  /** The cell and the sizes. */
  readonly spec: StackSpec;
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** The implementation of the layer. */
  readonly implementation: Implementation;

  /**
   * Draws the initial weights.
   *
   * @param cell The cell.
   * @param options Sizes, a source of random numbers, and settings.
   */
  protected constructor(cell: CellKind, options: RecurrentOptions) {
    const spec = stackSpec(cell, options);
    const implementation = checkImplementation(options.implementation);
    const { init = uniformInit, replicas, random } = options;
    const draw: Draw = ({ name, shape }, source) => init(name, shape, spec, source);
    super(drawParameters(weightShapes(spec), replicas, random, draw), replicas);
    this.spec = spec;
    this.batchFirst = options.batchFirst ?? false;
    this.implementation = implementation;
  }

  /**
   * Returns the tensors of a state.
   *
   * @param state The state.
   * @returns Its hidden state and, of an LSTM, its cell state.
   */
  protected abstract partsOf(state: State): StateParts;

  /**
   * Builds a state from its tensors.
   *
   * @param parts The tensors.
   * @returns The state.
   */
  protected abstract stateOf(parts: StateParts): State;

  /** Whether the state has a cell state besides the hidden state, as that of an LSTM. */
  get hasCellState(): boolean {
    return cells[this.spec.cell].states.includes("c");
  }

  /** The number of features of an output: directions * hidden. */
  get outputSize(): number {
    return this.spec.hiddenSize * (this.spec.bidirectional ? 2 : 1);
  }

  /**
   * Runs the layers over a sequence.
   *
   * @param x The inputs [sequence, batch, input], or [batch, sequence, input] if the batch comes
   * first, after the replica axis if there is one.
   * @param state The state before the first step; 0 by default.
   * @param options A mask or lengths, and dropout.
   * @returns Tensors that the caller disposes of.
   * @throws {InputError} If an option is unknown, if a value is not a tensor of its shape, if a
   * length is not in [1, sequence], if a mask has a number other than 0 and 1, or if dropout is
   * active without `random`. Nothing is computed then.
   */
  forward(
    x: Tensor,
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
   * Runs the layers over a sequence without dropout, and returns all gates and states. No gradient
   * flows through them.
   *
   * @param x The inputs, as in {@link RecurrentLayer.forward}.
   * @param state The state before the first step; 0 by default.
   * @param options A mask or lengths, as in {@link RecurrentLayer.forward}. At a masked step,
   * states are those before the step, and gates have the values that they would have without the
   * mask.
   * @returns A trace for each layer and direction, in the order of the state's first axis, with
   * tensors [sequence, batch, hidden], after the replica axis if there is one. The sequence axis
   * always comes before the batch axis. The caller disposes of the tensors.
   * @throws {InputError} In the cases of {@link RecurrentLayer.forward}.
   */
  trace(x: Tensor, state?: State, options: TraceOptions = {}): Trace<Name>[] {
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
  unroll(x: Tensor, options: UnrollOptions<State> = {}): Unrolled {
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
      const stacked = (part: "h" | "c"): Tensor =>
        tf.stack(states.map((scan) => tf.stack(scan.flatMap((state) => state[part] ?? []), 1)), 1);
      const found = { h: this.#outside(stacked("h")) };
      return {
        output: this.#outside(this.batchFirst ? swapSequenceAndBatch(output) : output),
        states: this.hasCellState ? { ...found, c: this.#outside(stacked("c")) } : found,
      };
    });
  }

  #partsOf(state: State | undefined): StateParts | undefined {
    checkState(this.spec.cell, state);
    return state === undefined ? undefined : this.partsOf(state);
  }

  #traced(
    x: Tensor,
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

  /** Adds the replica axis of the kernels if the layer has none. */
  #inside(tensor: Tensor): Tensor {
    return this.replicas === undefined ? tensor.expandDims(0) : tensor;
  }

  /** Removes the replica axis of the kernels if the layer has none. */
  #outside(tensor: Tensor): Tensor {
    return this.replicas === undefined ? tensor.squeeze([0]) : tensor;
  }
}

/**
 * Returns the sizes and settings of a recurrent layer, with defaults. The source of random numbers
 * is not checked.
 *
 * @param cell The cell.
 * @param options The options of the layer.
 * @returns The specification that the kernels use.
 * @throws {InputError} If a size is not a positive integer, if there are more than 65,536 layers,
 * if `dropout` is not in [0, 1) or is above 0 for a single layer, or if a flag is not a boolean.
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
    throw new InputError("dropout", "0 if numLayers is 1", dropout, "It acts between layers");
  }
  return spec;
}

/**
 * Returns the chosen implementation, or the default.
 *
 * @param implementation The choice.
 * @returns The choice; `"fused"` by default.
 * @throws {InputError} If `implementation` is neither `"fused"` nor `"plain"`.
 */
export function checkImplementation(implementation: Implementation = "fused"): Implementation {
  if (implementation !== "fused" && implementation !== "plain") {
    throw new InputError("implementation", '"fused" or "plain"', implementation);
  }
  return implementation;
}
