import type { TensorContainer } from "@tensorflow/tfjs";
import { sizeOf } from "../core/shapes.ts";
import { Random } from "../core/random.ts";
import { PAD } from "../data/text/vocabulary.ts";
import { Embedding } from "../model/embedding.ts";
import { Feedforward } from "../model/feedforward.ts";
import { GRU } from "../model/gru.ts";
import { LSTM } from "../model/lstm.ts";
import { RNN } from "../model/rnn.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import { sequenceModelShapes } from "../model/sequence_model_shapes.ts";
import type { ResolvedOptions } from "./sequence_classifier_options.ts";

/** The network of a classifier: ids [sequence, batch] to logits [batch, class]. */
export type ClassifierNetwork = SequenceModel<TensorContainer>;

/** What the shapes of the parameters of a network depend on. */
export interface NetworkSizes {
  /** The number of ids. */
  readonly vocabularySize: number;
  /** The number of classes. */
  readonly classes: number;
  /** The options of the classifier. */
  readonly options: ResolvedOptions;
}

/**
 * Creates networks side by side, with the initial weights of PyTorch, but for vectors of words, whose
 * standard deviation is an option.
 *
 * @param sizes The numbers of ids and classes, and the options.
 * @param random A source for each network.
 * @returns The networks, as replicas of one model. The caller disposes of it.
 * @throws {InputError} If no backend is selected, or the parameters do not fit into memory.
 */
export function classifierNetworks(
  sizes: NetworkSizes,
  random: readonly Random[],
): ClassifierNetwork {
  const fork = (label: string) => ({ random: random.map((source) => source.fork(label)) });
  return network(sizes, (label) => ({ ...fork(label), replicas: random.length }));
}

/**
 * Creates a network whose weights are 0, to load others.
 *
 * @param sizes The numbers of ids and classes, and the options.
 * @param replicas The number of networks side by side; by default one without that axis.
 * @returns The network. The caller disposes of it.
 * @throws {InputError} If no backend is selected, or the parameters do not fit into memory.
 */
export function emptyNetwork(sizes: NetworkSizes, replicas?: number): ClassifierNetwork {
  const init = (_name: string, shape: readonly number[]) => new Float32Array(sizeOf(shape));
  const random = new Random(0);
  return network(sizes, (label) => {
    if (replicas === undefined) return { random: random.fork(label), init };
    const sources = Array.from({ length: replicas }, (_, r) => random.fork(r).fork(label));
    return { random: sources, replicas, init };
  });
}

/** Options that every layer takes. */
interface LayerSettings {
  readonly random: Random | readonly Random[];
  readonly replicas?: number;
  readonly init?: (name: string, shape: readonly number[]) => Float32Array;
}

function network(
  { vocabularySize, classes, options }: NetworkSizes,
  settings: (label: string) => LayerSettings,
): ClassifierNetwork {
  const { embeddingDim, embeddingStd, hiddenSize, numLayers, bidirectional } = options;
  const { readout, dropout } = options;
  const made: { dispose(): void }[] = [];
  const keep = <Layer extends { dispose(): void }>(layer: Layer): Layer => {
    made.push(layer);
    return layer;
  };
  // The readout and the head take the replicas of the recurrent layers.
  const { replicas: _a, ...attention } = settings("attention");
  const { replicas: _h, ...head } = settings("head");
  try {
    const embedding = keep(
      new Embedding({
        ...{ numEmbeddings: vocabularySize, embeddingDim, paddingIdx: PAD },
        init: (_name, shape, source) => source.array(sizeOf(shape)).map((x) => embeddingStd * x),
        ...settings("embedding"),
      }),
    );
    const sizes = { inputSize: embeddingDim, hiddenSize, numLayers, ...settings("recurrent") };
    const recurrent = keep(
      options.cell === "none"
        ? new Feedforward(sizes)
        : new { rnn: RNN, lstm: LSTM, gru: GRU }[options.cell]({ ...sizes, bidirectional }),
    );
    return new SequenceModel<TensorContainer>({
      ...{ embedding, recurrent, readout, dropout },
      ...(readout === "attention"
        ? { attention: { size: options.attentionSize, ...attention } }
        : {}),
      head: { outFeatures: classes, ...head },
    });
  } catch (error) {
    for (const layer of made) layer.dispose();
    throw error;
  }
}

/** The cells as the kernels name them. */
const cellKinds = {
  rnn: "rnn_tanh",
  lstm: "lstm",
  gru: "gru",
  none: "feedforward_tanh",
} as const;

/**
 * Lists the parameters of the network of a classifier without creating it.
 *
 * @param sizes The numbers of ids and classes, and the options.
 * @returns The names and shapes, in the order of the parameters.
 */
export function classifierShapes({ vocabularySize, classes, options }: NetworkSizes) {
  const { cell, embeddingDim, hiddenSize, numLayers, bidirectional, readout } = options;
  const sizes = { inputSize: embeddingDim, hiddenSize, numLayers, bidirectional };
  return sequenceModelShapes({
    stack: { cell: cellKinds[cell], ...sizes, bias: true, dropout: 0 },
    embedding: { vocabulary: vocabularySize, padding: PAD },
    dropout: options.dropout,
    head: { outFeatures: classes, bias: true, tied: false },
    readout: readout === "attention" ? { attention: options.attentionSize } : readout,
  });
}
