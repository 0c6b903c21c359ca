import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/training/checkpoint.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import {
  trainLanguageModel,
  type TrainLanguageModelOptions,
} from "../../src/training/train_language_model.ts";

/** The number of ids. */
export const VOCABULARY = 7;
/** The loss. */
export const loss = new CrossEntropyLoss({ ignoreIndex: 0 });

/** Returns batches of ids, different in each epoch; some ids are padding. */
export function batches(epoch: number, count = 5) {
  const random = new Random(9).fork(epoch);
  const field = () => ({
    shape: [4, 2],
    data: Int32Array.from({ length: 8 }, () => random.integer(0, VOCABULARY - 1)),
  });
  return Array.from({ length: count }, () => ({ x: field(), target: field() }));
}

/** Options that differ from the defaults of {@link run}, and the patience of the plateau. */
export type RunOptions = Partial<TrainLanguageModelOptions> & { readonly patience?: number };

/** Trains a small model, from its start or from the bytes of a checkpoint. */
export async function run({ patience = 0, ...options }: RunOptions, start?: Uint8Array) {
  const sizes = { vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, dropout: 0.3 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  const optimizer = new AdamW(model, {
    ...{ learningRate: 0.05, clipGradNorm: 0.5 },
    schedule: (steps) => 1 / (1 + steps / 10),
  });
  const held = batches(1000, 2);
  try {
    const history = await trainLanguageModel(model, loss, optimizer, {
      epochs: 3,
      batches,
      carryState: true,
      random: new Random(2),
      plateau: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience }),
      validate: async () => (await tokenLosses(model, held, { ignoreIndex: 0 })).mean,
      ...(start ? { start: decodeCheckpoint(start, "last") } : {}),
      ...options,
    });
    return { history, weights: await model.stateDict() };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Returns an `onCheckpoint` that adds the bytes of checkpoints to a list. */
export function keeper(kept: Uint8Array[]): (checkpoint: Checkpoint) => Promise<void> {
  return (checkpoint) => Promise.resolve(void kept.push(encodeCheckpoint(checkpoint)));
}
