import { checkPredictions, checkWeights, type Probabilities } from "./predictions.ts";

/**
 * Computes the mean of -log p, with p the predicted probability of the true class, in nats. As in
 * scikit-learn, p counts at least as the float64 rounding 2.2e-16, so that the loss is finite.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param weights How often each item counts; once by default.
 * @returns The loss, at least 0; `NaN` if all weights are 0.
 * @throws {InputError} If labels, probabilities and weights do not go together.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { logLoss } from "./probability_scores.ts";
 *
 * assertAlmostEquals(logLoss([0, 1], [[0.5, 0.5], [0.5, 0.5]]), Math.log(2));
 * ```
 */
export function logLoss(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  weights?: ArrayLike<number>,
): number {
  checkPredictions(labels, probabilities);
  return weightedMean(itemLogLosses(labels, probabilities), checkWeights(weights, labels.length));
}

/**
 * Computes the Brier score (1950): the mean squared distance between the predicted probabilities and
 * the truth, which is 1 for the true class and 0 for the others. For two classes it is the squared
 * distance of the probability of class 1; for more it is the sum over the classes. `brier_score_loss`
 * of scikit-learn has the same scale.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param weights How often each item counts; once by default.
 * @returns The score: 0 is perfect; the worst is 1 for two classes, 2 for more. `NaN` if all weights
 * are 0.
 * @throws {InputError} If labels, probabilities and weights do not go together.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { brierScore } from "./probability_scores.ts";
 *
 * assertAlmostEquals(brierScore([0, 1], [[0.9, 0.1], [0.3, 0.7]]), (0.01 + 0.09) / 2);
 * ```
 */
export function brierScore(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  weights?: ArrayLike<number>,
): number {
  checkPredictions(labels, probabilities);
  return weightedMean(itemBrierScores(labels, probabilities), checkWeights(weights, labels.length));
}

/**
 * Computes the log loss of each item, from checked input.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @returns The losses in nats.
 */
export function itemLogLosses(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
): Float64Array {
  return Float64Array.from(probabilities, (row, i) => {
    const p = row[labels[i] ?? 0] ?? NaN;
    return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)));
  });
}

/**
 * Computes the Brier score of each item, from checked input.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @returns The scores.
 */
export function itemBrierScores(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
): Float64Array {
  return Float64Array.from(probabilities, (row, i) => {
    const squares = row.reduce((sum, p, c) => sum + (p - (labels[i] === c ? 1 : 0)) ** 2, 0);
    return row.length === 2 ? squares / 2 : squares;
  });
}

/**
 * Computes a weighted mean.
 *
 * @param values The values.
 * @param weights Their weights.
 * @returns The mean; `NaN` if all weights are 0.
 */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i] ?? 0;
    sum += weight * (values[i] ?? NaN);
    total += weight;
  }
  return sum / total;
}
