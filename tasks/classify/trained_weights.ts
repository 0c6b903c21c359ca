import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { ClassifierTraining } from "../../src/classification/classifier_training.ts";
import type { TrainingState } from "../../src/classification/classifier_training_state.ts";
import {
  readClassifier,
  writeClassifier,
} from "../../src/classification/sequence_classifier_file.ts";
import { checkTrainingId } from "../../src/generation/text_model.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/training/checkpoint.ts";
import type { EpochRecord } from "./classifier_display.ts";
import type { ClassifierFolder } from "./classifier_folder.ts";

const count = z.int().min(0);
const number = z.number().nullable();

/** What a checkpoint has besides weights and moments. */
const progressSchema = z.strictObject({
  best: z.strictObject({ epoch: count, loss: number }).nullable(),
  finished: z.boolean(),
  history: z.array(
    z.strictObject({
      ...{ trainingLoss: number, validationLoss: number, validationAccuracy: number },
      best: z.boolean(),
    }),
  ),
  waited: count,
});

/** A training after an epoch. */
export interface Snapshot {
  readonly state: TrainingState;
  readonly history: readonly EpochRecord[];
}

/**
 * Encodes a snapshot as the checkpoint of a training. The best weights are in another file.
 *
 * @param id The id of the training.
 */
export function encodeSnapshot({ state, history }: Snapshot, id: string): Uint8Array<ArrayBuffer> {
  const { weights, optimizer, learners: [learner] } = state;
  const { best = null, waited = 0, finished = false } = learner ?? {};
  const progress: JsonObject = {
    best: best && { epoch: best.epoch, loss: Number.isNaN(best.loss) ? null : best.loss },
    history: history.map((record) => ({ ...record })),
    ...{ waited, finished },
  };
  return encodeCheckpoint({ weights, optimizer, progress, training: id });
}

/** Encodes the best weights so far as a classifier; `null` if there are none yet. */
export function encodeBest(
  { options, tokenizer, classes }: ClassifierTraining,
  { learners: [learner] }: TrainingState,
  id: string,
): Uint8Array<ArrayBuffer> | null {
  if (!learner?.best) return null;
  const { epoch, weights } = learner.best;
  return writeClassifier({ options, tokenizer, classes, epoch }, weights, id);
}

/**
 * Reads the last snapshot of a training from its folder.
 *
 * @param id The id of the training.
 * @throws {InputError} If a file is damaged, missing, or of another training.
 */
export async function readSnapshot(folder: ClassifierFolder, id: string): Promise<Snapshot> {
  const { checkpoint, progress } = await folder.readOwn("last", (bytes, name) => {
    const checkpoint = decodeCheckpoint(bytes, name);
    checkTrainingId(checkpoint.training, id, name);
    const found = progressSchema.safeParse(checkpoint.progress);
    if (!found.success) {
      const [issue] = found.error.issues;
      const field = ["progress", ...issue?.path ?? []].map(String).join(".");
      throw new InputError(`${field} of ${name}`, "as training wrote it", issue?.message);
    }
    return { checkpoint, progress: found.data };
  });
  const { best, history, waited, finished } = progress;
  const weights = best && await folder.readOwn("best", (bytes, name) => {
    const found = readClassifier(bytes, name);
    checkTrainingId(found.training, id, name);
    // If training was killed between the two files, the weights are those of the next epoch, which
    // the continued training computes again.
    const { epoch } = found.description;
    if (epoch >= best.epoch) return found.weights;
    throw new InputError(`epoch of ${name}`, `at least ${best.epoch}`, epoch);
  });
  const state = {
    epoch: history.length,
    weights: checkpoint.weights,
    optimizer: checkpoint.optimizer,
    learners: [{
      best: best && weights && { epoch: best.epoch, loss: best.loss ?? NaN, weights },
      ...{ waited, finished },
    }],
  };
  return { state, history };
}
