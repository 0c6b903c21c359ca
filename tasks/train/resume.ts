import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import {
  checkTrainingId,
  checkWeights,
  readWeights,
  type TextModelDescription,
  trainingId,
} from "../../src/generation/text_model.ts";
import { type Checkpoint, decodeCheckpoint } from "../../src/training/checkpoint.ts";
import { TrainingPosition } from "../../src/training/training_position.ts";
import type { ModelFile, ModelFolder } from "./model_folder.ts";

/** Where a training goes on from. */
export interface Resumption {
  readonly checkpoint: Checkpoint;
  readonly position: TrainingPosition;
}

/**
 * Reads the last checkpoint of a training.
 *
 * @param before What the folder says of it.
 * @param now What would be said of it now, with equal settings and the same text.
 * @throws {InputError} On files that are damaged, missing, or of another training.
 */
export async function readResumption(
  folder: ModelFolder,
  before: TextModelDescription,
  now: TextModelDescription,
): Promise<Resumption> {
  const parts = ({ config, tokenizer }: TextModelDescription) =>
    stableStringify({ config, tokenizer: tokenizer.toJson() });
  if (parts(before) !== parts(now)) {
    throw folder.cannotGoOn("model", "another network or vocabulary");
  }
  const id = trainingId(now);
  const found = await reading(folder, "last", (bytes, name) => {
    const checkpoint = decodeCheckpoint(bytes, name);
    checkTrainingId(checkpoint.training, id, name);
    checkWeights(checkpoint.weights, now.config, name);
    return { checkpoint, position: TrainingPosition.of(checkpoint.progress) };
  });
  // Without the best so far, a later epoch could be taken for it.
  if (found.position.history.length > 0) {
    await reading(folder, "best", (bytes, name) => readWeights(bytes, now.config, name, id));
  }
  return found;
}

async function reading<T>(
  folder: ModelFolder,
  file: ModelFile,
  read: (bytes: Uint8Array, name: string) => T,
): Promise<T> {
  const bytes = await folder.read(file);
  if (bytes === null) throw folder.cannotGoOn(file, "no such file");
  try {
    return read(bytes, folder.place(file));
  } catch (error) {
    if (!(error instanceof InputError) && !(error instanceof SyntaxError)) throw error;
    throw folder.cannotGoOn(file, "a damaged or another file", error.message);
  }
}
