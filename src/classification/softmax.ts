/**
 * Turns logarithms of weights into probabilities.
 *
 * @param scores The logarithms, at least one of them finite.
 * @returns The probabilities, in proportion to exp(score).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softmax } from "./softmax.ts";
 *
 * assertEquals(softmax([1000, 1000, -Infinity]), [0.5, 0.5, 0]);
 * ```
 */
export function softmax(scores: ArrayLike<number>): number[] {
  let largest = -Infinity;
  for (let c = 0; c < scores.length; c++) largest = Math.max(largest, scores[c] ?? -Infinity);
  const weights = Array.from(scores, (score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
