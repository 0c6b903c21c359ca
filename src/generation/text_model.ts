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
  languageModelShapes,
} from "../model/language_model_config.ts";
import { decodeSafetensors } from "../model/parameters/safetensors.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";

/** A trained text model without its weights. */
export interface TextModelDescription {
  /** The sizes and options of the network. */
  readonly config: LanguageModelConfig;
  /** Converts texts to ids and back. */
  readonly tokenizer: Tokenizer;
  /**
   * How the model was trained, for people and to continue training. A string `id` identifies it.
   */
  readonly training: JsonObject;
}

/** A trained text model with its weights. */
export interface TextModel extends TextModelDescription {
  /** The network, which the caller disposes of. */
  readonly model: LanguageModel;
}

/** The parts from which {@link loadTextModel} creates a model. */
export interface TextModelParts {
  /** The description, as {@link readTextModel} returns it. */
  readonly description: TextModelDescription;
  /** The bytes of a safetensors file. */
  readonly weights: Uint8Array;
  /** The name of the weights in messages. */
  readonly name: string;
}

const partNames: OptionNames<TextModelParts> = { description: true, weights: true, name: true };

const FORMAT = "unroll-text-model-1";

/**
 * Converts the description of a text model to JSON. Equal descriptions have equal bytes.
 *
 * @param description The description.
 * @returns The text of `model.json`.
 * @throws {InputError} If `description` is not that of a text model, or JSON cannot represent its
 * `training`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Tokenizer } from "../data/text/tokenizer.ts";
 * import { checkLanguageModelConfig } from "../model/language_model_config.ts";
 * import { readTextModel, writeTextModel } from "./text_model.ts";
 *
 * const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
 * const vocabularySize = tokenizer.vocabulary.size;
 * const config = checkLanguageModelConfig({ vocabularySize, embeddingDim: 4, hiddenSize: 8 });
 * const text = writeTextModel({ config, tokenizer, training: { epochs: 3 } });
 * assertEquals(readTextModel(text, "model.json").training, { epochs: 3 });
 * ```
 */
export function writeTextModel(description: TextModelDescription): string {
  checkDescription(description);
  const { config, tokenizer, training } = description;
  const json = { format: FORMAT, config, tokenizer: tokenizer.toJson(), training };
  return `${stableStringify(json, 2)}\n`;
}

/**
 * Reads the description of a text model from JSON. A description contains data only, no code.
 *
 * @param text The text of `model.json`.
 * @param name The name of the file in messages.
 * @returns The description.
 * @throws {InputError} If the text is not JSON, or a field is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { readTextModel } from "./text_model.ts";
 *
 * assertThrows(() => readTextModel("{}", "model.json"), Error, "format of model.json");
 * ```
 */
export function readTextModel(text: string, name: string): TextModelDescription {
  if (typeof name !== "string") throw new InputError("name", "a string", name);
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
  const { config, tokenizer } = withFileName(name, () => ({
    config: checkLanguageModelConfig(json["config"]),
    tokenizer: Tokenizer.fromJson(json["tokenizer"]),
  }));
  const { size } = tokenizer.vocabulary;
  if (config.vocabularySize !== size) {
    const wanted = `${size}, the size of its tokenizer's vocabulary`;
    throw new InputError(`vocabularySize of ${name}`, wanted, config.vocabularySize);
  }
  return { config, tokenizer, training };
}

/**
 * Creates a text model from its description and weights. The weights are a safetensors file with
 * PyTorch's names (`embedding.weight`, `recurrent.weight_ih_l0`, `head.bias`), or a checkpoint of
 * training.
 *
 * @param parts The description, the weights and their name.
 * @returns The model with its description.
 * @throws {InputError} If the weights are damaged, their names or shapes do not fit the
 * description, or they come from another training: both the metadata's `training` and the
 * description's `training.id` exist, and differ. The error is thrown before memory for the model is
 * allocated.
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
 * const vocabularySize = tokenizer.vocabulary.size;
 * const config = checkLanguageModelConfig({ vocabularySize, embeddingDim: 4, hiddenSize: 8 });
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
  if (typeof name !== "string") throw new InputError("name", "a string", name);
  if (!(weights instanceof Uint8Array)) {
    const help = helpFor(weights, "new Uint8Array(buffer) makes one of an ArrayBuffer");
    throw new InputError("weights", "a Uint8Array with a safetensors file", weights, help);
  }
  const { config } = description;
  const tensors = readWeights(weights, config, name, trainingId(description));
  // The initial weights are replaced; those of PyTorch are the fastest to draw.
  const model = languageModel({ ...config, initialisation: "pytorch", random: new Random(0) });
  model.loadStateDict(tensors);
  return { ...description, model };
}

/**
 * Returns the id of the training of a text model.
 *
 * @param description The description of the model.
 * @returns The id; `undefined` if it has none.
 */
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
  const help = "readTextModel returns one";
  throw new InputError("description", "one of a text model", given, helpFor(given, help));
}

function objectOf(text: string, name: string): Readonly<Record<string, unknown>> {
  if (typeof text !== "string") throw new InputError(name, "the text of a JSON file", text);
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // The error is thrown below.
  }
  throw new InputError(name, "a JSON object", text === "" ? "an empty file" : "something else");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Calls a function, and adds the name of the file to its errors. */
function withFileName<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const wanted = "a description of a text model";
    throw new InputError(name, wanted, "something wrong in it", error.message);
  }
}

/** The prefix of the names of weights in a checkpoint, which has other tensors, too. */
const CHECKPOINT = "model.";

/**
 * Reads the weights of a language model from a safetensors file or a checkpoint.
 *
 * @param bytes The bytes of the file.
 * @param config The sizes and options of the model.
 * @param name The name of the file in messages.
 * @param training The id of the training; a file without an id fits every training.
 * @returns The weights by name.
 * @throws {InputError} If the file is damaged or comes from another model or training, or if a
 * weight is not finite.
 */
export function readWeights(
  bytes: Uint8Array,
  config: LanguageModelConfig,
  name: string,
  training?: string,
): StateDict {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  checkTrainingId(metadata["training"], training, name);
  const entries = Object.entries(tensors);
  const own = entries.filter(([key]) => key.startsWith(CHECKPOINT))
    .map(([key, tensor]) => [key.slice(CHECKPOINT.length), tensor] as const);
  const weights = own.length > 0 ? Object.fromEntries(own) : tensors;
  checkWeights(weights, config, name);
  return weights;
}

/**
 * Throws if a file comes from another training. If one of the ids is absent, nothing is compared.
 *
 * @param found The id in the file, if there is one.
 * @param wanted The id of the training, if there is one.
 * @param name The name of the file in messages.
 * @throws {InputError} If the ids differ.
 */
export function checkTrainingId(
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
 * Checks that weights fit a language model, without creating the model.
 *
 * @param weights The weights by name.
 * @param config The sizes and options of the model.
 * @param name The name of the weights in messages.
 * @throws {InputError} If a weight is missing, unknown, of another shape or not finite. The message
 * names the first such weight.
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
  if (more !== undefined) throw new InputError(name, "only weights of this model", more);
}
