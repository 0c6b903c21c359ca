import { InputError } from "../core/errors.ts";
import { MAX_DEPTH, nesting, stableStringify } from "../core/json.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Tokenizer } from "../data/text/tokenizer.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/parameters/safetensors.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";
import { classifierShapes } from "./classifier_network.ts";
import {
  classifierOptionNames,
  type ResolvedOptions,
  resolveOptions,
} from "./sequence_classifier_options.ts";

/** A trained classifier without its weights. */
export interface ClassifierDescription {
  /** The options of the network and of its training. */
  readonly options: ResolvedOptions;
  /** The words with their ids. */
  readonly tokenizer: Tokenizer;
  /** The number of classes. */
  readonly classes: number;
  /** The number of the epoch after which the network had its weights. */
  readonly epoch: number;
}

/** The name of the format in the metadata of the file. */
const FORMAT = "unroll-sequence-classifier-1";

/** The name in the metadata of the description. */
const DESCRIPTION = "classifier";

/** All names in the metadata. */
const METADATA = ["format", DESCRIPTION, "training"];

const names: OptionNames<ClassifierDescription> = {
  options: true,
  tokenizer: true,
  classes: true,
  epoch: true,
};

/**
 * Writes a classifier as a safetensors file. Equal classifiers have equal bytes.
 *
 * @param description The description, which becomes metadata.
 * @param weights The weights by name.
 * @param training The id of the training, as metadata; by default there is none.
 * @returns The bytes of the file.
 */
export function writeClassifier(
  { options, tokenizer, classes, epoch }: ClassifierDescription,
  weights: StateDict,
  training?: string,
): Uint8Array<ArrayBuffer> {
  const json = { options, tokenizer: tokenizer.toJson(), classes, epoch };
  const metadata = {
    ...{ format: FORMAT, [DESCRIPTION]: stableStringify(json) },
    ...(training === undefined ? {} : { training }),
  };
  return encodeSafetensors({ tensors: weights, metadata });
}

/**
 * Reads a file that {@link writeClassifier} wrote.
 *
 * @param bytes The bytes of the file.
 * @param name The name of the file in messages.
 * @returns The description, the weights, which fit it and are finite, and the id of the training, if
 * there is one.
 * @throws {InputError} If the file is damaged, is of another kind, or its weights do not fit its
 * description.
 */
export function readClassifier(
  bytes: Uint8Array,
  name: string,
): { description: ClassifierDescription; weights: StateDict; training: string | undefined } {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  if (metadata["format"] !== FORMAT) {
    throw new InputError(`format of ${name}`, `"${FORMAT}"`, metadata["format"]);
  }
  const more = Object.keys(metadata).find((key) => !METADATA.includes(key));
  if (more !== undefined) {
    throw new InputError(`metadata of ${name}`, `only ${METADATA.join(", ")}`, more);
  }
  const description = readDescription(metadata[DESCRIPTION], name);
  checkWeights(tensors, description, name);
  return { description, weights: tensors, training: metadata["training"] };
}

function readDescription(text: string | undefined, name: string): ClassifierDescription {
  try {
    if (text === undefined) throw new InputError("description", "present", text);
    const levels = nesting(text);
    if (levels > MAX_DEPTH) throw new InputError("levels", `at most ${MAX_DEPTH}`, levels);
    const json: Record<keyof ClassifierDescription, unknown> = JSON.parse(text);
    checkOptions("the description", json, names, "field");
    return {
      options: readOptions(json.options),
      tokenizer: readTokenizer(json.tokenizer),
      classes: countOf("classes", json.classes, 2),
      epoch: countOf("epoch", json.epoch, 1),
    };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof SyntaxError)) throw error;
    const wanted = "the description of a classifier";
    throw new InputError(`${DESCRIPTION} of ${name}`, wanted, "something else", error.message);
  }
}

/** Reads options, none of which may be left out. */
function readOptions(json: unknown): ResolvedOptions {
  const given: ResolvedOptions = Object(json);
  const missing = Object.keys(classifierOptionNames).find((key) => !Object.hasOwn(given, key));
  if (missing !== undefined) throw new InputError(`option ${missing}`, "present", undefined);
  return resolveOptions(given);
}

function readTokenizer(json: unknown): Tokenizer {
  const tokenizer = Tokenizer.fromJson(json);
  if (tokenizer.kind === "plain-words") return tokenizer;
  throw new InputError("kind of the tokenizer", '"plain-words"', tokenizer.kind);
}

function countOf(name: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(name, `an integer of at least ${least}`, value);
}

/** Throws unless weights fit the network of a description. */
function checkWeights(
  weights: StateDict,
  { options, tokenizer, classes }: ClassifierDescription,
  name: string,
): void {
  const found = new Map(Object.entries(weights));
  // The shapes are listed only if there can be as many layers.
  if (options.numLayers > found.size) {
    throw new InputError(name, `weights of ${options.numLayers} layers`, `${found.size} weights`);
  }
  const vocabularySize = tokenizer.vocabulary.size;
  for (const { name: key, shape } of classifierShapes({ vocabularySize, classes, options })) {
    const entry = found.get(key);
    found.delete(key);
    if (entry === undefined) throw new InputError(name, `weights with ${key}`, "none of that name");
    if (entry.shape.join() !== shape.join()) {
      throw new InputError(`${key} in ${name}`, `of shape [${shape.join(", ")}]`, entry.shape);
    }
    const wrong = entry.data.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw new InputError(`${key} in ${name}`, "finite numbers", wrong);
  }
  const [more] = found.keys();
  if (more !== undefined) throw new InputError(name, "only weights of this network", more);
}
