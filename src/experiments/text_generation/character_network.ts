import type { Random } from "../../core/random.ts";
import { Embedding } from "../../model/embedding.ts";
import { GRU } from "../../model/gru.ts";
import { glorotUniform } from "../../model/init/random_matrices.ts";
import type { LayerInit } from "../../model/init/layer_init.ts";
import { Linear } from "../../model/linear.ts";
import { LSTM } from "../../model/lstm.ts";
import { semiOrthogonalInit } from "../../model/init/recurrent_init.ts";
import { RNN } from "../../model/rnn.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import type { SavedModel } from "../../training/train_language_model.ts";
import { type Architecture, matchedHiddenSize } from "../architectures.ts";
import type { Values } from "./parameters.ts";

/** A model of characters, with layers of any architecture. */
export interface CharacterNetwork extends SavedModel {
  /** How many numbers it trains. */
  readonly parameterCount: number;
  /** Frees its parameters. */
  dispose(): void;
}

const uniformTable: LayerInit = (_name, [rows = 0, columns = 0], random) =>
  random.array(rows * columns, (source) => source.uniform(-0.1, 0.1));

const glorotProjection: LayerInit = (name, [rows = 0, columns = 0], random) =>
  name === "bias" ? new Float32Array(rows) : glorotUniform([rows, columns], random).flat();

/** The learning rate of each network. */
export function rateOf(architecture: Architecture, values: Values): number {
  const { characterRate, gruRate, rnnRate } = values;
  return { LSTM: characterRate, GRU: gruRate, RNN: rnnRate }[architecture];
}

/**
 * Makes an untrained model of characters with the notebook's initial weights: orthogonal layers,
 * biases of 0.
 *
 * @param architecture What its layer is. An LSTM has `characterHidden` units, another architecture so
 *   many that it trains as many numbers as the LSTM.
 * @param vocabularySize How many ids there are.
 * @param values The parameters of the experiment.
 * @param random Where the initial weights come from.
 * @returns The model, and the units of its layer.
 */
export function characterNetwork(
  architecture: Architecture,
  vocabularySize: number,
  { characterEmbedding: embeddingDim, characterHidden }: Values,
  random: Random,
): { model: CharacterNetwork; hiddenSize: number } {
  const sizes = { inputSize: embeddingDim, outputSize: vocabularySize };
  const lstm = { ...sizes, hiddenSize: characterHidden, architecture: "LSTM" } as const;
  const hiddenSize = architecture === "LSTM"
    ? characterHidden
    : matchedHiddenSize(architecture, lstm);
  const layer = {
    ...{ inputSize: embeddingDim, hiddenSize, init: semiOrthogonalInit },
    random: random.fork("recurrent"),
  };
  const around = {
    embedding: new Embedding({
      ...{ numEmbeddings: vocabularySize, embeddingDim, init: uniformTable },
      random: random.fork("embedding"),
    }),
    head: new Linear({
      ...{ inFeatures: hiddenSize, outFeatures: vocabularySize, init: glorotProjection },
      random: random.fork("head"),
    }),
  };
  switch (architecture) {
    case "LSTM":
      return { hiddenSize, model: new SequenceModel({ ...around, recurrent: new LSTM(layer) }) };
    case "GRU":
      return { hiddenSize, model: new SequenceModel({ ...around, recurrent: new GRU(layer) }) };
    case "RNN":
      return { hiddenSize, model: new SequenceModel({ ...around, recurrent: new RNN(layer) }) };
  }
}
