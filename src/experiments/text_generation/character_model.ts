import type { Random } from "../../core/random.ts";
import { Embedding } from "../../model/embedding.ts";
import { GRU } from "../../model/gru.ts";
import { glorotUniform } from "../../model/init/random_matrices.ts";
import type { LayerInit } from "../../model/parameters/variables.ts";
import { Linear } from "../../model/linear.ts";
import { LSTM } from "../../model/lstm.ts";
import { semiOrthogonalInit } from "../../model/init/recurrent_init.ts";
import { RNN } from "../../model/rnn.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import { type SavedModel, trainLanguageModel } from "../../training/train_language_model.ts";
import { type Architecture, matchedHiddenSize } from "../architectures.ts";
import type { Values } from "./parameters.ts";
import { joinSequences } from "../../data/text/encoded_corpus.ts";
import { streamBatches } from "../../data/text/token_batches.ts";
import { PAD, START, UNK } from "../../data/text/vocabulary.ts";
import type { BatchList } from "../../training/batch_list.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../training/engine/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import type { Texts } from "./character_texts.ts";
import { meanSurprisal, type Support, surprisals } from "../surprisals.ts";
import type { NDArray } from "../../core/nd_array.ts";
import type { TokenBatch } from "../../data/text/token_batches.ts";

/** A model of characters, with layers of any architecture. */
export interface CharacterNetwork extends SavedModel {
  /** The number of trainable parameters. */
  readonly parameterCount: number;
  /** Frees the parameters. */
  dispose(): void;
}

const uniformTable: LayerInit = (_name, [rows = 0, columns = 0], random) =>
  random.array(rows * columns, (source) => source.uniform(-0.1, 0.1));

const glorotProjection: LayerInit = (name, [rows = 0, columns = 0], random) =>
  name === "bias" ? new Float32Array(rows) : glorotUniform([rows, columns], random).flat();

/** Returns the learning rate of an architecture. */
export function rateOf(architecture: Architecture, values: Values): number {
  const { characterRate, gruRate, rnnRate } = values;
  return { LSTM: characterRate, GRU: gruRate, RNN: rnnRate }[architecture];
}

/**
 * Creates an untrained model of characters with the notebook's initial weights: orthogonal matrices
 * and biases of 0.
 *
 * @param architecture The architecture of the layer. An LSTM has `characterHidden` units; another
 * architecture has the size at which it trains as many parameters as the LSTM.
 * @param vocabularySize The number of ids.
 * @param values The parameters of the experiment.
 * @param random The source of the initial weights.
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

/** A trained model, with the history of its training. */
export interface Trained {
  readonly model: CharacterNetwork;
  /** The number of units of the layer. */
  readonly hiddenSize: number;
  /** The record of each epoch. An epoch lies between two checks. */
  readonly history: readonly EpochRecord[];
}

/** The number of updates in which the learning rate rises. */
const WARM_UP = 50;

/** The final learning rate as a share of the largest one. */
const FLOOR = 0.1;

/**
 * The ids that are not predicted: the start of a document, and characters that do not occur in
 * training.
 */
export const ignoredTargets: readonly number[] = [START, UNK];

/**
 * Lists the numbers of updates after which a network is validated: all updates, three quarters of
 * them, and then a half, a quarter and so on.
 *
 * @param updates The number of updates.
 * @param halvings The number of halvings.
 * @returns The numbers of updates, ascending.
 */
export function checkUpdates(updates: number, halvings: number): number[] {
  const found = new Set([updates, Math.round(0.75 * updates)]);
  for (let i = 1; i <= halvings; i++) found.add(Math.round(updates / 2 ** i));
  return [...found].filter((update) => update > 0).sort((a, b) => a - b);
}

/** Cuts the training text into batches. */
export function trainingBatches({ training }: Texts, values: Values): BatchList {
  const { characterBatch: batchSize, characterLength: length } = values;
  return streamBatches(joinSequences(training), { batchSize, length, ignoredTargets });
}

