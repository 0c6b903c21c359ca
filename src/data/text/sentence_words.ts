import { InputError } from "../../core/errors.ts";
import { textRules } from "./text_rules.ts";

/**
 * Splits a sentence into words for classification: runs of letters, marks and numbers in lower case,
 * in Unicode's normalization form C. An apostrophe within a word stays, so that "don't" is one word;
 * all other signs separate words and are removed. A tokenizer of the kind `"plain-words"` splits in
 * the same way.
 *
 * Tokens of the kind `"words"` keep a final `.`, `!` or `?`, which a language model must predict. Here
 * "good." and "good" are the same word, as word lists and counts of words require.
 *
 * @param text The sentence.
 * @returns The words in order; none if the sentence has neither letters nor numbers.
 * @throws {InputError} If `text` is not a string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sentenceWords } from "./sentence_words.ts";
 *
 * const words = sentenceWords("It’s slow-moving... I DON'T like it!");
 * assertEquals(words, ["it's", "slow", "moving", "i", "don't", "like", "it"]);
 * ```
 */
export function sentenceWords(text: string): string[] {
  if (typeof text !== "string") throw new InputError("text", "a string", text);
  const { normal, tokens } = textRules["plain-words"];
  return tokens(normal(text));
}
