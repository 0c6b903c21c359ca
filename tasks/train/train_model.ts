import { type BackendDescription, selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Corpus } from "../../src/data/text/corpora.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import {
  checkLanguageModelConfig,
  languageModelParameterCount,
} from "../../src/model/language_model_config.ts";
import { formatNumber } from "../../src/report/format/numbers.ts";
import { lockFolder } from "../cli/folder_lock.ts";
import { DONE } from "../cli/main.ts";
import { Stop, type StopPlan, type StopRequest } from "../cli/stop.ts";
import { visible } from "../cli/terminal.ts";
import { ModelFolder } from "./model_folder.ts";
import { BegunTraining, readResumption, type Resumption, trainingDigest } from "./same_training.ts";
import type { TrainOptions, TrainSettings } from "./train_options.ts";
import { closingText, openingLines, stoppedLine, TrainingDisplay } from "./training_display.ts";
import { runTraining } from "./training_run.ts";
import {
  type CorpusContent,
  corpusContent,
  readTrainingText,
  type TextBatches,
  textBatches,
  textCorpus,
  type TrainingText,
} from "./training_text.ts";

/**
 * There is no time limit: after the signal, training writes a checkpoint and shows how far it came.
 */
const stopPlan: StopPlan = {
  stopping: "Stopping after this step; a second time stops at once.",
  stopped: "Stopped.",
};

/**
 * Trains a model of a text or continues a training, and shows a command that uses the model.
 *
 * @param stop Stops training after a step. Before training begins, a signal ends the process.
 * @returns The exit code.
 */
export async function trainModel(options: TrainOptions, stop: StopRequest): Promise<number> {
  const { settings, fresh } = options;
  checkMemory(settings, 1);
  const display = new TrainingDisplay(settings.tokens);
  using _lock = await lockFolder("--out", options.folder, "training");
  const folder = new ModelFolder(options.folder);
  const before = await folder.check(fresh);
  const begun = !fresh && before && await folder.hasCheckpoint()
    ? new BegunTraining(before.training, folder.place("model"))
    : null;
  // Errors in settings are shown before anything is computed.
  begun?.checkSettings(settings);
  const corpus = await textCorpus(options.corpus);
  const content = await corpusContent(corpus, settings.tokens);
  begun?.checkCorpus({ id: corpus.id, ...content });
  const text = await readTrainingText(corpus, content, settings);
  checkMemory(settings, text.tokenizer.vocabulary.size);
  const batches = textBatches(text, settings);
  checkSteps(settings, batches);
  const { description: backend, note } = await selectBackend(options.backend);
  if (note !== null) display.line(note);
  const description = describe(settings, { corpus, content, text, batches, backend });
  const resumption = begun && before ? await readResumption(folder, before, description) : null;
  checkEpochs(settings, resumption);
  await folder.repair();
  await folder.prepare();
  const position = resumption?.position ?? null;
  for (const line of openingLines(description, { text, batches, backend, settings, position })) {
    display.line(visible(line));
  }
  const end = await runTraining({
    ...{ description, batches, settings, folder, display, signal: stop.follow(stopPlan) },
    start: resumption?.checkpoint ?? null,
    replaces: fresh && before !== null,
    checkpointSteps: options.checkpointSteps,
  });
  if (end.stop) {
    throw new Stop(end.stop.exitCode, visible(stoppedLine(end, options)));
  }
  console.log(visible(closingText(end.history, text, options)));
  return DONE;
}

function checkSteps({ schedule, warmUp, epochs }: TrainSettings, { training }: TextBatches): void {
  const steps = epochs * training.length;
  if (schedule !== "cosine" || warmUp < steps) return;
  throw new InputError("--warm-up", `below ${steps}, the steps of all epochs`, warmUp);
}

function checkEpochs({ epochs }: TrainSettings, resumption: Resumption | null): void {
  const done = resumption?.position.epoch ?? 0;
  if (epochs >= done) return;
  throw new InputError("--epochs", `at least ${done}, the epochs that are done`, epochs);
}

function describe(
  settings: TrainSettings,
  { corpus, content, text, batches, backend }: {
    readonly corpus: Corpus;
    readonly content: CorpusContent;
    readonly text: TrainingText;
    readonly batches: TextBatches;
    readonly backend: BackendDescription;
  },
): TextModelDescription {
  const { id, title, source, licence } = corpus;
  const part = (name: "training" | "validation") => ({
    documents: text.split[name].length,
    tokens: text[name].length,
    batches: batches[name].length,
    ...batches[name].sizes,
  });
  const { tokenizer } = text;
  const config = checkLanguageModelConfig({
    vocabularySize: tokenizer.vocabulary.size,
    embeddingDim: settings.embedding,
    hiddenSize: settings.hidden,
    numLayers: settings.layers,
    dropout: settings.dropout,
    tieWeights: settings.tie,
    initialisation: settings.initialisation,
  });
  return {
    ...{ config, tokenizer },
    training: {
      id: trainingDigest({ config, tokenizer }, settings, content),
      settings: { ...settings },
      corpus: { id, title, source, licence, ...content },
      streams: { training: part("training"), validation: part("validation") },
      backend: backend.name,
    },
  };
}

/** Bytes of a parameter in training: its value, its gradient and Adam's two moments in float32. */
const BYTES = 16;

/**
 * Bytes that all parameters may take. The memory of a WASM module has at most 4 GB, and a batch
 * must fit into it, too.
 */
const MOST = 2e9;

/**
 * Checks that the parameters of a network, with gradients and moments, fit into memory.
 *
 * @throws {InputError} If they do not fit; the message names the settings and the size.
 */
export function checkMemory(
  { embedding: embeddingDim, hidden: hiddenSize, layers: numLayers, tie }: TrainSettings,
  vocabularySize: number,
): void {
  const sizes = { vocabularySize, embeddingDim, hiddenSize, numLayers, tieWeights: tie };
  const count = languageModelParameterCount(sizes);
  if (BYTES * count <= MOST) return;
  const gigabytes = (bytes: number) => `${formatNumber(bytes / 1e9, 3)} GB`;
  const wanted = `so small that training fits in ${gigabytes(MOST)}`;
  const help = `That is ${BYTES} bytes for each of ${formatNumber(count, 3)} parameters.`;
  throw new InputError(
    "--hidden, --layers and --embedding",
    wanted,
    gigabytes(BYTES * count),
    help,
  );
}
