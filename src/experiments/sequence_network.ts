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
  /** A source for each network: they are made side by side, along the replica axis. */
  readonly random: readonly Random[];
  /** Draws the recurrent layer's initial weights. Default: PyTorch's. */
  readonly init?: RecurrentInit;
}

/** Networks of one architecture side by side, a replica for each source. */
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
 * Returns the notebook's initial weights: Xavier-uniform matrices and biases of 0, those of an
 * LSTM's gates over input and state together, with a forget bias of 1; of its GRU PyTorch's own.
 *
 * @param architecture The architecture of the layer.
 * @param inputSize Features that it reads.
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
