import type { Random } from "../../core/random.ts";
import { PAD } from "../../data/text/vocabulary.ts";
import { windowBatches } from "../../data/text/window_batches.ts";
import type { Window } from "../../data/text/windows.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { CrossEntropyLoss } from "../../training/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { ReduceLROnPlateau } from "../../training/reduce_lr_on_plateau.ts";
import { type TokenLosses, tokenLosses } from "../../training/token_losses.ts";
import { train } from "../../training/train.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { PartProgress } from "../experiment.ts";
import type { Values } from "./parameters.ts";

/** How the weights' updates are bounded. */
export type Clipping = "clipped" | "not clipped";

/** Both. */
export const clippings: readonly Clipping[] = ["clipped", "not clipped"];

/** What an epoch on the sentences gave. */
export interface SentenceRecord extends EpochRecord {
  /** The loss of the held-out tokens that training has, in nats. */
  readonly seenLoss: number;
}

/** Windows to learn from, and whole sentences to be held against. */
export interface SentenceWindows {
  readonly training: readonly Window[];
  readonly heldOut: readonly Window[];
  /** The same sentences, where words that training does not have are not asked for. */
  readonly seen: readonly Window[];
}

/** What training on the sentences gave. */
export interface SentenceTraining {
  readonly history: readonly SentenceRecord[];
  /** The held-out losses after the last epoch, of all tokens and of those that training has. */
  readonly all: TokenLosses;
  readonly seen: TokenLosses;
}

const nothing: TokenLosses = { mean: NaN, tokens: 0, byStep: [] };

/** Trains a model as the tutorial does. */
export async function trainOnSentences(
  model: LanguageModel,
  values: Values,
  windows: SentenceWindows,
  clipping: Clipping,
  random: Random,
  { signal, progress }: PartProgress,
): Promise<SentenceTraining> {
  const { learningRate, weightDecay, clipGradNorm, batchSize } = values;
  const optimizer = new AdamW(model, {
    ...{ learningRate, weightDecay },
    ...(clipping === "clipped" ? { clipGradNorm } : {}),
  });
  const losses = (of: readonly Window[]) =>
    tokenLosses(model, windowBatches(of, { batchSize: of.length }), { ignoreIndex: PAD, signal });
  let [all, seen] = [nothing, nothing];
  const seenLosses: number[] = [];
  const history = await train(model, new CrossEntropyLoss({ ignoreIndex: PAD }), optimizer, {
    epochs: values.epochs,
    signal,
    onProgress: ({ epoch, epochs, step, steps }) => progress(epoch + step / steps, epochs),
    batches: (epoch) => {
      const order = random.fork("order").fork(epoch);
      return windowBatches(windows.training, { batchSize, random: order });
    },
    validate: async () => {
      [all, seen] = [await losses(windows.heldOut), await losses(windows.seen)];
      seenLosses.push(seen.mean);
      return all.mean;
    },
    plateau: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: values.patience }),
    random: random.fork("dropout"),
  });
  optimizer.dispose();
  return {
    history: history.map((record, epoch) => ({ ...record, seenLoss: seenLosses[epoch] ?? NaN })),
    all,
    seen,
  };
}
