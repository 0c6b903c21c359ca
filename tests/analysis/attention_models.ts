import type { TensorContainer } from "@tensorflow/tfjs";
import { attendedOutput } from "../../src/analysis/attention_counterfactuals.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Feedforward } from "../../src/model/feedforward.ts";
import { GRU } from "../../src/model/gru.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { predict } from "../../src/training/predict.ts";

/** The layers of a network with attention. */
export interface AttentionKind {
  readonly cell?: "feedforward" | "rnn" | "lstm" | "gru";
  readonly bidirectional?: boolean;
  readonly numLayers?: number;
  readonly replicas?: number;
  readonly readout?: "attention" | "mean";
  readonly classes?: number;
  readonly seed?: number;
}

/** The number of ids of the networks of {@link attentionModel}. */
export const vocabulary = 12;

const layers = { rnn: RNN, lstm: LSTM, gru: GRU };

/**
 * A classifier of ids, whose dropout must not act. Its weights are three times as large as initial
 * ones, as if it were trained, so that attention is far from uniform.
 */
export async function attentionModel(
  kind: AttentionKind = {},
): Promise<SequenceModel<TensorContainer>> {
  const { cell = "gru", readout = "attention", classes = 2, seed = 1, replicas } = kind;
  const random = new Random(seed);
  const many = replicas === undefined ? {} : { replicas };
  const { bidirectional = true, numLayers = 1 } = kind;
  const sizes = {
    ...{ inputSize: 4, hiddenSize: 5, numLayers, ...many, random: random.fork("recurrent") },
  };
  const recurrent = cell === "feedforward"
    ? new Feedforward(sizes)
    : new layers[cell]({ ...sizes, bidirectional });
  const model = new SequenceModel<TensorContainer>({
    embedding: new Embedding({
      ...{ numEmbeddings: vocabulary, embeddingDim: 4, ...many },
      random: random.fork("embedding"),
    }),
    recurrent,
    dropout: 0.5,
    ...(readout === "mean"
      ? { readout }
      : { attention: { size: 6, random: random.fork("attention") } }),
    head: { outFeatures: classes, random: random.fork("head") },
  });
  const dict = await model.stateDict();
  const larger = Object.entries(dict).map(([name, { shape, data }]) => {
    return [name, { shape, data: data.map((value) => 3 * value) }];
  });
  model.loadStateDict(Object.fromEntries(larger));
  return model;
}

/** Sentences of several lengths, in which no id occurs twice. */
export const sentences = [[3, 1, 4, 9, 5, 2], [7], [6, 5, 3, 8], [10, 9, 7, 11], [2, 8]];

/** The kinds of networks. On WebGPU, where every shape compiles for seconds, it is the first one. */
export const kinds: readonly AttentionKind[] = [
  {},
  { cell: "lstm", bidirectional: false },
  { cell: "lstm", classes: 3 },
  { cell: "rnn", readout: "mean" },
  { cell: "rnn", numLayers: 2, classes: 3 },
  { cell: "lstm", numLayers: 2, readout: "mean" },
  { cell: "feedforward" },
  { cell: "feedforward", numLayers: 2, readout: "mean", classes: 3 },
];

/** The probabilities and weights of one sentence, computed alone. */
export async function alone(model: SequenceModel<TensorContainer>, ids: readonly number[]) {
  const x = { shape: [ids.length, 1], data: Int32Array.from(ids) };
  const { output, weights } = await predict(model, { x });
  return { output: attendedOutput([1], [[...output.data]]), weights: [...weights?.data ?? []] };
}
