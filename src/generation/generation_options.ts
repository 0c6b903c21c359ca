import { checkSignal, helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds } from "../core/ids.ts";
import type { OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { END, PAD, START, UNK } from "../data/text/vocabulary.ts";
import type { Model } from "../model/model.ts";

/** What generating from a model is told besides the prompts. */
export interface GenerateOptions {
  /** The most tokens of a row, without its prompt. */
  readonly maxTokens: number;
  /** The id that ends a row, and is no part of it; by default none does. */
  readonly end?: number;
  /**
   * Ids that are never generated; by default none. Padding and the start of a text are worth it,
   * and the unknown token where people read the text.
   */
  readonly banned?: readonly number[];
  /** The id that comes before every prompt, such as the start of a text; by default none. */
  readonly prefix?: number;
  /** Stops the work between two tokens. */
  readonly signal?: AbortSignal | undefined;
}

/** The most rows or beams side by side: each has logits for all ids. */
const MOST_ROWS = 2 ** 16;

/**
 * Checks how many rows are generated side by side, and gives the number back.
 *
 * @param name What they are, for the message.
 * @param count How many.
 * @returns The number.
 * @throws {InputError} If it is not an integer from 1 to 65,536.
 */
export function checkRows(name: string, count: number): number {
  if (positiveInteger(name, count) <= MOST_ROWS) return count;
  throw new InputError(name, `at most ${MOST_ROWS}`, count);
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
 * Checks the options for a model; for unknown ones their owner looks.
 *
 * @param model What was given as the model.
 * @param options The options.
 * @returns How many ids the model has.
 * @throws {InputError} On wrong options, and on a model that does not go from ids to as many
 *   logits, or is several.
 */
export function checkGeneration(model: Model, options: GenerateOptions): number {
  if (typeof model !== "object" || model === null || "model" in model) {
    const help = "Take the model of what loadTextModel gives";
    throw new InputError("model", "a model", model, helpFor(model, help));
  }
  const { network, replicas = 1 } = model;
  if (replicas !== 1) throw new InputError("replicas", "1, to generate", replicas);
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
  if (size === vocabulary) throw new InputError("banned", "fewer ids than there are", size);
  return vocabulary;
}

/**
 * Puts the prefix before a prompt.
 *
 * @param name The prompt's name, for messages.
 * @param prompt What was given.
 * @param vocabulary How many ids there are.
 * @param prefix The id to put before it, if any.
 * @returns The ids.
 * @throws {InputError} On numbers that are not ids, and if nothing is left to begin with.
 */
export function wholePrompt(
  name: string,
  prompt: ArrayLike<number>,
  vocabulary: number,
  prefix?: number,
): Int32Array {
  if (typeof prompt === "string") {
    const help = "tokenizer.encode(prompt) gives the ids of a text";
    throw new InputError(name, "ids in an array or typed array", prompt, help);
  }
  checkIds(name, prompt, vocabulary);
  const ids = Array.from(prompt);
  if (ids.length === 0 && prefix === undefined) {
    throw new InputError(name, "at least 1 id where there is no prefix", ids);
  }
  return Int32Array.from(prefix === undefined ? ids : [prefix, ...ids]);
}

/**
 * What generating from a model of documents is told of the special ids: a text begins as a document
 * does and ends where one would, and what is no text is never drawn.
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
