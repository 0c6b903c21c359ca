import { excessAttention } from "../analysis/attention_agreement.ts";
import {
  type AttentionStudyOptions,
  type StudiedSequence,
  studyAttention,
} from "../analysis/attention_study.ts";
import { checkFunction } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { encodeTexts, wordsRead } from "./encoded_texts.ts";
import { SequenceClassifier } from "./sequence_classifier.ts";

/** Options for {@link attentionStudy}. */
export interface TextStudyOptions extends AttentionStudyOptions {
  /**
   * Returns whether a word, in lower case, is one of those whose weight is compared with chance, such
   * as the words of a lexicon. By default no word is.
   */
  readonly isChosen?: (word: string) => boolean;
}

/** The attention of one network to the words of one text, and how well it explains the output. */
export interface StudiedText extends StudiedSequence {
  /** The words that the network reads, in their order. */
  readonly words: readonly string[];
  /**
   * The weight of the chosen words minus their share of the words, as {@link excessAttention} returns
   * it; `null` if no word or every word of the text is chosen.
   */
  readonly excess: number | null;
}

/**
 * Measures whether attention explains the predictions of classifiers, as {@link studyAttention}
 * does, with the words of the texts.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186; Wiegreffe & Pinter (2019), arXiv:1908.04626.
 *
 * @param classifiers One classifier, or several of the same options that were trained with the same
 * texts, such as those that {@link fitSequenceClassifiers} returns. They do not change.
 * @param texts The texts, such as those that the classifiers did not train with.
 * @param options The permutations and their source, the largest change of the output by adversarial
 * attention, whether gradients flow through the weights, and the words to compare with chance.
 * @returns The measures [classifier][text].
 * @throws {InputError} If the classifiers differ in their options or vocabularies, if `readout` is
 * `"last"`, if `texts` is not an array of strings, if a classifier was disposed of, or if an option
 * is unknown or wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { attentionMeans, attentionStudy, fitSequenceClassifiers } from "../classification.ts";
 *
 * await selectBackend("cpu");
 * const texts = ["a good film", "a bad film", "good music", "bad music", "so good", "so bad"];
 * const training = { texts, labels: [1, 0, 1, 0, 1, 0], classes: 2 };
 * const classifiers = await fitSequenceClassifiers(training, {
 *   ...{ embeddingDim: 4, hiddenSize: 4, minCount: 1, epochs: 5 },
 *   random: [new Random(1), new Random(2)],
 * });
 * const study = await attentionStudy(classifiers, ["A bad day!", "good"], {
 *   random: new Random(3),
 *   isChosen: (word) => ["good", "bad"].includes(word),
 * });
 * const [[long, short] = []] = study;
 * assertEquals([long?.words, short?.excess], [["a", "bad", "day"], null]);
 * assertEquals(attentionMeans(study[0] ?? []).permuted.texts, 1); // One text has several words.
 * for (const classifier of classifiers) classifier.dispose();
 * ```
 */
export async function attentionStudy(
  classifiers: SequenceClassifier | readonly SequenceClassifier[],
  texts: readonly string[],
  options: TextStudyOptions,
): Promise<StudiedText[][]> {
  checkOptions("attentionStudy", options, {
    ...{ random: true, permutations: true, epsilon: true, throughAttention: true },
    isChosen: true,
  });
  const { isChosen = () => false, ...measures } = options;
  checkFunction("isChosen", isChosen, "a function of a word");
  const list = classifiers instanceof SequenceClassifier ? [classifiers] : classifiers;
  checkArray("classifiers", list, "a SequenceClassifier, or an array of them");
  const [first] = list;
  if (first === undefined) throw new InputError("classifiers", "at least one", classifiers);
  const wrong = list.findIndex((one: unknown) => !(one instanceof SequenceClassifier));
  if (wrong >= 0) {
    throw new InputError(`classifiers[${wrong}]`, "a SequenceClassifier", list[wrong]);
  }
  const ids = idsOf(first, texts);
  for (const [i, classifier] of list.entries()) {
    checkSameIds(`classifiers[${i}]`, ids, first, classifier, texts);
  }
  const study = await studyAttention(list.map(({ model }) => model), ids, measures);
  const words = texts.map((text) => wordsRead(text, first.tokenizer, first.options.maxLength));
  const chosen = words.map((own) => own.map((word) => isChosen(word)));
  return study.map((found) =>
    found.map((text, i): StudiedText => {
      const excess = excessAttention(text.weights, chosen[i] ?? []);
      return { ...text, words: words[i] ?? [], excess };
    })
  );
}

