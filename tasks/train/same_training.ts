import { z } from "zod";
import { sha256 } from "../../src/platform/sha256.ts";
import { InputError } from "../../src/core/errors.ts";
import { type JsonObject, stableStringify } from "../../src/core/json.ts";
import {
  checkTrainingId,
  checkWeights,
  readWeights,
  type TextModelDescription,
  trainingId,
} from "../../src/generation/text_model.ts";
import { type Checkpoint, decodeCheckpoint } from "../../src/training/checkpoint.ts";
import { TrainingPosition } from "../../src/training/training_position.ts";
import { checkSameSettings, FRESH } from "../cli/same_settings.ts";
import type { ModelFolder } from "./model_folder.ts";
import type { TrainSettings } from "./train_options.ts";
import type { CorpusContent } from "./training_text.ts";

/** The text of a training in its description. */
export interface DescribedCorpus extends CorpusContent {
  /** A file's path, or a name. */
  readonly id: string;
}

const schema = z.looseObject({
  settings: z.record(z.string(), z.json()),
  corpus: z.looseObject({ id: z.string(), documents: z.int(), sha256: z.string() }),
});

/** The description of a training that has begun. */
export class BegunTraining {
  readonly #settings: JsonObject;
  readonly #corpus: DescribedCorpus;
  readonly #name: string;

  /**
   * Reads the description.
   *
   * @param training The training in the description of a text model.
   * @param name The file of the description, for messages.
   * @throws {InputError} If `deno task train` did not write it.
   */
  constructor(training: JsonObject, name: string) {
    const found = schema.safeParse(training);
    if (!found.success) {
      const wanted = "in the form that `deno task train` writes";
      throw new InputError(`training of ${name}`, wanted, training, FRESH);
    }
    this.#settings = found.data.settings;
    this.#corpus = found.data.corpus;
    this.#name = name;
  }

  /**
   * Checks that the settings equal those of the training. The number of epochs may be larger,
   * unless the schedule depends on it.
   *
   * @throws {InputError} If a setting differs; the message names each such setting.
   */
  checkSettings(settings: TrainSettings): void {
    const free = settings.schedule === "cosine" ? [] : ["epochs"];
    checkSameSettings(this.#name, this.#settings, { ...settings }, free);
  }

  /**
   * Checks that the text equals the text of the training. The path of the file does not matter.
   *
   * @throws {InputError} If the text differs; the message describes both texts.
   */
  checkCorpus(corpus: DescribedCorpus): void {
    const before = this.#corpus;
    if (corpus.sha256 === before.sha256) return;
    const text = ({ id, documents, sha256 }: DescribedCorpus) =>
      `${documents} documents, SHA-256 ${sha256.slice(0, 12)}, ${id}`;
    const changed = corpus.id === before.id ? "The text has changed since then. " : "";
    const wanted = `the text that training began with, ${text(before)}`;
    throw new InputError("--corpus", wanted, text(corpus), `${changed}${FRESH}`);
  }
}

/**
 * Computes the digest that identifies a training, from its network, tokens, text and settings. The
 * number of epochs is left out, since a training may continue with more epochs.
 */
export function trainingDigest(
  { config, tokenizer }: Pick<TextModelDescription, "config" | "tokenizer">,
  { epochs: _, ...settings }: TrainSettings,
  { sha256: text }: CorpusContent,
): string {
  return sha256(stableStringify({ config, tokenizer: tokenizer.toJson(), settings, text }));
}

/** The state from which a training continues. */
export interface Resumption {
  readonly checkpoint: Checkpoint;
  readonly position: TrainingPosition;
}

/**
 * Reads the last checkpoint of a training.
 *
 * @param before The description in the folder.
 * @param now The description that this call would write.
 * @throws {InputError} If a file is damaged, missing, or of another training.
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
  const found = await folder.readOwn("last", (bytes, name) => {
    const checkpoint = decodeCheckpoint(bytes, name);
    checkTrainingId(checkpoint.training, id, name);
    checkWeights(checkpoint.weights, now.config, name);
    return { checkpoint, position: TrainingPosition.of(checkpoint.progress) };
  });
  // Without the best weights so far, the best of the later epochs would count as the best of all.
  if (found.position.history.length > 0) {
    await folder.readOwn("best", (bytes, name) => readWeights(bytes, now.config, name, id));
  }
  return found;
}
