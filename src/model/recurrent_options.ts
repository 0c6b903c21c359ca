import { checkFlags, checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { CellKind, StackSpec } from "../kernels/stack.ts";
import type { RecurrentInit } from "./recurrent_init.ts";
import { checkInit } from "./variables.ts";

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
