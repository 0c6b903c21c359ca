import type { Random } from "../../core/random.ts";
import { joinSequences } from "../../data/text/encoded.ts";
import { streamBatches } from "../../data/text/stream_batches.ts";
import { PAD, START, UNK } from "../../data/text/vocabulary.ts";
import type { BatchList } from "../../training/batch_list.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../training/engine/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { trainLanguageModel } from "../../training/train_language_model.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { Architecture } from "../architectures.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { type CharacterNetwork, characterNetwork, rateOf } from "./character_network.ts";
import type { Texts } from "./character_texts.ts";
import type { HeldOutBatch } from "./held_out_batch.ts";
import type { Values } from "./parameters.ts";
import { meanSurprisal, type Support, surprisals } from "../surprisals.ts";

/** A trained model, and how it came about. */
export interface Trained {
  readonly model: CharacterNetwork;
  /** Units of its layer. */
  readonly hiddenSize: number;
  /** What lies between two checks. */
  readonly history: readonly EpochRecord[];
}

/** Updates in which the learning rate rises. */
const WARM_UP = 50;

/** The share of the learning rate that is left at the end. */
const FLOOR = 0.1;

/** What is never asked for: what begins a document, and characters that training does not have. */
export const unasked: readonly number[] = [START, UNK];

/**
 * After how many updates a network is checked: all of them, three quarters, and halves of halves.
 *
 * @param updates How many there are.
 * @param halvings How often they are halved.
 * @returns The numbers of updates, ascending.
 */
export function checkUpdates(updates: number, halvings: number): number[] {
  const found = new Set([updates, Math.round(0.75 * updates)]);
  for (let i = 1; i <= halvings; i++) found.add(Math.round(updates / 2 ** i));
  return [...found].filter((update) => update > 0).sort((a, b) => a - b);
}

/** The batches of the training text. */
export function trainingBatches({ training }: Texts, values: Values): BatchList {
  const { characterBatch: batchSize, characterLength: length } = values;
  return streamBatches(joinSequences(training), { batchSize, length, unasked });
}

/**
 * Trains a model of characters by truncated backpropagation through time.
 *
 * @param architecture What its layer is.
 * @param values The parameters of the experiment.
 * @param texts What it learns from.
 * @param heldOut What it is checked on.
 * @param support The ids that may come.
 * @param random Where its initial weights come from.
 * @param part Tells how far it has come.
 * @returns The model, the caller's to dispose.
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
      // An epoch is what lies between two checks, so its states go on; from the end of the text, too.
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

/** The batches from one update to another, over and over. */
function between(batches: BatchList, first: number, end: number): BatchList {
  const length = end - first;
  return {
    length,
    at: (index) => index < length ? batches.at((first + index) % batches.length) : undefined,
  };
}
