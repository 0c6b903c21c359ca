import { checkArray, checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/** Predicted probabilities of the shape [item, class]. */
export type Probabilities = readonly (readonly number[])[];

/** How far the sum of the probabilities of an item may be from 1: the rounding of float32. */
const SLACK = 1e-4;

/**
 * Throws unless labels and predicted probabilities go together.
 *
 * @param labels The class of each item, an integer from 0.
 * @param probabilities The predicted probabilities [item, class].
 * @returns The number of classes.
 * @throws {InputError} If there are no items, the lists differ in length, a label is not a class, a
 * row has another number of classes or fewer than two, or a row is not a distribution.
 */
export function checkPredictions(labels: ArrayLike<number>, probabilities: Probabilities): number {
  checkList("labels", labels);
  checkArray("probabilities", probabilities, "an array of rows [item, class]");
  const items = probabilities.length;
  if (items === 0) throw new InputError("probabilities", "of at least one item", items);
  if (labels.length !== items) {
    throw new InputError("labels", `one of each of ${items} items`, labels.length);
  }
  const classes = probabilities[0]?.length ?? 0;
  for (const [i, row] of probabilities.entries()) {
    checkArray(`probabilities[${i}]`, row);
    if (row.length !== classes || classes < 2) {
      const wanted = classes < 2 ? "of at least two classes" : `of ${classes} classes`;
      throw new InputError(`probabilities[${i}]`, wanted, row);
    }
    let sum = 0;
    for (const value of row) sum += value >= 0 && value <= 1 + SLACK ? value : NaN;
    if (!(Math.abs(sum - 1) <= SLACK)) {
      throw new InputError(`probabilities[${i}]`, "from 0 to 1 with the sum 1", row);
    }
    const label = labels[i] ?? NaN;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new InputError(`labels[${i}]`, `a class from 0 to ${classes - 1}`, label);
    }
  }
  return classes;
}

/**
 * Throws unless there is a weight for each item.
 *
 * @param weights The weights; `undefined` if each item counts once.
 * @param items The number of items.
 * @returns The weights.
 * @throws {InputError} If there is another number of weights, or one is negative or not finite.
 */
export function checkWeights(
  weights: ArrayLike<number> | undefined,
  items: number,
): ArrayLike<number> {
  if (weights === undefined) return new Float64Array(items).fill(1);
  checkList("weights", weights);
  if (weights.length !== items) {
    throw new InputError("weights", `one of each of ${items} items`, weights.length);
  }
  for (let i = 0; i < items; i++) {
    const weight = weights[i] ?? NaN;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new InputError(`weights[${i}]`, "a finite number of at least 0", weight);
    }
  }
  return weights;
}

/**
 * Returns the predicted class of each item as shares of the classes: 1 for the most probable class.
 * If several classes have the largest probability, they have equal shares, so that an undecided
 * classifier is neither favoured nor punished by the order of the classes.
 *
 * @param probabilities The predicted probabilities [item, class].
 * @returns The shares [item, class].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { predictedShares } from "./predictions.ts";
 *
 * assertEquals(predictedShares([[0.2, 0.8], [0.5, 0.5]]), [[0, 1], [0.5, 0.5]]);
 * ```
 */
export function predictedShares(probabilities: Probabilities): number[][] {
  return probabilities.map((row) => {
    const largest = Math.max(...row);
    const count = row.filter((value) => value === largest).length;
    return row.map((value) => value === largest ? 1 / count : 0);
  });
}
