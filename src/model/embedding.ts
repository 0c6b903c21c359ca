import type { Tensor, Variable } from "@tensorflow/tfjs";
import { checkTensor } from "../core/check_tensor.ts";
import { currentBackend } from "../core/current_backend.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds, MOST_IDS } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { tf } from "../core/tfjs.ts";
import { embedding } from "../kernels/ops/embedding.ts";
import type { LayerInit } from "./parameters/variables.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, type Draw, drawParameters } from "./parameters/variables.ts";

/** Options for {@link Embedding}. */
export interface EmbeddingOptions {
  /** The number of ids, up to 2^24. */
  readonly numEmbeddings: number;
  /** The number of features of a vector. */
  readonly embeddingDim: number;
  /**
   * The id of padding, whose vector is 0; absent by default. The vector has no gradient, so it
   * stays 0 in training, unless a tied {@link Linear} also reads the table.
   */
  readonly paddingIdx?: number;
  /** The number of tables, along a leading axis; by default one table without that axis. */
  readonly replicas?: number;
  /**
   * The source of the initial vectors: replica r draws from `random.fork(r)`, or from `random[r]`.
   * Use a source for one layer only, since a second would draw the same weights; give each layer
   * its own fork, such as `random.fork("embedding")`.
   */
  readonly random: Random | readonly Random[];
  /**
   * Draws the initial vectors; normal numbers of variance 1 by default. The vector of padding
   * becomes 0.
   */
  readonly init?: LayerInit;
}

const names: OptionNames<EmbeddingOptions> = {
  numEmbeddings: true,
  embeddingDim: true,
  paddingIdx: true,
  replicas: true,
  random: true,
  init: true,
};

/** The parameters of an {@link Embedding}, each after the replica axis if there is one. */
export type EmbeddingParameters = {
  /** The vectors [id, feature]. */
  readonly weight: Variable;
};

/**
 * A table with a vector for each id, as PyTorch's `nn.Embedding`.
 *
 * The layer owns its parameters until {@link Embedding.dispose}; the caller owns every tensor that
 * a method returns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Embedding } from "./embedding.ts";
 *
 * await selectBackend("cpu");
 * const sizes = { numEmbeddings: 20, embeddingDim: 8, paddingIdx: 0 };
 * const table = new Embedding({ ...sizes, random: new Random(1) });
 * const vectors = table.forward(tf.tensor2d([[3, 0]], [1, 2], "int32"));
 * assertEquals(vectors.shape, [1, 2, 8]);
 * assertEquals([...await vectors.data()].slice(8), Array(8).fill(0));
 * table.dispose();
 * ```
 */
export class Embedding extends Module<EmbeddingParameters> {
  /** The number of ids. */
  readonly numEmbeddings: number;
  /** The number of features of a vector. */
  readonly embeddingDim: number;
  /** The id of padding, or `null`. */
  readonly paddingIdx: number | null;

  /**
   * Draws the initial vectors.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if there are more than 2^24 ids, if `paddingIdx` is not an id, if `init` returns
   * another number of values, or if `random` is not a source or has made a `weight` before.
   */
  constructor(options: EmbeddingOptions) {
    checkOptions("Embedding", options, names);
    const { paddingIdx, replicas, random, init } = options;
    const numEmbeddings = positiveInteger("numEmbeddings", options.numEmbeddings);
    const embeddingDim = positiveInteger("embeddingDim", options.embeddingDim);
    // Kernels store ids as float32, which is exact up to 2^24.
    if (numEmbeddings > MOST_IDS) {
      throw new InputError("numEmbeddings", `at most ${MOST_IDS}`, numEmbeddings);
    }
    if (paddingIdx !== undefined) checkId("paddingIdx", paddingIdx, numEmbeddings);
    checkInit(init, "(name, shape, random) => values");
    const parameter = { name: "weight", shape: [numEmbeddings, embeddingDim] };
    const normal: LayerInit = (_name, _shape, source) => source.array(numEmbeddings * embeddingDim);
    const draw: Draw = ({ name, shape }, source) => {
      const values = new Float32Array((init ?? normal)(name, shape, source));
      const first = (paddingIdx ?? numEmbeddings) * embeddingDim;
      return values.fill(0, first, first + embeddingDim);
    };
    super(drawParameters<EmbeddingParameters>([parameter], replicas, random, draw), replicas);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx ?? null;
  }

  /**
   * Returns the vectors of ids. Gradients flow to the table.
   *
   * @param ids An int32 tensor [...], after the replica axis if there is one. On WebGPU ids are not
   * checked, since reading them would wait for the device; an id out of range has the vector of the
   * nearest id.
   * @returns The vectors [..., feature]; the caller disposes of them.
   * @throws {InputError} If the ids are not an int32 tensor, if the replica axis has another size,
   * or, on the cpu and WASM backends, if an id does not exist.
   */
  forward(ids: Tensor): Tensor {
    const { numEmbeddings, embeddingDim, replicas } = this;
    checkTensor("ids", ids);
    if (ids.dtype !== "int32") throw new InputError("ids", "of dtype int32", ids.dtype);
    const [first] = ids.shape;
    if (replicas !== undefined && first !== replicas) {
      throw new InputError("ids", `of shape [replica ${replicas}, ...]`, ids.shape);
    }
    if (currentBackend() !== "webgpu") checkIds("ids", ids.dataSync(), numEmbeddings);
    const { weight } = this.parameters;
    return tf.tidy(() => {
      const indices = ids.toFloat().clipByValue(0, numEmbeddings - 1).reshape([replicas ?? 1, -1]);
      const table = replicas === undefined ? weight.expandDims(0) : weight;
      return embedding(table, indices, this.paddingIdx).reshape([...ids.shape, embeddingDim]);
    });
  }
}

/**
 * Returns the vectors of ids that may be floats.
 *
 * @param embedding The table.
 * @param x Ids [sequence, batch] of any dtype, after the replica axis if there is one.
 * @returns Vectors for a `tf.tidy` of the caller.
 * @throws {InputError} In the cases of {@link Embedding.forward}, and if a number is not an
 * integer.
 */
export function embedNumbers(embedding: Embedding, x: Tensor): Tensor {
  checkTensor("x", x);
  const rank = embedding.replicas === undefined ? 2 : 3;
  if (x.rank !== rank) {
    const replicas = embedding.replicas === undefined ? "" : "replica, ";
    throw new InputError("x", `ids of ${rank} axes, ${replicas}sequence and batch`, x.shape);
  }
  // The cast below would turn 1.7 and NaN into ids.
  if (x.dtype !== "int32" && currentBackend() !== "webgpu") {
    checkIds("x", x.dataSync(), embedding.numEmbeddings);
  }
  return embedding.forward(x.toInt());
}
