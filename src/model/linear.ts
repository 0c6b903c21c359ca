import * as tf from "@tensorflow/tfjs";
import { checkFlags } from "../core/arguments.ts";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger, sizeOf } from "../core/shapes.ts";
import { affine } from "./reference/cell.ts";
import { Embedding } from "./embedding.ts";
import type { LayerInit } from "./init/layer_init.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, drawVariables } from "./parameters/variables.ts";

/** What a {@link Linear} is made from. */
export interface LinearOptions {
  /** Features of an input. */
  readonly inFeatures: number;
  /** Features of an output. */
  readonly outFeatures: number;
  /** Whether there is a bias; by default there is. */
  readonly bias?: boolean;
  /** How many layers side by side, along a leading axis; left out, one layer without that axis. */
  readonly replicas?: number;
  /**
   * Where the initial weights come from: replica r draws from `random.fork(r)`, or from `random[r]`. A
   * source makes one layer, since two would start equal: give each a fork, `random.fork("head")`.
   */
  readonly random: Random | readonly Random[];
  /** Draws the initial weight and bias; by default PyTorch's uniform. */
  readonly init?: LayerInit;
  /** The embedding whose table is the weight: as many ids as outputs, and features as inputs. */
  readonly tied?: Embedding;
}

const names: OptionNames<LinearOptions> = {
  inFeatures: true,
  outFeatures: true,
  bias: true,
  replicas: true,
  random: true,
  init: true,
  tied: true,
};

/** The parameters of a {@link Linear}, after the replica axis where there is one. */
export type LinearParameters = {
  /** [output, input]; absent where it is an embedding's. */
  readonly weight?: tf.Variable;
  /** [output] */
  readonly bias?: tf.Variable;
};

/**
 * y = x W^T + b, as PyTorch's `nn.Linear`; weight and bias start uniform in
 * [-1/sqrt(inFeatures), 1/sqrt(inFeatures)) unless `init` draws them.
 *
 * The layer owns its parameters until {@link Linear.dispose}; whoever calls owns what it gives.
 *
 * With `tied` the weight is the table of an embedding, which stays the owner: the layer's own
 * parameter is the bias alone, the gradients of both uses add up, and an optimizer meets the table
 * once. As in PyTorch, the row of padding has a gradient from here (none from being looked up) and
 * does not stay 0. Sources: Press & Wolf (2017); Inan, Khosravi & Socher (2017).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Linear } from "./linear.ts";
 *
 * await selectBackend("cpu");
 * const head = new Linear({ inFeatures: 20, outFeatures: 5, random: new Random(1) });
 * assertEquals(head.forward(tf.zeros([7, 2, 20])).shape, [7, 2, 5]);
 * assertEquals(head.parameterCount, 105);
 * head.dispose();
 * ```
 *
 * @example The table of an embedding as the weight
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Embedding } from "./embedding.ts";
 * import { Linear } from "./linear.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const table = new Embedding({ numEmbeddings: 20, embeddingDim: 8, random: random.fork("table") });
 * const sizes = { inFeatures: 8, outFeatures: 20 };
 * const head = new Linear({ ...sizes, tied: table, random: random.fork("head") });
 * assertEquals(Object.keys(head.parameters), ["bias"]);
 * assertEquals(head.forward(tf.zeros([7, 2, 8])).shape, [7, 2, 20]);
 * head.dispose();
 * table.dispose();
 * ```
 */
export class Linear extends Module<LinearParameters> {
  /** Features of an input. */
  readonly inFeatures: number;
  /** Features of an output. */
  readonly outFeatures: number;
  /** Whether there is a bias. */
  readonly bias: boolean;
  /** The embedding whose table is the weight, or `null`. */
  readonly tied: Embedding | null;

  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on sizes that are not positive integers, on an `init`
   *   that gives another number of values, on sizes or replicas that are not those of the embedding
   *   it is tied to, and on a `random` that is not a source, or one that has made a `weight` or `bias`
   *   before.
   */
  constructor(options: LinearOptions) {
    checkOptions("Linear", options, names);
    const { inFeatures, outFeatures, bias = true, replicas, random, tied } = options;
    positiveInteger("inFeatures", inFeatures);
    positiveInteger("outFeatures", outFeatures);
    checkFlags({ bias });
    checkInit(options.init, "(name, shape, random) => values");
    if (tied !== undefined) checkTied(options, tied);
    const limit = 1 / Math.sqrt(inFeatures);
    const uniform: LayerInit = (_name, shape, source) =>
      Array.from({ length: sizeOf(shape) }, () => source.uniform(-limit, limit));
    const parameters = [
      ...(tied ? [] : [{ name: "weight", shape: [outFeatures, inFeatures] }]),
      ...(bias ? [{ name: "bias", shape: [outFeatures] }] : []),
    ];
    const variables = drawVariables(parameters, replicas, random, ({ name, shape }, source) => {
      return (options.init ?? uniform)(name, shape, source);
    });
    super(variables, replicas);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.bias = bias;
    this.tied = tied ?? null;
  }

  /**
   * Applies the layer along the last axis.
   *
   * @param x [..., input], after the replica axis where there is one; at least one axis before input.
   * @returns [..., output], after the replica axis where there is one; the caller's to dispose.
   * @throws {InputError} On a tensor of too few axes or another size.
   */
  forward(x: tf.Tensor): tf.Tensor {
    const { inFeatures, outFeatures, replicas } = this;
    checkTensor("x", x);
    const leading = replicas === undefined ? [] : [replicas];
    const fits = x.rank >= leading.length + 2 && x.shape.at(-1) === inFeatures &&
      leading.every((size) => x.shape[0] === size);
    if (!fits) {
      const axes = [...leading.map((size) => `replica ${size}`), "...", `input ${inFeatures}`];
      throw new InputError("x", `of shape [${axes.join(", ")}]`, x.shape);
    }
    const { bias } = this.parameters;
    const weight = this.#weight();
    return tf.tidy(() => {
      const rows = x.reshape([...leading, -1, inFeatures]);
      return affine(rows, weight, bias).reshape([...x.shape.slice(0, -1), outFeatures]);
    });
  }

  #weight(): tf.Variable {
    const weight = this.tied?.parameters.weight ?? this.parameters.weight;
    if (weight === undefined) throw new InputError("weight", "a parameter", weight);
    return weight;
  }
}

function checkTied(
  { inFeatures, outFeatures, replicas }: LinearOptions,
  tied: Embedding,
): void {
  if (!(tied instanceof Embedding)) throw new InputError("tied", "an Embedding", tied);
  if (inFeatures !== tied.embeddingDim) {
    const wanted = `${tied.embeddingDim}, the embeddingDim of the tied embedding`;
    throw new InputError("inFeatures", wanted, inFeatures);
  }
  if (outFeatures !== tied.numEmbeddings) {
    const wanted = `${tied.numEmbeddings}, the numEmbeddings of the tied embedding`;
    throw new InputError("outFeatures", wanted, outFeatures);
  }
  if (replicas !== tied.replicas) {
    const wanted = `${tied.replicas ?? "left out"}, as in the tied embedding`;
    throw new InputError("replicas", wanted, replicas);
  }
}
