import { seqRepN } from "../../analysis/diversity.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { END, START, UNK } from "../../data/text/vocabulary.ts";

/** Characters of a prompt. */
export const PROMPT = 64;

/** A place of a text: what comes before it and what follows. */
export interface Excerpt {
  /** The last characters before the place. */
  readonly text: string;
  /** The same as ids. */
  readonly ids: Int32Array;
  /** What follows in the text. */
  readonly continuation: string;
  /** The share of n-grams of the continuation that it had before. */
  readonly repeated: number;
}

/** How excerpts are cut. */
export interface ExcerptOptions {
  /** How many. */
  readonly count: number;
  /** Characters of a continuation. */
  readonly length: number;
  /** The n of the n-grams that are counted. */
  readonly ngram: number;
}

/**
 * Cuts excerpts from documents, spread evenly, each place after a space if there is one near.
 *
 * @param documents As ids, {@link PROMPT} and `length` ids or more together.
 * @param tokenizer Theirs.
 * @param options How many, and how long.
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
    const place = found < 0 ? first : first + found;
    const before = ids.slice(place - PROMPT, place);
    const after = ids.slice(place, place + length);
    return {
      ...{ text: tokenizer.decode(before), ids: before, continuation: tokenizer.decode(after) },
      repeated: seqRepN(after, ngram) ?? 0,
    };
  });
}
