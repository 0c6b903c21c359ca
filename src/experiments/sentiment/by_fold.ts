import { meanAccuracy, meanOf, type Outcome } from "./outcomes.ts";
import type { Texts } from "./texts.ts";

/** How values by fold are recorded. */
export interface ByFold {
  readonly labels: readonly string[];
  /** The size of a test set divided by the size of the training set: folds share training texts. */
  readonly overlap: number;
}

/**
 * Returns the labels of the folds, and the overlap of their training sets.
 *
 * @param texts The texts and their divisions.
 * @returns The labels, and the number of tested texts over that of the labelled ones, mean over folds.
 */
export function byFold({ folds }: Texts): ByFold {
  return {
    labels: folds.map((_, fold) => `fold ${fold + 1}`),
    overlap: meanOf(folds.map(({ train, validation, test }) => {
      return test.length / (train.length + validation.length);
    })),
  };
}

/**
 * Computes a measure of the predictions for the tested texts of each fold.
 *
 * @param texts The texts and their divisions.
 * @param outcome The predictions for all tested texts.
 * @param measure The measure of labels and probabilities [seed, text, class]; by default the
 * accuracy, mean over seeds.
 * @returns The measure by fold.
 */
export function foldValues(
  { folds }: Texts,
  outcome: Outcome,
  measure: (
    labels: readonly number[],
    probabilities: Outcome["probabilities"],
  ) => number = meanAccuracy,
): number[] {
  const place = new Map(outcome.indices.map((text, at) => [text, at]));
  return folds.map(({ test }) => {
    const at = test.flatMap((text) => place.get(text) ?? []);
    return measure(
      at.map((i) => outcome.labels[i] ?? NaN),
      outcome.probabilities.map((run) => at.map((i) => run[i] ?? [])),
    );
  });
}

/** Subtracts numbers pair by pair. */
export function minus(first: readonly number[], second: readonly number[]): number[] {
  return first.map((value, i) => value - (second[i] ?? NaN));
}
