import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { type JsonObject, MAX_DEPTH, nesting, stableStringify } from "../core/json.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { Tokenizer } from "../data/text/tokenizer.ts";
import { type LanguageModel, languageModel } from "../model/language_model.ts";
import {
  checkLanguageModelConfig,
  type LanguageModelConfig,
} from "../model/language_model_config.ts";
import { languageModelShapes } from "../model/language_model_config.ts";
import { decodeSafetensors } from "../model/parameters/safetensors.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";

/** What a trained text model is, besides its weights. */
export interface TextModelDescription {
  /** What the network is. */
  readonly config: LanguageModelConfig;
  /** Texts to ids and back. */
  readonly tokenizer: Tokenizer;
  /** How it was trained: for people, and for training to go on. A text `id` in it tells it apart. */
  readonly training: JsonObject;
}

/** A model that can be asked, and what it was made from. */
export interface TextModel extends TextModelDescription {
  /** The network, the caller's to dispose. */
  readonly model: LanguageModel;
}

/** What {@link loadTextModel} makes a model of. */
export interface TextModelParts {
  /** What {@link readTextModel} read. */
  readonly description: TextModelDescription;
  /** A safetensors file. */
  readonly weights: Uint8Array;
  /** What the weights are called in messages. */
  readonly name: string;
}

const partNames: OptionNames<TextModelParts> = { description: true, weights: true, name: true };

const FORMAT = "unroll-text-model-1";

/**
 * Writes a description as JSON. Equal descriptions have equal bytes.
 *
 * @param description What the model is.
 * @returns The text of `model.json`.
 * @throws {InputError} If it is not a description, or its training is not what JSON can hold.
 */
export function writeTextModel(description: TextModelDescription): string {
  checkDescription(description);
  const { config, tokenizer, training } = description;
  const json = { format: FORMAT, config, tokenizer: tokenizer.toJson(), training };
  return `${stableStringify(json, 2)}\n`;
}

/**
 * Reads a description. It is data: nothing of it is run.
 *
 * @param text The JSON.
 * @param name What it is called in messages.
 * @returns The description.
 * @throws {InputError} On what {@link writeTextModel} did not write, saying what is wrong.
 */
export function readTextModel(text: string, name: string): TextModelDescription {
  if (typeof name !== "string") throw new InputError("name", "a name of the file", name);
  const levels = typeof text === "string" ? nesting(text) : 0;
  if (levels > MAX_DEPTH) {
    throw new InputError(`levels in ${name}`, `at most ${MAX_DEPTH}`, levels);
  }
  const json = objectOf(text, name);
  if (json["format"] !== FORMAT) {
    throw new InputError(`format of ${name}`, `"${FORMAT}"`, json["format"]);
  }
  const training = json["training"];
  if (!isObject(training)) throw new InputError(`training of ${name}`, "an object", training);
  const { config, tokenizer } = within(name, () => ({
    config: checkLanguageModelConfig(json["config"]),
    tokenizer: Tokenizer.fromJson(json["tokenizer"]),
  }));
  const { size } = tokenizer.vocabulary;
  if (config.vocabularySize !== size) {
    const wanted = `${size}, as its tokenizer has`;
    throw new InputError(`vocabularySize of ${name}`, wanted, config.vocabularySize);
  }
  return { config, tokenizer, training };
}

/**
 * Makes a model of its description and weights: those of a safetensors file with PyTorch's names
 * (`embedding.weight`, `recurrent.weight_ih_l0`, `head.bias`), or of a checkpoint of training.
 *
 * @param parts The description, the weights and their name.
 * @returns The model with its description.
 * @throws {InputError} On weights that are damaged or not those of the description, by their shapes
 *   or by the `training` in their metadata where that and the description's `training.id` are there,
 *   before anything of its sizes is allocated.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Tokenizer } from "../data/text/tokenizer.ts";
 * import { languageModel } from "../model/language_model.ts";
 * import { checkLanguageModelConfig } from "../model/language_model_config.ts";
 * import { encodeSafetensors } from "../model/parameters/safetensors.ts";
 * import { generate } from "./generate.ts";
 * import { loadTextModel, readTextModel, writeTextModel } from "./text_model.ts";
 *
 * await selectBackend("cpu");
 * const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
 * const { size } = tokenizer.vocabulary;
 * const config = checkLanguageModelConfig({ vocabularySize: size, embeddingDim: 4, hiddenSize: 8 });
 * const trained = languageModel({ ...config, random: new Random(1) });
 * const tensors = await trained.stateDict();
 *
 * const text = writeTextModel({ config, tokenizer, training: {} });
 * const weights = encodeSafetensors({ tensors, metadata: {} });
 *
 * const description = readTextModel(text, "model.json");
 * const { model } = loadTextModel({ description, weights, name: "best" });
 * const prompt = tokenizer.encode("the whale");
 * const request = { prompt, sampling: { temperature: 0 }, random: new Random(2) };
 * const [ids] = await generate(model, [request], { maxTokens: 3 });
 * assertEquals(ids?.length, 3);
 * trained.dispose();
 * model.dispose();
 * ```
 */
