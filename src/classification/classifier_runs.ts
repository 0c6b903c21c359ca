import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkPredictions, type Probabilities } from "./predictions.ts";

/** The predictions of one model, trained with one or more seeds. */
export interface ClassifierRuns {
  /** The class of each item. */
  readonly labels: ArrayLike<number>;
  /** The predicted probabilities [seed, item, class], each of a model that did not train with it. */
  readonly probabilities: readonly Probabilities[];
}

/**
 * Throws unless labels and the predicted probabilities of all seeds go together.
 *
 * @param runs The labels and the predictions.
 * @returns The number of classes.
 * @throws {InputError} If there are no seeds, or labels and probabilities do not go together.
 */
export function checkRuns(runs: ClassifierRuns): number {
  checkOptions("the runs", runs, { labels: true, probabilities: true }, "field");
  const { labels, probabilities } = runs;
  checkArray("probabilities", probabilities, "an array [seed, item, class]");
  const counts = new Set(probabilities.map((run) => checkPredictions(labels, run)));
  const [count] = counts;
  if (count === undefined) throw new InputError("probabilities", "of at least one seed", 0);
  if (counts.size === 1) return count;
  throw new InputError("probabilities", "of as many classes for each seed", [...counts]);
}