/**
 * Trains a model of characters by truncated backpropagation through time.
 *
 * @param architecture The architecture of the layer.
 * @param values The parameters of the experiment.
 * @param texts The texts: the network learns the training text.
 * @param heldOut The held-out text on which the network is validated.
 * @param support The ids that can occur.
 * @param random The source of the initial weights.
 * @param part The part of the run, which receives the progress and has the signal.
 * @returns The model, which the caller disposes of.
 */
export async function trainCharacterModel(
  architecture: Architecture,
  values: Values,
  texts: Texts,
  { heldOut, support }: { readonly heldOut: HeldOutBatch; readonly support: Support },
  random: Random,
  { signal, progress }: PartProgress,
): Promise<Trained> {
  const { weightDecay, clipGradNorm, updates: steps } = values;
  const vocabularySize = texts.tokenizer.vocabulary.size;
  const { model, hiddenSize } = characterNetwork(architecture, vocabularySize, values, random);
  const all = trainingBatches(texts, values);
  const updates = checkUpdates(steps, values.checks);
  const optimizer = new AdamW(model, {
    ...{ learningRate: rateOf(architecture, values), weightDecay, clipGradNorm },
    schedule: cosineSchedule({ steps, warmUp: Math.min(WARM_UP, steps - 1), floor: FLOOR }),
  });
  const begin = (epoch: number): number => updates[epoch - 1] ?? 0;
  const history = await trainLanguageModel(
    model,
    new CrossEntropyLoss({ ignoreIndex: PAD }),
    optimizer,
    {
      // An epoch lies between two checks, so states are carried over from epoch to epoch, also past
      // the end of the text.
      epochs: updates.length,
      batches: (epoch) => between(all, begin(epoch), updates[epoch] ?? steps),
      carryState: true,
      carryAcrossEpochs: () => true,
      signal,
      onProgress: ({ epoch, epochs, step, steps }) => progress(epoch + step / steps, epochs),
      validate: async () => {
        const [values = new Float32Array()] = await surprisals(model, heldOut, [support]);
        return meanSurprisal(values, heldOut.target.data, support).mean;
      },
    },
  );
  optimizer.dispose();
  return { model, hiddenSize, history };
}

/**
 * Returns the batches from update `first` up to but excluding `end`; after the last batch the first
 * one follows.
 */
function between(batches: BatchList, first: number, end: number): BatchList {
  const length = end - first;
  return {
    length,
    at: (index) => index < length ? batches.at((first + index) % batches.length) : undefined,
  };
}

/** Held-out text as one batch. */
export interface HeldOutBatch extends TokenBatch {
  /** The positions of the predicted ids in the text, ascending. */
  readonly positions: readonly number[];
}

/** The number of ids in a row before the first predicted one. They only prepare the state. */
const UNCOUNTED = 64;

/**
 * Cuts a text into rows side by side. Each row begins with the last ids of the row before, which
 * are read and not predicted. So only the beginning of the text is predicted from a state of 0.
 *
 * @param ids The text.
 * @param counts Returns whether an id is predicted.
 * @param rows The number of rows.
 */
export function heldOutBatch(
  ids: Int32Array,
  counts: (id: number) => boolean,
  rows: number,
): HeldOutBatch {
  const chunk = Math.ceil((ids.length - 1) / rows);
  const steps = chunk + UNCOUNTED;
  const make = (): NDArray<Int32Array> => {
    return { shape: [steps, rows], data: new Int32Array(steps * rows).fill(PAD) };
  };
  const [x, target] = [make(), make()];
  const positions: number[] = [];
  for (let row = 0; row < rows; row++) {
    const first = row * chunk;
    const start = Math.max(0, first - UNCOUNTED);
    for (let t = 0; t < steps; t++) {
      const position = start + t + 1;
      if (position >= ids.length || position > first + chunk) break;
      x.data[t * rows + row] = ids[position - 1] ?? PAD;
      const next = ids[position] ?? PAD;
      if (position <= first || !counts(next)) continue;
      target.data[t * rows + row] = next;
      positions.push(position);
    }
  }
  return { x, target, positions };
}
