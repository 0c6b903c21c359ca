import type { Tensor, Variable } from "@tensorflow/tfjs";
import { checkFlags } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger, sizeOf } from "../core/shapes.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, type Draw, drawParameters, type LayerInit } from "./parameters/variables.ts";
import { checkImplementation, type Implementation } from "./recurrent_layer.ts";
import { type MeanOptions, type WeightedMean, weightedMean } from "./weighted_mean.ts";

/** Options for {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions {
  /** The number of features of a state. */
  readonly inputSize: number;
  /** The number of hidden units of the scores. */
  readonly size: number;
  /** The number of layers side by side, along a leading axis; by default one without that axis. */
  readonly replicas?: number;
  /**
   * The source of the initial weights: replica r draws from `random.fork(r)`, or from `random[r]`.
   * A source makes one layer, since a second one would draw the same weights; give each layer its
   * own fork, such as `random.fork("attention")`.
   */
  readonly random: Random | readonly Random[];
  /**
   * Draws the initial weight, bias and query. By default they are those of PyTorch's `nn.Linear`
   * for `inputSize` features, and for `size` features without a bias: weight and bias uniform in
   * [-1/sqrt(inputSize), 1/sqrt(inputSize)), query uniform in [-1/sqrt(size), 1/sqrt(size)).
   */
  readonly init?: LayerInit;
  /**
   * `"fused"` by default: one kernel, with first derivatives. `"plain"` runs ops of TensorFlow.js,
   * with derivatives of any order.
   */
  readonly implementation?: Implementation;
}

const names: OptionNames<AdditiveAttentionOptions> = {
  inputSize: true,
  size: true,
  replicas: true,
  random: true,
  init: true,
  implementation: true,
};

/** Options for {@link AdditiveAttention.forward}. */
export interface AttentionForwardOptions extends MeanOptions {
  /** Whether the batch axis comes before the sequence axis; `false` by default. */
  readonly batchFirst?: boolean;
}

const forwardNames: OptionNames<AttentionForwardOptions> = {
  mask: true,
  lengths: true,
  batchFirst: true,
};

/** The parameters of an {@link AdditiveAttention}, each after the replica axis if there is one. */
export type AdditiveAttentionParameters = {
  /** [unit, input] */
  readonly weight: Variable;
  /** [unit] */
  readonly bias: Variable;
  /** [unit] */
  readonly query: Variable;
};

/**
 * Additive attention over the states of a sequence: their mean with weights that depend on each
 * state h_t,
 *
 *     score_t = query . tanh(weight h_t + bias)
 *     weights = softmax over t of score_t
 *     context = sum over t of weights_t h_t
 *
 * Source: Bahdanau, Cho & Bengio (2015), arXiv:1409.0473, equations 5 and 6 and appendix A.1.2:
 * e = v . tanh(W s + U h), where U is `weight` and v is `query`. A classifier has no decoder state
 * s, so a bias is in the place of W s, as in Yang et al. (2016), doi:10.18653/v1/N16-1174,
 * equations 5 to 7.
 *
 * The layer owns its parameters until {@link Module.dispose}; the caller owns every tensor that a
 * method returns. To train it as a part of a network, give it to a {@link SequenceModel}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { AdditiveAttention, GRU, Random, selectBackend } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: random.fork("gru") });
 * const attention = new AdditiveAttention({
 *   inputSize: 4,
 *   size: 8,
 *   random: random.fork("attention"),
 * });
 * const lengths = [7, 5]; // The second sequence has two steps of padding.
 * const { output } = gru.forward(tf.ones([7, 2, 3]), undefined, { lengths });
 * const { context, weights } = attention.forward(output, { lengths });
 * assertEquals([context.shape, weights.shape], [[2, 4], [7, 2]]);
 * assertEquals([...await weights.data()].slice(-3), [0, (await weights.data())[12], 0]);
 * gru.dispose();
 * attention.dispose();
 * ```
 */
export class AdditiveAttention extends Module<AdditiveAttentionParameters> {
  /** The number of features of a state. */
  readonly inputSize: number;
  /** The number of hidden units of the scores. */
  readonly size: number;
  /** The implementation. */
  readonly implementation: Implementation;

  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `init` returns another number of values, or if `random` is not a source or has made
   * a `weight`, `bias` or `query` before.
   */
  constructor(options: AdditiveAttentionOptions) {
    checkOptions("AdditiveAttention", options, names);
    const { replicas, random, init } = options;
    const inputSize = positiveInteger("inputSize", options.inputSize);
    const size = positiveInteger("size", options.size);
    const implementation = checkImplementation(options.implementation);
    checkInit(init, "(name, shape, random) => values");
    const uniform: LayerInit = (name, shape, source) => {
      const limit = 1 / Math.sqrt(name === "query" ? size : inputSize);
      return Array.from({ length: sizeOf(shape) }, () => source.uniform(-limit, limit));
    };
    const parameters = [
      { name: "weight", shape: [size, inputSize] },
      { name: "bias", shape: [size] },
      { name: "query", shape: [size] },
    ];
    const draw: Draw = ({ name, shape }, source) => (init ?? uniform)(name, shape, source);
    super(
      drawParameters<AdditiveAttentionParameters>(parameters, replicas, random, draw),
      replicas,
    );
    this.inputSize = inputSize;
    this.size = size;
    this.implementation = implementation;
  }

  /**
   * Computes the weights of the steps of each sequence, and the weighted mean of their states.
   *
   * @param states [sequence, batch, input], or [batch, sequence, input] if the batch comes first,
   * after the replica axis if there is one.
   * @param options A mask or lengths, and the order of the axes. The states of padding have no
   * effect.
   * @returns The context [batch, input] and the weights [sequence, batch], or [batch, sequence] if
   * the batch comes first, after the replica axis if there is one. The weights of padding are 0. A
   * sequence without any step that counts has weights and a context of 0. The caller disposes of
   * both tensors.
   * @throws {InputError} If an option is unknown, if a value is not a tensor of its shape, if a
   * length is not in [1, sequence], if there are both mask and lengths, or if a mask has a number
   * other than 0 and 1.
   */
  forward(states: Tensor, options: AttentionForwardOptions = {}): WeightedMean {
    checkOptions("AdditiveAttention.forward", options, forwardNames);
    const { batchFirst = false, ...steps } = options;
    checkFlags({ batchFirst });
    const { replicas, implementation, inputSize: width, parameters } = this;
    return weightedMean({ batchFirst, replicas, width, implementation }, states, steps, parameters);
  }
}
