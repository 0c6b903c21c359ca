import { seqRepN } from "../../analysis/diversity.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { END, START, UNK } from "../../data/text/vocabulary.ts";
import type { Random } from "../../core/random.ts";
import { generate, type GenerateOptions } from "../../generation/generate.ts";
import type { NamedStrategy } from "../../generation/strategies.ts";
import type { Model } from "../../model/model.ts";

/** The number of characters of a prompt. */
export const PROMPT = 64;

/** A position in a text, with the text before and after it. */
export interface Excerpt {
  /** The last characters before the position. */
  readonly text: string;
  /** The same characters as ids. */
  readonly ids: Int32Array;
  /** The text that follows. */
  readonly continuation: string;
  /** The share of the continuation's n-grams that occur earlier in it. */
  readonly repeated: number;
}

/** Options for cutting excerpts. */
export interface ExcerptOptions {
  /** The number of excerpts. */
  readonly count: number;
  /** The number of characters of a continuation. */
  readonly length: number;
  /** The n of the n-grams that are counted. */
  readonly ngram: number;
}

/**
 * Cuts excerpts from documents, at evenly spaced positions. A position is moved behind a space if
 * there is one nearby.
 *
 * @param documents The documents as ids, together at least {@link PROMPT} plus `length` ids.
 * @param tokenizer The tokenizer of the documents.
 * @param options The number of excerpts, and the lengths.
 */
export function excerptsOf(
  documents: readonly Int32Array[],
  tokenizer: Tokenizer,
  { count, length, ngram }: ExcerptOptions,
): Excerpt[] {
  const ids = Int32Array.from(documents.flatMap((one) => [...one]))
    .filter((id) => id !== START && id !== END && id !== UNK);
  const space = tokenizer.vocabulary.id(" ");
  const room = ids.length - PROMPT - length;
  return Array.from({ length: count }, (_, i): Excerpt => {
    const first = PROMPT + Math.floor(i * room / count);
    const last = PROMPT + Math.max(0, Math.floor((i + 1) * room / count) - 1);
    const found = ids.subarray(first - 1, last).indexOf(space);
    const position = found < 0 ? first : first + found;
    const before = ids.slice(position - PROMPT, position);
    const after = ids.slice(position, position + length);
    return {
      ...{ text: tokenizer.decode(before), ids: before, continuation: tokenizer.decode(after) },
      repeated: seqRepN(after, ngram) ?? 0,
    };
  });
}

/** A text that was generated. */
export interface Sample {
  readonly prompt: string;
  readonly strategy: string;
  /** The text that follows the prompt. */
  readonly text: string;
  /** The number of tokens of this text. */
  readonly tokens: number;
  /**
   * The share of n-grams that occur earlier in the text; `null` if the text is shorter than an
   * n-gram.
   */
  readonly repeated: number | null;
}

/** The settings of generated texts. */
export interface SampleSettings {
  /** The prompts with which the texts begin. */
  readonly prompts: readonly { readonly text: string; readonly ids: Int32Array }[];
  readonly strategies: readonly NamedStrategy[];
  /** The n of the n-grams that are counted. */
  readonly ngram: number;
  readonly options: GenerateOptions;
}

/**
 * Generates a text for each prompt by each strategy, all in one batch.
 *
 * @param model The model that generates.
 * @param tokenizer The tokenizer of the model.
 * @param settings The prompts, strategies and options.
 * @param random The source. Each text draws from its own fork.
 */
export async function drawSamples(
  model: Model,
  tokenizer: Tokenizer,
  { prompts, strategies, ngram, options }: SampleSettings,
  random: Random,
): Promise<Sample[]> {
  const rows = strategies.flatMap((strategy) =>
    prompts.map((prompt, index) => ({ strategy, prompt, index }))
  );
  const requests = rows.map(({ strategy: { name, sampling }, prompt, index }) => ({
    ...{ prompt: prompt.ids, sampling },
    random: random.fork(name).fork(index),
  }));
  const texts = await generate(model, requests, options);
  return rows.map(({ strategy, prompt }, i): Sample => {
    const ids = texts[i] ?? new Int32Array();
    return {
      ...{ prompt: prompt.text, strategy: strategy.name, text: tokenizer.decode(ids) },
      ...{ tokens: ids.length, repeated: seqRepN(ids, ngram) },
    };
  });
}

/**
 * The strategies by which characters are chosen: greedy, and the notebook's five. There are fewer
 * characters than words to choose from, so top-k keeps the likeliest 10.
 */
export const characterStrategies: readonly NamedStrategy[] = [
  { name: "Greedy", sampling: { temperature: 0 } },
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { topK: 10 } },
  { name: "Top-P", sampling: { topP: 0.9 } },
];
