import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { afinnLexicon, opinionLexicon } from "../data/text/lexicons.ts";
import type { ClassifierFamily, TextClassifier } from "./classifier.ts";
import { lexiconClassifier } from "./lexicon_classifier.ts";
import { majorityClassifier } from "./majority.ts";
import { naiveBayesClassifier } from "./naive_bayes.ts";
import { logLoss } from "./probability_scores.ts";
import { tfidfClassifier } from "./tfidf_classifier.ts";

/** Baselines for any classes: what a classifier of texts must beat. */
export const trainedBaselines: readonly ClassifierFamily[] = [
  {
    id: "majority",
    title: "majority",
    fit: (training) => majorityClassifier(training),
  },
  {
    id: "naive-bayes-words",
    title: "naive Bayes, words",
    fit: (training) => naiveBayesClassifier(training, { pairs: false, binary: false }),
  },
  {
    id: "naive-bayes-pairs",
    title: "naive Bayes, words and pairs",
    fit: (training) => naiveBayesClassifier(training),
  },
  {
    id: "logistic-tfidf-pairs",
    title: "logistic regression, tf-idf of words and pairs",
    fit: (training) => tfidfClassifier(training),
  },
];

/**
 * Returns baselines for class 0 negative and class 1 positive that need no training: two lexicons,
 * each with and without negation.
 *
 * @returns The families.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lexiconBaselines } from "./baselines.ts";
 *
 * assertEquals((await lexiconBaselines()).map(({ id }) => id), [
 *   "opinion-lexicon",
 *   "opinion-lexicon-negation",
 *   "afinn-111",
 *   "afinn-111-negation",
 * ]);
 * ```
 */
export async function lexiconBaselines(): Promise<ClassifierFamily[]> {
  const lexicons = [await opinionLexicon(), await afinnLexicon()];
  return lexicons.flatMap((lexicon) => [
    {
      id: lexicon.id,
      title: lexicon.title,
      fit: () => lexiconClassifier(lexicon, { negation: 0 }),
    },
    {
      id: `${lexicon.id}-negation`,
      title: `${lexicon.title}, negation turns`,
      fit: () => lexiconClassifier(lexicon, { negation: 3 }),
    },
  ]);
}

/**
 * Makes a family that trains each of some families and keeps the classifier with the lowest log loss
 * on the validation texts; of equal ones, the first. The number of families is the budget of the
 * search, which should be the same for all models that are compared.
 *
 * @param id The name in files.
 * @param title The name in prose.
 * @param candidates The families, for example one with several values of a hyperparameter.
 * @returns The family. Its `fit` throws an {@link InputError} if there are no validation texts.
 * @throws {InputError} If there are no candidates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { chosenByValidation } from "./baselines.ts";
 * import { naiveBayesClassifier } from "./naive_bayes.ts";
 *
 * const family = chosenByValidation("bayes", "naive Bayes", [0.1, 1].map((alpha) => ({
 *   id: `bayes-${alpha}`,
 *   title: `naive Bayes, alpha ${alpha}`,
 *   fit: (training) => naiveBayesClassifier(training, { alpha }),
 * })));
 * const training = { texts: ["good", "bad"], labels: [1, 0], classes: 2 };
 * const classifier = await family.fit(training, training, new Random(1));
 * const [row] = await classifier.predictProbabilities(["good"]);
 * assertEquals((row?.[1] ?? 0) > 0.9, true); // alpha is 0.1.
 * ```
 */
export function chosenByValidation(
  id: string,
  title: string,
  candidates: readonly ClassifierFamily[],
): ClassifierFamily {
  checkArray("candidates", candidates);
  if (candidates.length === 0) {
    throw new InputError("candidates", "at least one family", candidates);
  }
  return {
    id,
    title,
    async fit(training, validation, random) {
      if (validation.texts.length === 0) {
        throw new InputError("validation", "some texts to choose by", 0);
      }
      let best: { classifier: TextClassifier; loss: number } | undefined;
      for (const candidate of candidates) {
        const source = random.fork(candidate.id);
        const classifier = await candidate.fit(training, validation, source);
        const probabilities = await classifier.predictProbabilities(validation.texts);
        const loss = logLoss(validation.labels, probabilities);
        const isBest = best === undefined || loss < best.loss;
        (isBest ? best?.classifier : classifier)?.[Symbol.dispose]?.();
        if (isBest) best = { classifier, loss };
      }
      if (best === undefined) throw new InputError("candidates", "at least one family", 0);
      return best.classifier;
    },
  };
}
