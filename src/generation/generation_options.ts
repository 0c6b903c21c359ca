import { checkSignal, helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds } from "../core/ids.ts";
import type { OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { END, PAD, START, UNK } from "../data/text/vocabulary.ts";
import type { Model } from "../model/model.ts";

/** Options for generating from a model. */
export interface GenerateOptions {
  /** The maximum number of tokens of a row, without its prompt. */
  readonly maxTokens: number;
  /** The id that ends a row and is not part of the row; by default rows end at `maxTokens` only. */
  readonly end?: number;
  /**
   * Ids that are never generated, such as padding, the start of a text and, in texts for people,
   * the unknown token; by default every id may be generated.
   */
  readonly banned?: readonly number[];
  /** The id before every prompt, such as the start of a text. By default prompts have no prefix. */
  readonly prefix?: number;
  /** Stops the generation between two tokens. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of {@link GenerateOptions}. */
export const generateNames: OptionNames<GenerateOptions> = {
  maxTokens: true,
  end: true,
  banned: true,
  prefix: true,
  signal: true,
};

/**
 * The generation options for models of documents: a text starts with `START`, as a document does,
 * and ends with `END`. Padding, unknown tokens and further starts are not generated.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { END, START } from "../data/text/vocabulary.ts";
 * import { textIds } from "./generation_options.ts";
 *
 * const options = { ...textIds, maxTokens: 20 }; // for generate, generateStream or beamSearch
 * assertEquals([options.prefix, options.end], [START, END]);
 * ```
 */
export const textIds: Readonly<Required<Omit<GenerateOptions, "maxTokens" | "signal">>> = {
  prefix: START,
  end: END,
  banned: [PAD, UNK, START],
};

/** The largest number of rows or beams side by side, since each has logits for all ids. */
const MOST_ROWS = 2 ** 16;

/**
 * Checks the number of rows that are generated side by side.
 *
 * @param name The name of the number, for the message.
 * @param count The number.
 * @returns The number.
 * @throws {InputError} If `count` is not an integer from 1 to 65,536.
 */
export function checkRows(name: string, count: number): number {
  if (positiveInteger(name, count) <= MOST_ROWS) return count;
  throw new InputError(name, `at most ${MOST_ROWS}`, count);
}

/**
 * Checks the options for a model. The caller checks their names.
 *
 * @param model The model.
 * @param options The options.
 * @returns The number of ids of the model.
 * @throws {InputError} If an option is wrong, or if the model does not map ids to one logit for
 *   each id, or has several replicas.
 */
export function checkGeneration(model: Model, options: GenerateOptions): number {
  if (typeof model !== "object" || model === null || "model" in model) {
    const help = "Pass the `model` of the object that loadTextModel returns";
    throw new InputError("model", "a model", model, helpFor(model, help));
  }
  const { network, replicas = 1 } = model;
  if (replicas !== 1) throw new InputError("replicas", "1 to generate", replicas);
  const vocabulary = network?.embedding?.vocabulary;
  const outputs = network?.head?.outFeatures;
  if (vocabulary === undefined || outputs !== vocabulary) {
    const found = { ids: vocabulary ?? null, outputs: outputs ?? null };
    const help = helpFor(model);
    const wanted = "a model with an embedding, and a head with an output for each id";
    throw new InputError("model", wanted, found, help);
  }
  positiveInteger("maxTokens", options.maxTokens);
  const { end, banned = [], prefix, signal } = options;
  if (signal !== undefined) checkSignal(signal);
  for (const [name, id] of Object.entries({ end, prefix })) {
    if (id !== undefined) checkId(name, id, vocabulary);
  }
  checkIds("banned", banned, vocabulary);
  const { size } = new Set(banned);
  if (size === vocabulary) throw new InputError("banned", "fewer than all ids", size);
  return vocabulary;
}
