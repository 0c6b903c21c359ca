import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Lexicon } from "../data/text/lexicons.ts";
import { sentenceWords } from "../data/text/sentence_words.ts";
import type { TextClassifier } from "./classifier.ts";

/** Options of {@link lexiconClassifier}. */
export interface LexiconOptions {
  /**
   * How many words before a word are searched for a negation, which turns its valence; 0 for none.
   * The default is 3.
   */
  readonly negation?: number;
  /** The class of positive texts, 0 or 1; the other is that of negative texts. The default is 1. */
  readonly positive?: 0 | 1;
}

const names: OptionNames<LexiconOptions> = { negation: true, positive: true };

const negations: ReadonlySet<string> = new Set([
  ..."not no never none nobody nothing neither nor nowhere cannot without".split(" "),
  ..."hardly barely scarcely rarely".split(" "),
]);

/** The verbs that "n't" ends, which some write without the apostrophe. */
const contractions =
  /^(ai|are|ca|could|did|does|do|had|has|have|is|must|need|should|was|were|wo|would)n'?t$/;

/**
 * Returns whether a word negates: a word such as "not" or "never", or one that ends in "n't".
 *
 * @param word The word in lower case.
 * @returns `true` if it negates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isNegation } from "./lexicon_classifier.ts";
 *
 * assertEquals(["not", "wouldn't", "dont", "want"].map(isNegation), [true, true, true, false]);
 * ```
 */
export function isNegation(word: string): boolean {
  return negations.has(word) || contractions.test(word);
}

/** The sums of the valences of a text's words, both at least 0. */
export interface LexiconScore {
  /** The sum of the positive valences. */
  readonly positive: number;
  /** The sum of the negative valences, without their sign. */
  readonly negative: number;
}

/**
 * Adds the valences of the words of a text.
 *
 * @param text The text.
 * @param lexicon The lexicon.
 * @param negation How many words before a word are searched for a negation, which turns its valence.
 * @returns The sums.
 * @throws {InputError} If `text` is not a string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { opinionLexicon } from "../data/text/lexicons.ts";
 * import { lexiconScore } from "./lexicon_classifier.ts";
 *
 * const lexicon = await opinionLexicon();
 * const text = "Not a good film, but the music is great.";
 * assertEquals(lexiconScore(text, lexicon, 3), { positive: 1, negative: 1 });
 * assertEquals(lexiconScore(text, lexicon, 0), { positive: 2, negative: 0 });
 * ```
 */
export function lexiconScore(text: string, lexicon: Lexicon, negation: number): LexiconScore {
  const words = sentenceWords(text);
  let [positive, negative] = [0, 0];
  for (const [i, word] of words.entries()) {
    const valence = lexicon.valences.get(word) ?? 0;
    const isTurned = words.slice(Math.max(0, i - negation), i).some(isNegation);
    const value = isTurned ? -valence : valence;
    if (value > 0) positive += value;
    else negative -= value;
  }
  return { positive, negative };
}

/**
 * Makes a classifier of positive and negative texts that is not trained: it adds the valences of the
 * words of a lexicon. With P and N the sums of positive and of negative valences, the probability of
 * the positive class is (P + 1) / (P + N + 2), Laplace's rule of succession. A text without words of
 * the lexicon, or with P = N, has the probability 1/2 and counts half as right.
 *
 * @param lexicon The lexicon.
 * @param options How far back negations count, and which class is positive.
 * @returns The classifier.
 * @throws {InputError} If an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { opinionLexicon } from "../data/text/lexicons.ts";
 * import { lexiconClassifier } from "./lexicon_classifier.ts";
 *
 * const classifier = lexiconClassifier(await opinionLexicon());
 * const probabilities = await classifier.predictProbabilities(["Excellent and great.", "Not good."]);
 * assertEquals(probabilities, [[0.25, 0.75], [2 / 3, 1 / 3]]);
 * ```
 */
export function lexiconClassifier(lexicon: Lexicon, options: LexiconOptions = {}): TextClassifier {
  checkOptions("lexiconClassifier", options, names);
  const { negation = 3, positive = 1 } = options;
  if (!Number.isSafeInteger(negation) || negation < 0) {
    throw new InputError("negation", "a number of words, at least 0", negation);
  }
  if (positive !== 0 && positive !== 1) throw new InputError("positive", "class 0 or 1", positive);
  return {
    predictProbabilities: (texts) =>
      texts.map((text) => {
        const { positive: p, negative: n } = lexiconScore(text, lexicon, negation);
        const row = [(n + 1) / (p + n + 2), (p + 1) / (p + n + 2)];
        return positive === 1 ? row : row.reverse();
      }),
  };
}
