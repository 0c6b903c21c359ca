import type { Random } from "../../core/random.ts";
import { PAD } from "../../data/text/vocabulary.ts";
import { windowBatches } from "../../data/text/windows.ts";
import type { Window } from "../../data/text/windows.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { CrossEntropyLoss } from "../../training/engine/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { ReduceLROnPlateau } from "../../training/reduce_lr_on_plateau.ts";
import type { Checkpoint } from "../../training/checkpoint.ts";
import { trainLanguageModel } from "../../training/train_language_model.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import type { Values } from "./parameters.ts";
import { meanSurprisal, type Support, surprisals } from "../surprisals.ts";

/**
 * The ways to train a model of the sentences: as in the notebook, and without the notebook's
 * schedule.
 */
export const trainings = ["as in the notebook", "constant learning rate"] as const;

/** One of the {@link trainings}. */
export type Training = (typeof trainings)[number];

/** The held-out losses after an epoch, in nats. */
export interface HeldOutLosses {
  /**
   * The loss of all words, with probabilities over all ids including special ones, as in the
   * notebook.
   */
  readonly notebook: number;
  /** The loss of all words, with probabilities over all words and END. */
  readonly all: number;
  /** The loss of the words that occur in training, with probabilities over these words and END. */
  readonly known: number;
  /** The loss of the words that occur in training, with probabilities over all ids. */
  readonly knownAmongAll: number;
}

/** The record of an epoch on the sentences. */
export interface SentenceRecord extends EpochRecord {
  readonly heldOut: HeldOutLosses;
}

/** The windows for training, and the whole sentences for testing. */
export interface SentenceWindows {
  readonly training: readonly Window[];
  readonly heldOut: readonly Window[];
}

/** The sets of ids over which probabilities are normalised. */
export interface SentenceSupports {
  /** Every id. */
  readonly everything: Support;
  /** All words and END. */
  readonly all: Support;
  /** The words that occur in training, and END. */
  readonly known: Support;
}

/** The outcome of a training. */
export interface SentenceTraining {
  /** The record of each epoch. */
  readonly history: readonly SentenceRecord[];
  /** The checkpoint after the last epoch with the initial learning rate. */
  readonly constant: Checkpoint | undefined;
}

/**
 * Trains a model of the sentences. Until the schedule first reduces the learning rate, this
 * training equals the one with a constant rate, which can therefore continue from that checkpoint.
 *
 * @param model The model with its initial weights.
 * @param values The parameters of the experiment.
 * @param windows The windows for training, and the held-out sentences.
 * @param supports The sets of ids over which probabilities are normalised.
 * @param begun The training with the schedule, from which this training continues with a constant
 * learning rate. Default: none; this training has the schedule.
 * @param random The source of the order of windows and of dropout.
 * @param part Receives the progress, and has the signal of the run.
 * @returns The outcome of the training.
 */
export async function trainOnSentences(
  model: LanguageModel,
  values: Values,
  windows: SentenceWindows,
  supports: SentenceSupports,
  random: Random,
  { signal, progress }: PartProgress,
  begun?: SentenceTraining,
): Promise<SentenceTraining> {
  const { learningRate, weightDecay, clipGradNorm, batchSize, patience } = values;
  const optimizer = new AdamW(model, {
    ...{ learningRate, weightDecay, clipGradNorm },
  });
  const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience });
  const start = begun?.constant;
  const heldOut: HeldOutLosses[] = [];
  let constant: Checkpoint | undefined;
  const history = await trainLanguageModel(
    model,
    new CrossEntropyLoss({ ignoreIndex: PAD }),
    optimizer,
    {
      epochs: values.epochs,
      signal,
      onProgress: ({ epoch, epochs, step, steps }) => progress(epoch + step / steps, epochs),
      batches: (epoch) => {
        const order = random.fork("order").fork(epoch);
        return windowBatches(windows.training, { batchSize, random: order });
      },
      validate: async () => {
        const losses = await lossesOf(model, windows.heldOut, supports);
        heldOut.push(losses);
        return losses.notebook;
      },
      ...(begun ? {} : {
        plateau,
        onCheckpoint: (checkpoint) => {
          if (checkpoint.optimizer.learningRate === learningRate) constant = checkpoint;
          return Promise.resolve();
        },
      }),
      ...(start ? { start } : {}),
      random: random.fork("dropout"),
    },
  );
  optimizer.dispose();
  const none = { notebook: NaN, all: NaN, known: NaN, knownAmongAll: NaN };
  return {
    history: history.map((record, epoch) => {
      // Epochs that both trainings share are recorded once.
      const index = epoch - (history.length - heldOut.length);
      return { ...record, heldOut: heldOut[index] ?? begun?.history[epoch]?.heldOut ?? none };
    }),
    constant,
  };
}

/** Computes the losses of whole sentences in one forward pass. */
async function lossesOf(
  model: LanguageModel,
  sentences: readonly Window[],
  { everything, all, known }: SentenceSupports,
): Promise<HeldOutLosses> {
  const batch = windowBatches(sentences, { batchSize: sentences.length }).at(0);
  if (batch === undefined) return { notebook: NaN, all: NaN, known: NaN, knownAmongAll: NaN };
  const { target: { data } } = batch;
  const none = new Float32Array();
  const [amongAll = none, amongWords = none, amongKnown = none] = await surprisals(
    model,
    batch,
    [everything, all, known],
  );
  return {
    notebook: meanSurprisal(amongAll, data, everything).mean,
    all: meanSurprisal(amongWords, data, all).mean,
    known: meanSurprisal(amongKnown, data, known).mean,
    knownAmongAll: meanSurprisal(amongAll, data, known).mean,
  };
}
