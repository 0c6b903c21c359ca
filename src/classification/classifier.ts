import type { Random } from "../core/random.ts";
import type { Probabilities } from "./predictions.ts";

/** Texts with their classes. */
export interface ClassifiedTexts {
  /** The texts. */
  readonly texts: readonly string[];
  /** The class of each text, from 0. */
  readonly labels: readonly number[];
  /** The number of classes, at least 2. */
  readonly classes: number;
}

/** A classifier that was trained, or needs no training. */
export interface TextClassifier {
  /**
   * Predicts the classes of texts.
   *
   * @param texts The texts.
   * @returns The probabilities [text, class]; each row has the sum 1.
   */
  predictProbabilities(texts: readonly string[]): Probabilities | Promise<Probabilities>;
  /** Frees what the classifier has allocated, such as tensors. */
  [Symbol.dispose]?(): void;
}

/** A way to train classifiers: a baseline or a network with its hyperparameters. */
export interface ClassifierFamily {
  /** The name in files: `"naive-bayes"`. */
  readonly id: string;
  /** The name in prose. */
  readonly title: string;
  /**
   * Trains a classifier.
   *
   * @param training The texts to train with.
   * @param validation Other texts, to end the training and to choose hyperparameters; may have no
   * texts if the family needs none.
   * @param random The source of random numbers, such as weights.
   * @returns The classifier.
   */
  fit(
    training: ClassifiedTexts,
    validation: ClassifiedTexts,
    random: Random,
  ): TextClassifier | Promise<TextClassifier>;
}
