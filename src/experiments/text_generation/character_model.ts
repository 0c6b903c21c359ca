import type { Random } from "../../core/random.ts";
import { joinSequences } from "../../data/text/encoded.ts";
import { streamBatches } from "../../data/text/stream_batches.ts";
import { PAD, START, UNK } from "../../data/text/vocabulary.ts";
import { type LanguageModel, languageModel } from "../../model/language_model.ts";
import type { BatchList } from "../../training/batch_list.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../training/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { type TokenLosses, tokenLosses } from "../../training/token_losses.ts";
import { train } from "../../training/train.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { PartProgress } from "../experiment.ts";
import type { Texts } from "./character_texts.ts";
import type { Values } from "./parameters.ts";

/** A trained model, and how it came about. */
export interface Trained {
  readonly model: LanguageModel;
  /** What lies between two checks. */
  readonly history: readonly EpochRecord[];
  /** The held-out losses at the end. */
  readonly losses: TokenLosses;
  /** How many held-out characters were asked for, from the first on; some may not count. */
  readonly asked: number;
}

/** Steps in which the step size rises. */
const WARM_UP = 50;

/** Characters of a held-out text that are computed at once. */
const HELD_OUT_LENGTH = 250;

/** What is never asked for: what begins a document, and characters that training does not have. */
const unasked = [START, UNK];

/** Trains a model of characters by truncated backpropagation through time. */
export async function trainCharacterModel(
  values: Values,
  { tokenizer, training, heldOut }: Texts,
  random: Random,
  { signal, progress }: PartProgress,
): Promise<Trained> {
  const { characterEmbedding, characterHidden, characterRate, weightDecay, clipGradNorm } = values;
  const model = languageModel({
    ...{ vocabularySize: tokenizer.vocabulary.size, embeddingDim: characterEmbedding },
    ...{ hiddenSize: characterHidden, numLayers: 1, initialisation: "tutorial" },
    random: random.fork("model"),
  });
  const all = streamBatches(joinSequences(training), {
    ...{ batchSize: values.characterBatch, length: values.characterLength, unasked },
  });
  // One track, so that every held-out character but the last few counts once.
  const joined = joinSequences(heldOut);
  const length = Math.min(HELD_OUT_LENGTH, joined.length - 1);
  const held = streamBatches(joined, { batchSize: 1, length, unasked });
  const checks = Math.min(values.checks, all.length);
  const at = (check: number): number => Math.floor(check * all.length / checks);
  const steps = all.length * values.passes;
  const optimizer = new AdamW(model, {
    ...{ learningRate: characterRate, weightDecay, clipGradNorm },
    schedule: cosineSchedule({ steps, warmUp: Math.min(WARM_UP, steps - 1), floor: 0.1 }),
  });
  let losses: TokenLosses = { mean: NaN, tokens: 0, byStep: [] };
  const history = await train(model, new CrossEntropyLoss({ ignoreIndex: PAD }), optimizer, {
    // An epoch is the part of a pass between two checks, so its states go on.
    epochs: values.passes * checks,
    batches: (epoch) => part(all, at(epoch % checks), at(epoch % checks + 1)),
    carryState: true,
    signal,
    onProgress: ({ epoch, epochs, step, steps }) => progress(epoch + step / steps, epochs),
    goesOn: (epoch) => epoch % checks !== 0,
    validate: async () => {
      losses = await tokenLosses(model, held, { ignoreIndex: PAD, carryState: true, signal });
      return losses.mean;
    },
  });
  optimizer.dispose();
  const starts = joined.subarray(1, held.length * length + 1).filter((id) => id === START).length;
  return { model, history, losses, asked: held.length * length - starts };
}

function part(batches: BatchList, first: number, end: number): BatchList {
  return {
    length: end - first,
    at: (index) => index < end - first ? batches.at(first + index) : undefined,
  };
}
