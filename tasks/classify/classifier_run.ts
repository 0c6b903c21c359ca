import { InputError } from "../../src/core/errors.ts";
import type { ClassifierTraining } from "../../src/classification/classifier_training.ts";
import { SequenceClassifier } from "../../src/classification/sequence_classifier.ts";
import { CheckpointPace } from "../cli/checkpoint_pace.ts";
import { Stop } from "../cli/stop.ts";
import type { ClassifierData } from "./classifier_data.ts";
import { type ClassifierDisplay, type EpochRecord, historyText } from "./classifier_display.ts";
import {
  type ClassifierFolder,
  type FolderDescription,
  writeDescription,
} from "./classifier_folder.ts";
import { type TestEntry, testScores } from "./classifier_scores.ts";
import { encodeBest, encodeSnapshot, type Snapshot } from "./trained_weights.ts";

/** Options for {@link runClassifierTraining}. */
export interface ClassifierRun {
  /** The training, at its beginning or restored. */
  readonly training: ClassifierTraining;
  readonly data: ClassifierData;
  readonly description: FolderDescription;
  readonly folder: ClassifierFolder;
  readonly display: ClassifierDisplay;
  /** The records of the epochs that are done, which grow with each epoch. */
  readonly history: readonly EpochRecord[];
  /** Whether this training replaces an earlier one in the folder. */
  readonly replaces: boolean;
}

/** The end of a training. */
export interface ClassifierEnd {
  /** The result of the test; empty without a test. */
  readonly test: readonly TestEntry[];
  /** The signal that stopped training; `null` if training is finished. */
  readonly stop: Stop | null;
  /** Whether the folder has this training. Otherwise it still has an earlier one. */
  readonly kept: boolean;
}

/**
 * Trains, and writes the files that are needed to continue and to use the model. The checkpoint is
 * written after the other files, so that they are never older than the checkpoint. An earlier
 * training that is replaced stays until the first checkpoint of the new one. If epochs are short,
 * some checkpoints are left out ({@link CheckpointPace}), but never the last one.
 */
export async function runClassifierTraining(run: ClassifierRun): Promise<ClassifierEnd> {
  const { training, data, description, folder, display, history } = run;
  const { id } = description.training;
  let written = training.best[0]?.epoch ?? 0;
  const pace = new CheckpointPace(async (snapshot: Snapshot) => {
    const best = snapshot.state.learners[0]?.best;
    const bytes = encodeBest(training, snapshot.state, id);
    if (best && bytes && best.epoch !== written) await folder.write("best", bytes);
    written = best?.epoch ?? 0;
    await folder.write("history", historyText(snapshot.history, null));
    await folder.write("last", encodeSnapshot(snapshot, id));
    await folder.settle();
  });
  try {
    if (run.replaces) await folder.replace();
    await folder.write("model", writeDescription(description));
    if (history.length === 0) {
      // With this checkpoint, every other file in the folder belongs to a checkpoint.
      await folder.write("last", encodeSnapshot({ state: await training.state(), history }, id));
    }
    display.update({ epoch: training.epoch, step: 0, steps: 1 });
    while (!training.finished) {
      await nextEpoch(training, description);
      await pace.take({ state: await training.state(), history: [...history] }, training.finished);
    }
    display.clear();
    const test = await tested(data, encodeBest(training, await training.state(), id));
    await folder.write("history", historyText(history, test));
    return { test, stop: null, kept: true };
  } catch (error) {
    if (!(error instanceof Stop)) {
      // If the error is that files cannot be written, this fails for the same reason, and the first
      // error is thrown.
      await pace.flush().catch(() => {});
      throw error;
    }
    await pace.flush();
    return { test: [], stop: error, kept: !folder.replacing };
  } finally {
    display.clear();
    await folder.close();
  }
}

/** Trains for an epoch. The user knows the learning rate by its flag. */
async function nextEpoch(training: ClassifierTraining, { training: record }: FolderDescription) {
  try {
    await training.next();
  } catch (error) {
    if (!(error instanceof InputError) || error.what !== "learningRate") throw error;
    throw new InputError("--learning-rate", error.wanted, record.settings["learningRate"]);
  }
}

/** Tests the trained classifier. */
async function tested(
  { data, split }: ClassifierData,
  trained: Uint8Array | null,
): Promise<TestEntry[]> {
  const texts = split.test.flatMap((i) => data.texts[i] ?? []);
  if (texts.length === 0 || trained === null) return [];
  using classifier = SequenceClassifier.load(trained);
  const probabilities = await classifier.predictProbabilities(texts.map(({ text }) => text));
  return testScores(texts, probabilities, data.classes);
}
