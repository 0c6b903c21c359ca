import { checkFunction, checkRandom } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { DataSplit } from "../data/folds.ts";
import type { LabelledTexts } from "../data/text/labelled_texts.ts";
import type { ClassifiedTexts, ClassifierFamily } from "./classifier.ts";

/**
 * Takes some of the texts of a collection, to train a classifier with them.
 *
 * @param data The collection.
 * @param indices The indices of the texts, for example `train` of a `DataSplit`.
 * @returns The texts with their labels.
 * @throws {InputError} If an index is not that of a text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sentimentSentences } from "../data/text/sentiment_sentences.ts";
 * import { classifiedTexts } from "./cross_validate.ts";
 *
 * const { texts, labels, classes } = classifiedTexts(await sentimentSentences(), [2]);
 * assertEquals([texts, labels, classes], [["Great for the jawbone."], [1], 2]);
 * ```
 */
export function classifiedTexts(data: LabelledTexts, indices: readonly number[]): ClassifiedTexts {
  const given: unknown = data;
  if (typeof given !== "object" || given === null) {
    throw new InputError("data", "an object with classes and texts", given);
  }
  checkArray("classes of the data", data.classes);
  checkArray("texts of the data", data.texts);
  checkArray("indices", indices);
  const records = indices.map((i) => {
    const record = data.texts[i];
    if (record === undefined) throw new InputError("indices", "those of texts", i);
    const found: unknown = record;
    if (typeof found === "object" && found !== null) return record;
    throw new InputError(`texts[${i}]`, "an object with text and label", found);
  });
  return {
    texts: records.map(({ text }) => text),
    labels: records.map(({ label }) => label),
    classes: data.classes.length,
  };
}

/** Texts that were not trained with, and what a classifier predicts of them. */
export interface HeldOutPredictions {
  /** The indices of the tested texts, ascending. */
  readonly indices: readonly number[];
  /** The class of each. */
  readonly labels: readonly number[];
  /** The predicted probabilities of each [text, class]. */
  readonly probabilities: readonly (readonly number[])[];
}

/**
 * Trains a family on each split and predicts the tested texts. Each split has a random source of its
 * own, so that its result does not depend on the others.
 *
 * @param data The texts.
 * @param splits The splits, in which each text is tested at most once; the same for every family that
 * is compared.
 * @param family The family.
 * @param random The source of random numbers.
 * @returns The predictions of all tested texts.
 * @throws {InputError} If there are no splits, a text is tested twice, or `random` is not a source.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { crossValidationSplits } from "../data/folds.ts";
 * import { sentimentSentences } from "../data/text/sentiment_sentences.ts";
 * import { accuracy, confusionMatrix } from "./confusion.ts";
 * import { crossValidate } from "./cross_validate.ts";
 * import { naiveBayesClassifier } from "./naive_bayes.ts";
 *
 * const data = await sentimentSentences();
 * const splits = crossValidationSplits(data.texts, { folds: 5, random: new Random(1) });
 * const bayes = {
 *   id: "bayes",
 *   title: "naive Bayes",
 *   fit: (training: Parameters<typeof naiveBayesClassifier>[0]) => naiveBayesClassifier(training),
 * };
 * const { labels, probabilities } = await crossValidate(data, splits, bayes, new Random(1));
 * assert(accuracy(confusionMatrix(labels, probabilities)) > 0.8);
 * ```
 */
export async function crossValidate(
  data: LabelledTexts,
  splits: readonly DataSplit[],
  family: ClassifierFamily,
  random: Random,
): Promise<HeldOutPredictions> {
  checkArray("splits", splits);
  checkRandom("random", random);
  if (splits.length === 0) throw new InputError("splits", "at least one", splits);
  const { id } = Object(family);
  if (typeof id !== "string") throw new InputError("id of the family", "a string", id);
  checkFunction("fit of the family", Object(family).fit, "that trains a classifier");
  const predicted = new Map<number, readonly number[]>();
  for (const [i, split] of splits.entries()) {
    const given: unknown = split;
    if (typeof given !== "object" || given === null) {
      throw new InputError(`splits[${i}]`, "an object with train, validation and test", given);
    }
    const training = classifiedTexts(data, split.train);
    const validation = classifiedTexts(data, split.validation);
    const { texts } = classifiedTexts(data, split.test);
    const classifier = await family.fit(training, validation, random.fork(i));
    const { predictProbabilities } = Object(classifier);
    checkFunction(`predictProbabilities of ${family.id}`, predictProbabilities, "of texts");
    const rows = await classifier.predictProbabilities(texts);
    checkArray(`probabilities of ${family.id}`, rows);
    classifier[Symbol.dispose]?.();
    if (rows.length !== texts.length) {
      throw new InputError(`probabilities of ${family.id}`, `${texts.length} rows`, rows.length);
    }
    for (const [at, index] of split.test.entries()) {
      if (predicted.has(index)) throw new InputError("a text", "tested in one split only", index);
      predicted.set(index, rows[at] ?? []);
    }
  }
  const indices = [...predicted.keys()].sort((a, b) => a - b);
  return {
    indices,
    labels: classifiedTexts(data, indices).labels,
    probabilities: indices.map((i) => predicted.get(i) ?? []),
  };
}
