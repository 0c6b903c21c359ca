import type { Tensor, Variable } from "@tensorflow/tfjs";
import { checkFlags } from "../core/arguments.ts";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger, sizeOf } from "../core/shapes.ts";
import { tf } from "../core/tfjs.ts";
import { affine } from "./reference/cell.ts";
import { Embedding } from "./embedding.ts";
import type { LayerInit } from "./parameters/variables.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, type Draw, drawParameters } from "./parameters/variables.ts";

/** Options for {@link Linear}. */
export interface LinearOptions {
  /** The number of features of an input. */
  readonly inFeatures: number;
  /** The number of features of an output. */
  readonly outFeatures: number;
  /** Whether the layer has a bias; `true` by default. */
  readonly bias?: boolean;
  /** The number of layers side by side, along a leading axis; by default one without that axis. */
  readonly replicas?: number;
  /**
   * The source of the initial weights: replica r draws from `random.fork(r)`, or from `random[r]`.
   * Use a source for one layer only, since a second would draw the same weights; give each layer
   * its own fork, such as `random.fork("head")`.
   */
  readonly random: Random | readonly Random[];
  /**
   * Draws the initial weight and bias; uniform in [-1/sqrt(inFeatures), 1/sqrt(inFeatures)) by
   * default.
   */
  readonly init?: LayerInit;
  /**
   * An embedding whose table is the weight. It must have as many ids as the layer has outputs, and
   * as many features as the layer has inputs. Absent by default.
   */
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

/** The parameters of a {@link Linear}, each after the replica axis if there is one. */
export type LinearParameters = {
  /** The weight [output, input]; absent if the layer is tied to an embedding. */
  readonly weight?: Variable;
  /** The bias [output]; absent if the layer has no bias. */
  readonly bias?: Variable;
};

/**
 * The affine map y = x W^T + b, as PyTorch's `nn.Linear`.
 *
 * The layer owns its parameters until {@link Linear.dispose}; the caller owns every tensor that a
 * method returns.
 *
 * With `tied`, the weight is the table of an embedding, which still owns the table: the only
 * parameter of the layer is the bias, and the gradients of both uses of the table add up. As in
 * PyTorch, the row of padding has a gradient from its use in the layer, so it does not stay 0.
 * Sources: Press & Wolf (2017), doi:10.18653/v1/E17-2025; Inan, Khosravi & Socher (2017),
 * arXiv:1611.01462.
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
  /** The number of features of an input. */
  readonly inFeatures: number;
  /** The number of features of an output. */
  readonly outFeatures: number;
  /** Whether the layer has a bias. */
  readonly bias: boolean;
  /** The embedding whose table is the weight, or `null`. */
  readonly tied: Embedding | null;

  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `init` returns another number of values, if the sizes or replicas differ from those
   * of the tied embedding, or if `random` is not a source or has made a `weight` or `bias` before.
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
    const draw: Draw = ({ name, shape }, source) => (options.init ?? uniform)(name, shape, source);
    super(drawParameters<LinearParameters>(parameters, replicas, random, draw), replicas);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.bias = bias;
    this.tied = tied ?? null;
  }

  /**
   * Applies the layer along the last axis.
   *
   * @param x The input [..., input] with at least one axis before input, after the replica axis if
   * there is one.
   * @returns The output [..., output], after the replica axis if there is one; the caller disposes
   * of it.
   * @throws {InputError} If x is not a tensor of that shape.
   */
  forward(x: Tensor): Tensor {
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

  #weight(): Variable {
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
