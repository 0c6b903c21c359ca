import * as tf from "@tensorflow/tfjs";
import type { NDArray } from "../../core/nd_array.ts";
import type { Random } from "../../core/random.ts";
import { GRU } from "../../model/gru.ts";
import { glorotUniform } from "../../model/init/random_matrices.ts";
import type { LayerInit } from "../../model/parameters/variables.ts";
import { Linear } from "../../model/linear.ts";
import { LSTM } from "../../model/lstm.ts";
import type { Model, ModelOptions } from "../../model/model.ts";
import {
  glorotInit,
  jointGlorotInit,
  type RecurrentInit,
} from "../../model/init/recurrent_init.ts";
import { RNN } from "../../model/rnn.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import { type NetworkKey, sizes } from "./parameters.ts";

/** Options for one of the notebook's networks. */
export interface NotebookNetworkOptions {
  /** The kind of network. */
  readonly key: NetworkKey;
  /** The source of each network. The networks lie side by side along the replica axis. */
  readonly random: readonly Random[];
  /** The number of output features. Default: as in the notebook. */
  readonly outputSize?: number;
  /** The steps that have an output. Default: every step. */
  readonly readout?: "all" | "last";
  /** The bias of the LSTM's forget gates. Default: 1, as in the notebook. */
  readonly forgetBias?: number;
}

/**
 * The notebook's networks, a replica for each source.
 *
 * The notebook's RNN and LSTM have one bias for each gate. PyTorch's layers and those of this
 * library have two, and Adam would move the sum of two biases twice as far. So these layers have no
 * biases. Instead, an input feature is always 1, and its weights are the biases, which gives the
 * same function, gradients and updates. The GRU is PyTorch's, with two biases.
 */
export class NotebookNetwork implements Model {
  /** The kind of network. */
  readonly key: NetworkKey;
  /** The trained model. Its inputs are {@link NotebookNetwork.inputs}. */
  readonly inner: SequenceModel<tf.TensorContainer>;

  /** Draws the initial weights. */
  constructor(options: NotebookNetworkOptions) {
    const { key, random, readout = "all", outputSize, forgetBias = 1 } = options;
    this.key = key;
    const { inputSize, hiddenSize } = sizes;
    const replicas = random.length;
    const outFeatures = outputSize ?? sizes.outputSize;
    const fork = (label: string) => random.map((source) => source.fork(label));
    const head = { inFeatures: hiddenSize, outFeatures, replicas, random: fork("head") };
    const recurrent = { hiddenSize, replicas, random: fork("recurrent") };
    if (key === "PyTorch_GRU") {
      this.inner = new SequenceModel<tf.TensorContainer>({
        ...{ recurrent: new GRU({ ...recurrent, inputSize }), head: new Linear(head), readout },
      });
      return;
    }
    const oneBias = { ...recurrent, inputSize: inputSize + 1, bias: false };
    this.inner = new SequenceModel<tf.TensorContainer>({
      recurrent: key === "Vanilla_RNN"
        ? new RNN({ ...oneBias, init: rnnInit })
        : new LSTM({ ...oneBias, init: lstmInit(forgetBias) }),
      head: new Linear({ ...head, init: headInit }),
      readout,
    });
  }

  /** The number of networks. */
  get replicas(): number {
    return this.inner.replicas ?? 1;
  }

  /** Whether inputs have a feature that is always 1. */
  get hasConstant(): boolean {
    return this.key !== "PyTorch_GRU";
  }

  /** The trainable variables by name. */
  get parameters(): Readonly<Record<string, tf.Variable>> {
    return this.inner.parameters;
  }

  /**
   * Converts the notebook's inputs [..., input] to those of `inner`, with a feature of 1 at the end
   * if {@link NotebookNetwork.hasConstant}.
   */
  inputs(x: NDArray): NDArray {
    if (!this.hasConstant) return x;
    const width = x.shape.at(-1) ?? 0;
    const rows = x.data.length / width;
    const data = new Float32Array(rows * (width + 1)).fill(1);
    for (let row = 0; row < rows; row++) {
      data.set(x.data.subarray(row * width, (row + 1) * width), row * (width + 1));
    }
    return { shape: [...x.shape.slice(0, -1), width + 1], data };
  }

  /** Runs the networks on the notebook's inputs [replica, sequence, batch, input]. */
  forward(
    x: tf.Tensor,
    state?: tf.TensorContainer,
    options?: ModelOptions,
  ): ReturnType<Model["forward"]> {
    return tf.tidy(() => {
      const ones = tf.ones([...x.shape.slice(0, -1), 1]);
      return this.inner.forward(this.hasConstant ? tf.concat([x, ones], -1) : x, state, options);
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    this.inner.dispose();
  }
}

/**
 * Returns initial weights of a layer whose last input feature is always 1. The column of this
 * feature has the biases.
 */
function withBias(init: RecurrentInit, bias: (row: number) => number): RecurrentInit {
  return (name, shape, sizes, random) => {
    const [rows = 0, columns = 0] = shape;
    if (!name.startsWith("weight_ih")) return init(name, shape, sizes, random);
    const width = columns - 1;
    const drawn = Array.from(init(name, [rows, width], sizes, random));
    return Array.from({ length: rows }, (_, row) => {
      return [...drawn.slice(row * width, (row + 1) * width), bias(row)];
    }).flat();
  };
}

/**
 * The RNN's initial weights: `xavier_uniform_` of W_ih and of W_hh separately, and biases of 0
 * (lines 154 to 160).
 */
const rnnInit = withBias(glorotInit, () => 0);

/**
 * The limit of `xavier_uniform_` for a gate's `nn.Linear(input_size + hidden_size, hidden_size)`.
 */
export const JOINT_LIMIT: number = Math.sqrt(6 / (sizes.inputSize + 2 * sizes.hiddenSize));

/** Whether a row belongs to the forget gate. The gates are in the order i, f, g, o. */
const isForget = (row: number) => row >= sizes.hiddenSize && row < 2 * sizes.hiddenSize;

/**
 * The LSTM's initial weights: `xavier_uniform_` of [W_ih, W_hh] together, biases of 0, and a forget
 * bias (lines 530 to 537).
 */
const lstmInit = (forgetBias: number): RecurrentInit =>
  withBias(jointGlorotInit(sizes.inputSize), (row) => isForget(row) ? forgetBias : 0);

/**
 * The head's initial weights: `xavier_uniform_` and a bias of 0 (lines 154 to 160 and 589 to 590).
 */
const headInit: LayerInit = (name, [rows = 0, columns = 0], random) =>
  name === "bias" ? new Float32Array(rows) : glorotUniform([rows, columns], random).flat();