function idsOf({ tokenizer, options }: SequenceClassifier, texts: readonly string[]): Int32Array[] {
  return encodeTexts(texts, tokenizer, options.maxLength);
}

/** Throws unless a classifier reads texts as given ids. */
function checkSameIds(
  name: string,
  ids: readonly Int32Array[],
  first: SequenceClassifier,
  classifier: SequenceClassifier,
  texts: readonly string[],
): void {
  const { tokenizer, options: { maxLength } } = classifier;
  if (tokenizer === first.tokenizer && maxLength === first.options.maxLength) return;
  const differs = idsOf(classifier, texts).findIndex((own, i) => own.join() !== ids[i]?.join());
  if (differs < 0) return;
  const found = `other ids for texts[${differs}]`;
  throw new InputError(name, "of the same vocabulary as classifiers[0]", found);
}

/** The mean of a measure over the texts for which it is defined. */
export interface AttentionMean {
  /** The mean; `null` if it is defined for no text. */
  readonly mean: number | null;
  /** The number of texts for which it is defined. */
  readonly texts: number;
}

/** A text of {@link attentionStudy}, or a sequence of {@link studyAttention}. */
export type MeasuredText = StudiedSequence & Partial<Pick<StudiedText, "excess">>;

/**
 * A measure of a text by its name in {@link StudiedText}; `adversarial` is the divergence of the
 * adversarial attention in nats.
 */
export type AttentionMeasure =
  | "tauGradient"
  | "tauLeaveOneOut"
  | "permuted"
  | "adversarial"
  | "uniform"
  | "overSeeds"
  | "excess";

/**
 * Computes the mean of each measure of a study over the texts for which it is defined.
 *
 * @param texts The measures of one network by text, as {@link attentionStudy} returns them.
 * @returns The mean of each measure, and the number of texts for which it is defined.
 * @throws {InputError} If `texts` is not an array of measured texts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { attentionMeans } from "./attention_study.ts";
 *
 * assertEquals(attentionMeans([]).tauGradient, { mean: null, texts: 0 });
 * ```
 */
export function attentionMeans(
  texts: readonly MeasuredText[],
): Record<AttentionMeasure, AttentionMean> {
  checkArray("texts", texts, "an array of measured texts");
  const wrong = texts.findIndex((text) => !Array.isArray(text?.weights));
  if (wrong >= 0) throw new InputError(`texts[${wrong}]`, "a measured text", texts[wrong]);
  const meanOf = (read: (text: MeasuredText) => number | null): AttentionMean => {
    const values = texts.map(read).filter((value) => value !== null);
    const sum = values.reduce((total, value) => total + value, 0);
    return { mean: values.length === 0 ? null : sum / values.length, texts: values.length };
  };
  return {
    tauGradient: meanOf(({ tauGradient }) => tauGradient),
    tauLeaveOneOut: meanOf(({ tauLeaveOneOut }) => tauLeaveOneOut),
    permuted: meanOf(({ permuted }) => permuted),
    adversarial: meanOf(({ adversarial }) => adversarial?.divergence ?? null),
    uniform: meanOf(({ uniform }) => uniform),
    overSeeds: meanOf(({ overSeeds }) => overSeeds),
    excess: meanOf(({ excess = null }) => excess),
  };
}
