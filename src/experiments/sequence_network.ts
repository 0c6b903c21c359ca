import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { GRU } from "../model/gru.ts";
import { Linear } from "../model/linear.ts";
import { LSTM } from "../model/lstm.ts";
import { glorotInit, jointGlorotInit, type RecurrentInit } from "../model/init/recurrent_init.ts";
import { RNN } from "../model/rnn.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import type { Architecture, NetworkSizes } from "./architectures.ts";
import { forgetBias } from "../model/init/gate_bias_init.ts";

/** Options for {@link sequenceNetwork}. */
export interface SequenceNetworkOptions extends NetworkSizes {
  readonly architecture: Architecture;
  /** The steps that have an output. */
  readonly readout: "all" | "last";
  /** The source of each network. The networks lie side by side along the replica axis. */
  readonly random: readonly Random[];
  /** Draws the recurrent layer's initial weights. Default: PyTorch's. */
  readonly init?: RecurrentInit;
}

/** Creates networks of one architecture side by side, a replica for each source. */
export function sequenceNetwork(
  { architecture, readout, random, init, ...sizes }: SequenceNetworkOptions,
): SequenceModel<tf.TensorContainer> {
  const { inputSize, hiddenSize, outputSize } = sizes;
  const replicas = random.length;
  const options = {
    ...{ inputSize, hiddenSize, replicas },
    random: random.map((source) => source.fork("recurrent")),
    ...(init ? { init } : {}),
  };
  const make = { RNN, LSTM, GRU }[architecture];
  return new SequenceModel<tf.TensorContainer>({
    recurrent: new make(options),
    head: new Linear({
      ...{ inFeatures: hiddenSize, outFeatures: outputSize, replicas },
      random: random.map((source) => source.fork("head")),
    }),
    readout,
  });
}

/** The names of initialisations. */
export const initialisations = [
  "PyTorch's weights",
  "Glorot (LSTM: forget bias 1)",
] as const;

/** One of the {@link initialisations}. */
export type Initialisation = (typeof initialisations)[number];

/**
 * Returns the initialiser of a recurrent layer; `undefined` for PyTorch's, the default of layers.
 */
export function initOf(
  architecture: Architecture,
  initialisation: Initialisation,
): RecurrentInit | undefined {
  if (initialisation === "PyTorch's weights") return undefined;
  return architecture === "LSTM" ? forgetBias(1, glorotInit) : glorotInit;
}

/**
 * Returns the notebook's initial weights: Xavier-uniform matrices and biases of 0. The LSTM's
 * matrices are drawn over input and state together, and its forget bias is 1. The GRU has PyTorch's
 * weights.
 *
 * @param architecture The architecture of the layer.
 * @param inputSize The number of input features.
 * @returns An initialiser; `undefined` for PyTorch's, the default of layers.
 */
export function notebookInit(
  architecture: Architecture,
  inputSize: number,
): RecurrentInit | undefined {
  switch (architecture) {
    case "RNN":
      return glorotInit;
    case "LSTM":
      return forgetBias(1, jointGlorotInit(inputSize));
    case "GRU":
      return undefined;
  }
}
