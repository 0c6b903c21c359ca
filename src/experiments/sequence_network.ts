import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { GRU } from "../model/gru.ts";
import { Linear } from "../model/linear.ts";
import { LSTM } from "../model/lstm.ts";
import type { RecurrentInit } from "../model/init/recurrent_init.ts";
import { RNN } from "../model/rnn.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import type { Architecture, NetworkSizes } from "./architectures.ts";

/** What a network of {@link sequenceNetwork} is made from. */
export interface SequenceNetworkOptions extends NetworkSizes {
  readonly architecture: Architecture;
  /** Where there is an output. */
  readonly readout: "all" | "last";
  /** A source for each network: they are made side by side, along the replica axis. */
  readonly random: readonly Random[];
  /** Draws the recurrent layer's initial weights; by default PyTorch's. */
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
