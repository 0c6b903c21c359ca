import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import { Random } from "../../src/core/random.ts";
import { sizeOf } from "../../src/core/shapes.ts";
import { classifierShapes } from "../../src/classification/classifier_network.ts";
import {
  ClassifierTraining,
  type TrainingInputs,
} from "../../src/classification/classifier_training.ts";
import type { LabelledTexts } from "../../src/data/text/labelled_texts.ts";
import { specialTokens } from "../../src/data/text/vocabulary.ts";
import { sha256 } from "../../src/platform/sha256.ts";
import { formatNumber } from "../../src/report/format/numbers.ts";
import { lockFolder } from "../cli/folder_lock.ts";
import { DONE } from "../cli/main.ts";
import { checkSameSettings, FRESH } from "../cli/same_settings.ts";
import { Stop, type StopPlan, type StopRequest } from "../cli/stop.ts";
import { visible } from "../cli/terminal.ts";
import { type ClassifierData, dataDigest, divideData, readData } from "./classifier_data.ts";
import {
  ClassifierDisplay,
  closingText,
  type EpochRecord,
  openingLines,
  recordOf,
  stoppedLine,
} from "./classifier_display.ts";
import {
  ClassifierFolder,
  type FolderDescription,
  type TrainingRecord,
} from "./classifier_folder.ts";
import { runClassifierTraining } from "./classifier_run.ts";
import { classifierOptions, type ClassifierSettings } from "./classifier_settings.ts";
import type { ClassifierTrainingOptions } from "./classify_options.ts";
import { readSnapshot } from "./trained_weights.ts";

/** There is no time limit: after the signal, training writes the last checkpoint. */
const stopPlan: StopPlan = {
  stopping: "Stopping, with the epochs that are done; a second time stops at once.",
  stopped: "Stopped.",
};

/**
 * Trains a classifier of texts or continues a training, tests it, and shows a command that uses it.
 *
 * @param stop Stops training between two steps. Before training begins, a signal ends the process.
 * @returns The exit code.
 */
export async function trainClassifier(
  options: ClassifierTrainingOptions,
  stop: StopRequest,
): Promise<number> {
  const { settings, fresh } = options;
  checkMemory(settings);
  const display = new ClassifierDisplay(settings.epochs);
  using _lock = await lockFolder("--out", options.folder, "training");
  const folder = new ClassifierFolder(options.folder);
  const before = await folder.check(fresh);
  const begun = !fresh && before && await folder.hasCheckpoint() ? before : null;
  const name = folder.place("model");
  // Errors in settings are shown before anything is computed.
  if (begun) checkSameSettings(name, begun.training.settings, { ...settings }, []);
  const texts = await readData(options);
  const digest = dataDigest(texts);
  if (begun) checkSameData(begun.training.data, recordOfData(texts, digest));
  const data = divideData(texts, settings);
  const { description: backend, note } = await selectBackend(options.backend);
  if (note !== null) display.line(note);
  const history: EpochRecord[] = [];
  const stopping = new AbortController();
  using training = await start(data, settings, {
    onEpoch: (progress) => {
      const record = recordOf(progress);
      history.push(record);
      display.ended(progress.epoch, record);
    },
    onSteps: (position) => display.update(position),
    signal: stopping.signal,
  });
  const description = describe(data, settings, digest, backend.name);
  const from = begun ? await readSnapshot(folder, description.training.id) : null;
  if (from) {
    training.restore(from.state);
    history.push(...from.history);
  }
  await folder.repair();
  await folder.prepare();
  const { epoch: done, finished } = training;
  const words = training.tokenizer.vocabulary.size - specialTokens.length;
  for (
    const line of openingLines(data, settings, { backend: backend.name, words, done, finished })
  ) {
    display.line(visible(line));
  }
  const signal = stop.follow(stopPlan);
  signal.addEventListener("abort", () => stopping.abort(signal.reason));
  const { out } = options;
  const end = await runClassifierTraining({
    ...{ training, history, data, description, folder, display },
    replaces: fresh && before !== null,
  });
  if (end.stop) {
    throw new Stop(
      end.stop.exitCode,
      visible(stoppedLine(history.length, { kept: end.kept, fresh, out })),
    );
  }
  console.log(visible(closingText(history, end.test, { out, example: exampleOf(texts) })));
  return DONE;
}

