import { checkFlags } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import { checkTraining } from "./check_training.ts";
import type { ClassifiedTexts, TextClassifier } from "./classifier.ts";
import { fitLogisticRegression, predictLogistic } from "./logistic_regression.ts";
import {
  forEntries,
  mapEntries,
  sharedTerms,
  type SparseMatrix,
  type TermColumns,
} from "./terms.ts";

/** Options of {@link tfidfClassifier}. */
export interface TfidfOptions {
  /** Whether pairs of neighbouring words are terms, too; `true` by default. */
  readonly pairs?: boolean;
  /**
   * The terms of the training texts, if several classifiers share them; they decide about pairs. By
   * default the classifier makes its own.
   */
  readonly terms?: TermColumns;
  /** Whether a term that occurs k times counts 1 + log k instead of k; `true` by default. */
  readonly sublinear?: boolean;
  /** The weight of the losses against the L2 penalty, scikit-learn's `C`; 10 by default. */
  readonly c?: number;
}

const names: OptionNames<TfidfOptions> = {
  pairs: true,
  terms: true,
  sublinear: true,
  c: true,
};

/**
 * Trains a logistic regression on the words and word pairs of texts, weighted by tf-idf: the count of
 * a term times log((1 + texts) / (1 + texts with the term)) + 1; each text has the length 1. These are
 * the weights of `TfidfVectorizer` of scikit-learn, and the objective is that of its
 * `LogisticRegression`. A test compares both.
 *
 * @param training The texts to train with.
 * @param options The terms and the penalty.
 * @returns The classifier.
 * @throws {InputError} If the texts cannot train a classifier, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { tfidfClassifier } from "./tfidf_classifier.ts";
 *
 * const training = { texts: ["good", "bad", "good film", "bad film"], labels: [1, 0, 1, 0], classes: 2 };
 * const classifier = tfidfClassifier(training);
 * const [row] = await classifier.predictProbabilities(["a good one"]);
 * assert((row?.[1] ?? 0) > 0.8);
 * ```
 */
export function tfidfClassifier(
  training: ClassifiedTexts,
  options: TfidfOptions = {},
): TextClassifier {
  checkOptions("tfidfClassifier", options, names);
  checkTraining(training);
  const { pairs, terms, sublinear = true, c = 10 } = options;
  checkFlags({ sublinear, ...(pairs === undefined ? {} : { pairs }) });
  checkNumber("c", c, "a finite number above 0", (value) => value > 0 && value < Infinity);
  const columns = sharedTerms(terms, training.texts, pairs);
  const counts = columns.count(training.texts);
  const idf = inverseFrequencies(counts, training.texts.length);
  const rows = tfidf(counts, idf, sublinear);
  const model = fitLogisticRegression(rows, training.labels, training.classes, { c });
  return {
    predictProbabilities: (texts) =>
      predictLogistic(model, tfidf(columns.count(texts), idf, sublinear)),
  };
}

/**
 * Computes the inverse document frequency of each term, log((1 + n) / (1 + texts with it)) + 1.
 *
 * @param counts The counts [text, term].
 * @param texts The number n of texts.
 * @returns The frequencies by term.
 */
export function inverseFrequencies(counts: SparseMatrix, texts: number): Float64Array {
  const having = new Float64Array(counts.columns);
  for (const column of counts.indices) having[column] = (having[column] ?? 0) + 1;
  return having.map((count) => Math.log((1 + texts) / (1 + count)) + 1);
}

/**
 * Weights counts by inverse document frequencies and gives each row the length 1. A row without terms
 * stays 0.
 *
 * @param counts The counts [text, term].
 * @param idf The inverse frequencies by term.
 * @param sublinear Whether a count k is replaced by 1 + log k.
 * @returns The weights [text, term].
 */
export function tfidf(counts: SparseMatrix, idf: Float64Array, sublinear: boolean): SparseMatrix {
  const weighted = mapEntries(counts, (count, column) => {
    return (sublinear ? 1 + Math.log(count) : count) * (idf[column] ?? 0);
  });
  const { starts, values } = weighted;
  for (let row = 0; row + 1 < starts.length; row++) {
    let squares = 0;
    forEntries(weighted, row, (_, value) => squares += value * value);
    const length = Math.sqrt(squares);
    for (let e = starts[row] ?? 0; e < (starts[row + 1] ?? 0); e++) {
      values[e] = (values[e] ?? 0) / length;
    }
  }
  return weighted;
}
