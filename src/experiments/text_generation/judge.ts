import { NgramModel } from "../../analysis/ngrams.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";

/** The length of the judge's n-grams. */
export const JUDGE_ORDER = 8;

/** Tells how predictable texts are. */
export interface Judge {
  /** The different characters that it knows. */
  readonly characters: number;
  /**
   * The bits per character of a text that follows a prompt.
   *
   * @param prompt What comes before.
   * @param text The text, of one character or more.
   */
  bits(prompt: string, text: string): number;
}

/**
 * Makes a judge of characters: a Kneser-Ney model of documents that no network has read. It measures
 * how usual a text is, and it is not one of the networks that write. A text that is more usual than the
 * novel is not better than the novel.
 *
 * @param documents What it learns from.
 * @returns The judge, or `null` if there is nothing to learn from.
 */
export async function judgeOf(documents: readonly string[]): Promise<Judge | null> {
  if (documents.length === 0) return null;
  const tokenizer = await Tokenizer.build(documents, { kind: "characters" });
  const model = new NgramModel(documents.map((document) => tokenizer.encodeDocument(document)), {
    order: JUDGE_ORDER,
    vocabularySize: tokenizer.vocabulary.size,
    excluded: [PAD, START],
  });
  return {
    characters: tokenizer.vocabulary.size,
    bits(prompt, text) {
      const before = tokenizer.encode(prompt).length;
      const ids = Int32Array.from(tokenizer.encode(prompt + text));
      let sum = 0;
      for (let i = before; i < ids.length; i++) {
        const context = ids.subarray(Math.max(0, i - JUDGE_ORDER + 1), i);
        sum -= Math.log2(model.probability(context, ids[i] ?? PAD));
      }
      return sum / (ids.length - before);
    },
  };
}
