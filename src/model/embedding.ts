import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds, MOST_IDS } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { embedding } from "../kernels/ops/embedding.ts";
import type { LayerInit } from "./init/layer_init.ts";
import { Module } from "./parameters/module.ts";
import { checkInit, drawVariables } from "./parameters/variables.ts";

/** What an {@link Embedding} is made from. */
export interface EmbeddingOptions {
  /** How many ids there are. */
  readonly numEmbeddings: number;
  /** Features of an id's vector. */
  readonly embeddingDim: number;
  /**
   * The id of padding, whose vector is 0; by default there is none. It has no gradient, so it stays
   * 0 in training, unless a tied {@link Linear} reads the table too.
   */
  readonly paddingIdx?: number;
  /** How many tables side by side, along a leading axis; left out, one table without that axis. */
  readonly replicas?: number;
  /**
   * Where the initial vectors come from: replica r draws from `random.fork(r)`, or from `random[r]`. A
   * source makes one layer, since two would start equal: give each a fork, `random.fork("embedding")`.
   */
  readonly random: Random | readonly Random[];
  /** Draws the initial vectors, of which that of padding becomes 0; by default normal ones. */
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

/** The parameters of an {@link Embedding}, after the replica axis where there is one. */
export type EmbeddingParameters = {
  /** [id, feature] */
  readonly weight: tf.Variable;
};

/**
 * A vector for each id, as PyTorch's `nn.Embedding`; entries start normal of variance 1 unless
 * `init` draws them.
 *
 * The layer owns its parameters until {@link Embedding.dispose}; whoever calls owns what it gives.
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
  /** How many ids there are. */
  readonly numEmbeddings: number;
  /** Features of an id's vector. */
  readonly embeddingDim: number;
  /** The id of padding; `null` for none. */
  readonly paddingIdx: number | null;

  /**
   * Draws the initial vectors.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on sizes that are not positive integers or more than
   *   2^24 ids, on a padding that is not an id, on an `init` that gives another number of values, and
   *   on a `random` that is not a source, or one that has made a `weight` before.
   */
  constructor(options: EmbeddingOptions) {
    checkOptions("Embedding", options, names);
    const { paddingIdx, replicas, random, init } = options;
    const numEmbeddings = positiveInteger("numEmbeddings", options.numEmbeddings);
    const embeddingDim = positiveInteger("embeddingDim", options.embeddingDim);
    // Kernels hold ids as float32, which cannot tell larger ones apart.
    if (numEmbeddings > MOST_IDS) {
      throw new InputError("numEmbeddings", `at most ${MOST_IDS}`, numEmbeddings);
    }
    if (paddingIdx !== undefined) checkId("paddingIdx", paddingIdx, numEmbeddings);
    checkInit(init, "(name, shape, random) => values");
    const parameter = { name: "weight", shape: [numEmbeddings, embeddingDim] };
    const normal: LayerInit = (_name, _shape, source) => source.array(numEmbeddings * embeddingDim);
    const made = drawVariables([parameter], replicas, random, ({ name, shape }, source) => {
      const values = new Float32Array((init ?? normal)(name, shape, source));
      const first = (paddingIdx ?? numEmbeddings) * embeddingDim;
      return values.fill(0, first, first + embeddingDim);
    });
    super(made as EmbeddingParameters, replicas);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx ?? null;
  }

  /**
   * Looks vectors up. Gradients flow to the table.
   *
   * @param ids Integers of any shape [...], after the replica axis where there is one, of dtype
   * int32. On WebGPU, where looking at them would cost a wait, ids out of range stand for the
   * nearest one.
   * @returns [..., feature]; the caller's to dispose.
   * @throws {InputError} On another dtype, on too few axes, and on the cpu and WASM backends on ids
   * out of range.
   */
  forward(ids: tf.Tensor): tf.Tensor {
    const { numEmbeddings, embeddingDim, replicas } = this;
    checkTensor("ids", ids);
    if (ids.dtype !== "int32") throw new InputError("ids", "of dtype int32", ids.dtype);
    const [first] = ids.shape;
    if (replicas !== undefined && first !== replicas) {
      throw new InputError("ids", `of shape [replica ${replicas}, ...]`, ids.shape);
    }
    if (tf.getBackend() !== "webgpu") checkIds("ids", ids.dataSync(), numEmbeddings);
    const { weight } = this.parameters;
    return tf.tidy(() => {
      const places = ids.toFloat().clipByValue(0, numEmbeddings - 1).reshape([replicas ?? 1, -1]);
      const table = replicas === undefined ? weight.expandDims(0) : weight;
      return embedding(table, places, this.paddingIdx).reshape([...ids.shape, embeddingDim]);
    });
  }
}

/**
 * Looks up vectors of ids that may be floats.
 *
 * @param x As {@link Embedding.forward} takes them, of any dtype.
 * @returns Vectors for the caller's tidy.
 * @throws {InputError} As {@link Embedding.forward}, on numbers that are no integers too.
 */
export function embedNumbers(embedding: Embedding, x: tf.Tensor): tf.Tensor {
  checkTensor("x", x);
  const rank = embedding.replicas === undefined ? 2 : 3;
  if (x.rank !== rank) {
    const replicas = embedding.replicas === undefined ? "" : "replica, ";
    throw new InputError("x", `ids of ${rank} axes, ${replicas}sequence and batch`, x.shape);
  }
  // Of 1.7 and NaN the cast would make ids.
  if (x.dtype !== "int32" && tf.getBackend() !== "webgpu") {
    checkIds("x", x.dataSync(), embedding.numEmbeddings);
  }
  return embedding.forward(x.toInt());
}
