import { checkTraining } from "./check_training.ts";
import type { ClassifiedTexts, TextClassifier } from "./classifier.ts";

/**
 * Trains the classifier that ignores the text: the probability of each class is its share of the
 * training texts, so that the predicted class is the most common one.
 *
 * @param training The texts to train with.
 * @returns The classifier.
 * @throws {InputError} If the texts cannot train a classifier.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { majorityClassifier } from "./majority.ts";
 *
 * const training = { texts: ["a", "b", "c", "d"], labels: [1, 1, 0, 1], classes: 2 };
 * const classifier = majorityClassifier(training);
 * assertEquals(await classifier.predictProbabilities(["e"]), [[0.25, 0.75]]);
 * ```
 */
export function majorityClassifier(training: ClassifiedTexts): TextClassifier {
  checkTraining(training);
  const { labels, classes } = training;
  const shares = Array.from(
    { length: classes },
    (_, c) => labels.filter((label) => label === c).length / labels.length,
  );
  return { predictProbabilities: (texts) => texts.map(() => [...shares]) };
}
