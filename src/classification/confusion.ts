import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import {
  checkPredictions,
  checkWeights,
  predictedShares,
  type Probabilities,
} from "./predictions.ts";

/** Counts of items of the shape [true class, predicted class]. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts the items by true and by predicted class, the most probable one. If k classes are equally
 * probable, the item counts 1/k for each of them.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param weights How often each item counts; once by default.
 * @returns The counts [true class, predicted class].
 * @throws {InputError} If labels, probabilities and weights do not go together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionMatrix } from "./confusion.ts";
 *
 * const probabilities = [[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]];
 * assertEquals(confusionMatrix([0, 0, 1], probabilities), [[1, 1], [0.5, 0.5]]);
 * ```
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  weights?: ArrayLike<number>,
): number[][] {
  checkPredictions(labels, probabilities);
  const shares = predictedShares(probabilities);
  return confusionOf(labels, shares, checkWeights(weights, shares.length));
}

/**
 * Counts the items as {@link confusionMatrix} does, from checked input.
 *
 * @param labels The class of each item.
 * @param shares The shares of the predicted classes [item, class].
 * @param weights How often each item counts.
 * @returns The counts [true class, predicted class].
 */
export function confusionOf(
  labels: ArrayLike<number>,
  shares: Probabilities,
  weights: ArrayLike<number>,
): number[][] {
  const classes = shares[0]?.length ?? 0;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < shares.length; i++) {
    const weight = weights[i] ?? 0;
    const row = counts[labels[i] ?? 0];
    const share = shares[i];
    if (weight === 0 || row === undefined || share === undefined) continue;
    for (let c = 0; c < classes; c++) row[c] = (row[c] ?? 0) + weight * (share[c] ?? 0);
  }
  return counts;
}

/**
 * Computes the share of items whose predicted class is right.
 *
 * @param confusion The counts [true class, predicted class].
 * @returns The accuracy, from 0 to 1; `NaN` if there are no items.
 * @throws {InputError} If `confusion` is not square.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { accuracy } from "./confusion.ts";
 *
 * assertEquals(accuracy([[40, 10], [5, 45]]), 0.85);
 * ```
 */
export function accuracy(confusion: ConfusionMatrix): number {
  checkSquare(confusion);
  return right(confusion) / total(confusion);
}

/**
 * Computes the mean of the recalls of the classes. A classifier that always gives the same class has
 * 1 / classes. Classes without items are left out.
 *
 * Source: Brodersen, Ong, Stephan & Buhmann (2010), doi:10.1109/ICPR.2010.764.
 *
 * @param confusion The counts [true class, predicted class].
 * @returns The balanced accuracy, from 0 to 1; `NaN` if there are no items.
 * @throws {InputError} If `confusion` is not square.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { balancedAccuracy } from "./confusion.ts";
 *
 * assertEquals(balancedAccuracy([[90, 0], [10, 0]]), 0.5);
 * ```
 */
export function balancedAccuracy(confusion: ConfusionMatrix): number {
  const present = classScores(confusion).filter(({ support }) => support > 0);
  return present.reduce((sum, { recall }) => sum + recall, 0) / present.length;
}

/** Scores of one class against all others. */
export interface ClassScores {
  /** The share of the items predicted as this class that are of this class; 0 without such predictions. */
  readonly precision: number;
  /** The share of the items of this class that are predicted as it; 0 if the class has no items. */
  readonly recall: number;
  /** The harmonic mean of precision and recall; 0 if both are 0. */
  readonly f1: number;
  /** The number of items of this class. */
  readonly support: number;
}

/**
 * Computes precision, recall and F1 of each class. A share of no items is 0, as in scikit-learn.
 *
 * @param confusion The counts [true class, predicted class].
 * @returns The scores by class.
 * @throws {InputError} If `confusion` is not square.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { classScores } from "./confusion.ts";
 *
 * const [, positive] = classScores([[40, 10], [20, 30]]);
 * assertEquals([positive?.precision, positive?.recall, positive?.support], [0.75, 0.6, 50]);
 * ```
 */
export function classScores(confusion: ConfusionMatrix): ClassScores[] {
  checkSquare(confusion);
  return confusion.map((row, c) => {
    const hits = row[c] ?? 0;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + (other[c] ?? 0), 0);
    return {
      precision: share(hits, predicted),
      recall: share(hits, support),
      f1: share(2 * hits, support + predicted),
      support,
    };
  });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function total(confusion: ConfusionMatrix): number {
  return confusion.reduce((sum, row) => row.reduce((inner, count) => inner + count, sum), 0);
}

function right(confusion: ConfusionMatrix): number {
  return confusion.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
}

function checkSquare(confusion: ConfusionMatrix): void {
  checkArray("confusion", confusion, "an array of rows [true class, predicted class]");
  for (const row of confusion) {
    checkArray("a row of confusion", row);
    if (row.length === confusion.length) continue;
    throw new InputError("a row of confusion", `of ${confusion.length} counts`, row.length);
  }
}