export function loadTextModel(parts: TextModelParts): TextModel {
  checkOptions("loadTextModel", parts, partNames);
  const { description, weights, name } = parts;
  checkDescription(description);
  if (typeof name !== "string") throw new InputError("name", "a name of the weights", name);
  if (!(weights instanceof Uint8Array)) {
    const help = helpFor(weights, "new Uint8Array(buffer) makes one of an ArrayBuffer");
    throw new InputError("weights", "a Uint8Array with a safetensors file", weights, help);
  }
  const { config } = description;
  const tensors = readWeights(weights, config, name, trainingId(description));
  // The initial weights are written over at once; PyTorch's are drawn fastest.
  const model = languageModel({ ...config, initialisation: "pytorch", random: new Random(0) });
  model.loadStateDict(tensors);
  return { ...description, model };
}

/** The id of the training that a description is of, where it has one. */
export function trainingId({ training }: TextModelDescription): string | undefined {
  const { id } = training;
  return typeof id === "string" ? id : undefined;
}

function checkDescription(description: TextModelDescription): void {
  const given: unknown = description;
  if (typeof given === "object" && given !== null) {
    if (description.tokenizer instanceof Tokenizer && isObject(description.training)) {
      checkLanguageModelConfig(description.config);
      return;
    }
  }
  const help = "readTextModel gives one";
  throw new InputError("description", "one of a text model", given, helpFor(given, help));
}

function objectOf(text: string, name: string): Readonly<Record<string, unknown>> {
  if (typeof text !== "string") throw new InputError(name, "the text of a JSON file", text);
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Said below.
  }
  throw new InputError(name, "a JSON object", text === "" ? "an empty file" : "something else");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says of errors in a part which file it is in. */
function within<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const wanted = "a description of a text model";
    throw new InputError(name, wanted, "something wrong in it", error.message);
  }
}

/** What the names of weights begin with in a checkpoint, where there is more than weights. */
const CHECKPOINT = "model.";

/**
 * Reads the weights of a language model from a safetensors file: of weights alone, or a checkpoint.
 *
 * @param name What the file is called in messages.
 * @param training The id of the training that it must be of. A file that has none may be of any.
 * @throws {InputError} On a file that is damaged, of another model or training, or of numbers that
 *   are not finite.
 */
export function readWeights(
  bytes: Uint8Array,
  config: LanguageModelConfig,
  name: string,
  training?: string,
): StateDict {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  checkTraining(metadata["training"], training, name);
  const entries = Object.entries(tensors);
  const own = entries.filter(([key]) => key.startsWith(CHECKPOINT))
    .map(([key, tensor]) => [key.slice(CHECKPOINT.length), tensor] as const);
  const weights = own.length > 0 ? Object.fromEntries(own) : tensors;
  checkWeights(weights, config, name);
  return weights;
}

/**
 * Checks that a file is of a training, where both have an id.
 *
 * @param found The id in the file.
 * @param wanted The id of the training.
 * @param name What the file is called in messages.
 * @throws {InputError} Where it is of another.
 */
export function checkTraining(
  found: string | undefined,
  wanted: string | undefined,
  name: string,
): void {
  if (found === undefined || wanted === undefined || found === wanted) return;
  const short = (id: string) => id.slice(0, 12);
  throw new InputError(
    name,
    `of the training of its model, ${short(wanted)}`,
    short(found),
  );
}

/**
 * Checks that weights are those of a language model, without making it.
 *
 * @param name What they are called in messages.
 * @throws {InputError} Naming the first that is missing, too many, of another shape or not finite.
 */
export function checkWeights(weights: StateDict, config: LanguageModelConfig, name: string): void {
  const known = new Set<string>();
  for (const [key, shape] of languageModelShapes(config)) {
    const found = Object.hasOwn(weights, key) ? weights[key] : undefined;
    if (found === undefined) throw new InputError(name, `weights with ${key}`, "none of that name");
    if (found.shape.join() !== shape.join()) {
      throw new InputError(`${key} in ${name}`, `of shape [${shape.join(", ")}]`, found.shape);
    }
    if (!found.data.every(Number.isFinite)) {
      const wrong = found.data.find((value) => !Number.isFinite(value));
      throw new InputError(`${key} in ${name}`, "finite numbers", wrong);
    }
    known.add(key);
  }
  const more = Object.keys(weights).find((key) => !known.has(key));
  if (more !== undefined) throw new InputError(name, "weights of this model alone", more);
}
