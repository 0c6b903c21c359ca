import { checkFlags } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import { checkTraining } from "./check_training.ts";
import type { ClassifiedTexts, TextClassifier } from "./classifier.ts";
import { softmax } from "./softmax.ts";
import {
  forEntries,
  mapEntries,
  sharedTerms,
  type SparseMatrix,
  type TermColumns,
} from "./terms.ts";

/** Options of {@link naiveBayesClassifier}. */
export interface NaiveBayesOptions {
  /** Whether pairs of neighbouring words are terms, too; `true` by default. */
  readonly pairs?: boolean;
  /**
   * The terms of the training texts, if several classifiers share them; they decide about pairs. By
   * default the classifier makes its own.
   */
  readonly terms?: TermColumns;
  /** Whether a term counts once in a text, however often it occurs; `true` by default. */
  readonly binary?: boolean;
  /** What is added to each count, above 0; 1 by default. */
  readonly alpha?: number;
}

const names: OptionNames<NaiveBayesOptions> = {
  pairs: true,
  terms: true,
  binary: true,
  alpha: true,
};

/**
 * Trains multinomial naive Bayes: the probability of a text in a class is the product of those of its
 * terms, which are smoothed shares, (count of the term in the class + alpha) / (count of all terms in
 * the class + alpha * number of terms). The prior probability of a class is its share of the training
 * texts. Terms that no training text has are ignored.
 *
 * Source: Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, section 13.2;
 * for `binary`, Wang & Manning (2012), Baselines and bigrams, section 2.1. A test compares it with
 * `MultinomialNB` of scikit-learn.
 *
 * @param training The texts to train with.
 * @param options The terms and the smoothing.
 * @returns The classifier.
 * @throws {InputError} If the texts cannot train a classifier, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { naiveBayesClassifier } from "./naive_bayes.ts";
 *
 * const training = { texts: ["good", "bad", "good film", "bad film"], labels: [1, 0, 1, 0], classes: 2 };
 * const classifier = naiveBayesClassifier(training, { pairs: false });
 * const [row] = await classifier.predictProbabilities(["a good one"]);
 * assertAlmostEquals(row?.[1] ?? NaN, 0.75); // (3/6 of the positive terms) against (1/6 of the negative).
 * ```
 */
export function naiveBayesClassifier(
  training: ClassifiedTexts,
  options: NaiveBayesOptions = {},
): TextClassifier {
  checkOptions("naiveBayesClassifier", options, names);
  checkTraining(training);
  const { pairs, terms, binary = true, alpha = 1 } = options;
  checkFlags({ binary, ...(pairs === undefined ? {} : { pairs }) });
  checkNumber("alpha", alpha, "a finite number above 0", (value) => value > 0 && value < Infinity);
  const columns = sharedTerms(terms, training.texts, pairs);
  const countsOf = (texts: readonly string[]): SparseMatrix => {
    const counts = columns.count(texts);
    return binary ? mapEntries(counts, () => 1) : counts;
  };
  const model = fitNaiveBayes(countsOf(training.texts), training.labels, training.classes, alpha);
  return {
    predictProbabilities(texts) {
      const counts = countsOf(texts);
      return texts.map((_, row) => {
        const scores = model.priors.slice();
        forEntries(counts, row, (column, count) => {
          for (const [c, logs] of model.terms.entries()) {
            scores[c] = (scores[c] ?? 0) + count * (logs[column] ?? 0);
          }
        });
        return softmax(scores);
      });
    },
  };
}

/** The logarithms of the probabilities of a multinomial naive Bayes model. */
export interface NaiveBayes {
  /** By class: log of the share of the texts; -Infinity for a class without texts. */
  readonly priors: number[];
  /** By class and term: log of the smoothed share. */
  readonly terms: readonly Float64Array[];
}

/**
 * Computes the probabilities of multinomial naive Bayes.
 *
 * @param counts The counts [text, term].
 * @param labels The class of each text.
 * @param classes The number of classes.
 * @param alpha What is added to each count.
 * @returns The model.
 */
export function fitNaiveBayes(
  counts: SparseMatrix,
  labels: readonly number[],
  classes: number,
  alpha: number,
): NaiveBayes {
  const texts = new Array<number>(classes).fill(0);
  const sums = texts.map(() => new Float64Array(counts.columns).fill(alpha));
  for (const [row, label] of labels.entries()) {
    texts[label] = (texts[label] ?? 0) + 1;
    const sum = sums[label];
    if (sum === undefined) continue;
    forEntries(counts, row, (column, count) => {
      sum[column] = (sum[column] ?? 0) + count;
    });
  }
  return {
    priors: texts.map((count) => Math.log(count / labels.length)),
    terms: sums.map((sum) => {
      const total = sum.reduce((all, count) => all + count, 0);
      return sum.map((count) => Math.log(count / total));
    }),
  };
}