/** Starts a training. The user knows some options by other names. */
async function start(
  { training, validation, data }: ClassifierData,
  settings: ClassifierSettings,
  inputs: Pick<TrainingInputs, "onEpoch" | "onSteps" | "signal">,
): Promise<ClassifierTraining> {
  try {
    return await ClassifierTraining.start(training, classifierOptions(settings), {
      ...(validation.texts.length > 0 ? { validation } : {}),
      random: [new Random(settings.seed).fork("classifier")],
      ...inputs,
    });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.what === "minCount") {
      throw new InputError("--min-frequency", error.wanted, settings.minFrequency);
    }
    if (error.what === "texts") throw new InputError(data.id, `of ${error.wanted}`, "none");
    throw error;
  }
}

function describe(
  { data, split }: ClassifierData,
  settings: ClassifierSettings,
  digest: string,
  backend: string,
): FolderDescription {
  const { train, validation, test } = split;
  return {
    labels: data.classes,
    training: {
      id: sha256(
        stableStringify({ settings, options: classifierOptions(settings), data: digest }),
      ),
      settings: { ...settings },
      data: recordOfData(data, digest),
      parts: { training: train.length, validation: validation.length, test: test.length },
      backend,
    },
  };
}

function recordOfData({ id, texts }: LabelledTexts, digest: string): TrainingRecord["data"] {
  return { id, texts: texts.length, sha256: digest };
}

/** Checks that the texts are those of the training. The path of the file does not matter. */
function checkSameData(before: TrainingRecord["data"], now: TrainingRecord["data"]): void {
  if (before.sha256 === now.sha256) return;
  const text = ({ id, texts, sha256 }: TrainingRecord["data"]) =>
    `${texts} texts, SHA-256 ${sha256.slice(0, 12)}, ${id}`;
  const changed = before.id === now.id ? "The texts or labels have changed since then. " : "";
  const wanted = `the texts that training began with, ${text(before)}`;
  throw new InputError("--train", wanted, text(now), `${changed}${FRESH}`);
}

/** The longest text of the example of a command. */
const LONGEST = 60;

/** Chooses a text for the example of a command: the first one that is easy to type. */
function exampleOf({ texts }: LabelledTexts): string {
  const simple = /^[\p{L}\p{N}][\p{L}\p{N} ,.!?]*$/u;
  return texts.find(({ text }) => text.length <= LONGEST && simple.test(text))?.text ?? "TEXT";
}

/** Bytes of a parameter in training: its value, its gradient and two moments in float32. */
const BYTES = 16;

/** Bytes that all parameters may take. A WASM module has at most 4 GB, with a batch in it, too. */
const MOST = 2e9;

/**
 * Checks that the parameters of a network, with gradients and moments, fit into memory.
 *
 * @throws {InputError} If they do not fit even with few words.
 */
export function checkMemory(settings: ClassifierSettings): void {
  const sizes = { vocabularySize: 5, classes: 2, options: classifierOptions(settings) };
  const count = classifierShapes(sizes).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (BYTES * count <= MOST) return;
  const gigabytes = (bytes: number) => `${formatNumber(bytes / 1e9, 3)} GB`;
  throw new InputError(
    "--hidden, --layers, --attention and --embedding",
    `so small that training fits in ${gigabytes(MOST)}`,
    gigabytes(BYTES * count),
    `That is ${BYTES} bytes for each of ${formatNumber(count, 3)} parameters.`,
  );
}
