import { InputError } from "../core/errors.ts";
import { checkId, checkIds } from "../core/ids.ts";
import { positiveInteger } from "../core/shapes.ts";
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

/**
 * Checks the options for a model.
 *
 * @returns How many ids the model has.
 * @throws {InputError} On wrong options, and on a model that does not go from ids to as many
 *   logits, or is several.
 */
export function checkGeneration(model: Model, options: GenerateOptions): number {
  const { network, replicas = 1 } = model;
  if (replicas !== 1) throw new InputError("replicas", "1, to generate", replicas);
  const vocabulary = network?.embedding?.vocabulary;
  const outputs = network?.head?.outFeatures;
  if (vocabulary === undefined || outputs !== vocabulary) {
    const found = { ids: vocabulary ?? null, outputs: outputs ?? null };
    throw new InputError("model", "one from ids to an output for each id", found);
  }
  positiveInteger("maxTokens", options.maxTokens);
  const { end, banned = [], prefix } = options;
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
 * @throws {InputError} On ids that there are not, and where nothing is left to begin with.
 */
export function wholePrompt(
  name: string,
  prompt: ArrayLike<number>,
  vocabulary: number,
  prefix?: number,
): Int32Array {
  const ids = Array.from(prompt);
  checkIds(name, ids, vocabulary);
  if (ids.length === 0 && prefix === undefined) {
    throw new InputError(name, "at least 1 id where there is no prefix", ids);
  }
  return Int32Array.from(prefix === undefined ? ids : [prefix, ...ids]);
}
