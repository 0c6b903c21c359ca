import type { Random } from "../../core/random.ts";
import { joinSequences } from "../../data/text/encoded.ts";
import { streamBatches } from "../../data/text/stream_batches.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";
import { type LanguageModel, languageModel } from "../../model/language_model.ts";
import type { Batch } from "../../training/batch.ts";
import type { BatchList } from "../../training/batch_list.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../training/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { type TokenLosses, tokenLosses } from "../../training/token_losses.ts";
import { train } from "../../training/train.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { Values } from "./parameters.ts";

/** Documents as ids, each from START to END. */
export interface Texts {
  readonly training: readonly Int32Array[];
  readonly heldOut: readonly Int32Array[];
}

/** A trained model, and how it came about. */
export interface Trained {
  readonly model: LanguageModel;
  /** Steps that were done at each check. */
  readonly steps: readonly number[];
  /** What lies between two checks. */
  readonly history: readonly EpochRecord[];
  /** The held-out losses at the end. */
  readonly losses: TokenLosses;
}

/** Steps in which the step size rises. */
const WARM_UP = 50;

/** Characters of a held-out text that are computed at once. */
const HELD_OUT_LENGTH = 250;

/** Trains a model of characters by truncated backpropagation through time. */
export async function trainCharacterModel(
  values: Values,
  vocabularySize: number,
  texts: Texts,
  random: Random,
): Promise<Trained> {
  const { characterEmbedding, characterHidden, characterRate, weightDecay, clipGradNorm } = values;
  const model = languageModel({
    ...{ vocabularySize, embeddingDim: characterEmbedding, hiddenSize: characterHidden },
    ...{ numLayers: 1, initialisation: "tutorial", random: random.fork("model") },
  });
  const all = withoutStarts(streamBatches(joinSequences(texts.training), {
    batchSize: values.characterBatch,
    length: values.characterLength,
  }));
  // One track, so that every held-out character but the last few counts once.
  const joined = joinSequences(texts.heldOut);
  const length = Math.min(HELD_OUT_LENGTH, joined.length - 1);
  const held = withoutStarts(streamBatches(joined, { batchSize: 1, length }));
  const checks = Math.min(values.checks, all.length);
  const at = (check: number): number => Math.floor(check * all.length / checks);
  const epochs = values.passes * checks;
  const steps = all.length * values.passes;
  const optimizer = new AdamW(model, {
    ...{ learningRate: characterRate, weightDecay, clipGradNorm },
    schedule: cosineSchedule({ steps, warmUp: Math.min(WARM_UP, steps - 1), floor: 0.1 }),
  });
  let losses: TokenLosses = { mean: NaN, tokens: 0, byStep: [] };
  const validate = async (): Promise<number> => {
    losses = await tokenLosses(model, held, { ignoreIndex: PAD, carryState: true });
    return losses.mean;
  };
  const history = await train(model, new CrossEntropyLoss({ ignoreIndex: PAD }), optimizer, {
    epochs,
    batches: (epoch) => part(all, at(epoch % checks), at(epoch % checks + 1)),
    carryState: true,
    validate,
  });
  optimizer.dispose();
  const done = Array.from({ length: epochs }, (_, epoch) => {
    return Math.floor(epoch / checks) * all.length + at(epoch % checks + 1);
  });
  return { model, steps: done, history, losses };
}

/** Batches in which no START is asked for: after an END it is always next. */
function withoutStarts(batches: BatchList): BatchList {
  return {
    length: batches.length,
    at(index): Batch | undefined {
      const batch = batches.at(index);
      if (!batch || !("data" in batch.target) || typeof batch.target.data === "function") {
        return batch;
      }
      const { shape, data } = batch.target;
      return { ...batch, target: { shape, data: data.map((id) => id === START ? PAD : id) } };
    },
  };
}

function part(batches: BatchList, first: number, end: number): BatchList {
  return {
    length: end - first,
    at: (index) => index < end - first ? batches.at(first + index) : undefined,
  };
}
