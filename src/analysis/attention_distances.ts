/**
 * Distances between distributions, such as attentions or outputs.
 *
 * @module
 */
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/** How far the sum of a distribution may be from 1: the rounding of float32. */
const SLACK = 1e-4;

/**
 * Throws unless a value is a distribution.
 *
 * @param name The name of the value, for the message.
 * @param values The value.
 * @throws {InputError} If it is not an array of at least one number from 0 to 1, or if the sum is
 * not 1.
 */
export function checkDistribution(name: string, values: readonly number[]): void {
  checkArray(name, values, "an array of numbers from 0 to 1 with the sum 1");
  let sum = 0;
  for (const [i, value] of values.entries()) {
    if (!(typeof value === "number" && value >= 0 && value <= 1 + SLACK)) {
      throw new InputError(`${name}[${i}]`, "a number from 0 to 1", value);
    }
    sum += value;
  }
  if (!(Math.abs(sum - 1) <= SLACK)) throw new InputError(name, "of the sum 1", values);
}

/** Throws unless two values are distributions over the same things. */
function checkBoth(p: readonly number[], q: readonly number[]): void {
  checkDistribution("p", p);
  checkDistribution("q", q);
  if (p.length === q.length) return;
  throw new InputError("q", `of ${p.length} numbers, as many as p`, q.length);
}

/**
 * Computes the total variation distance of two distributions, half the sum of the absolute
 * differences: the largest difference of the probabilities that they give to an event.
 *
 * @param p A distribution.
 * @param q Another distribution over the same things.
 * @returns The distance, from 0 for equal distributions to 1 for those that share nothing.
 * @throws {InputError} If `p` or `q` is not a distribution, or their lengths differ.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { totalVariation } from "./attention_distances.ts";
 *
 * assertAlmostEquals(totalVariation([0.7, 0.3], [0.4, 0.6]), 0.3);
 * ```
 */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  checkBoth(p, q);
  return Math.min(1, variation(p, q));
}

/**
 * Computes {@link totalVariation} without checks.
 *
 * @param p A distribution.
 * @param q Another one of the same length.
 * @returns The distance.
 */
export function variation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs((p[i] ?? NaN) - (q[i] ?? NaN));
  return sum / 2;
}

/**
 * Computes the Jensen-Shannon divergence of two distributions in nats: the mean of their
 * Kullback-Leibler divergences from their average.
 *
 * Source: Lin (1991), doi:10.1109/18.61115.
 *
 * @param p A distribution.
 * @param q Another distribution over the same things.
 * @returns The divergence, from 0 for equal distributions to ln 2 for those that share nothing.
 * @throws {InputError} If `p` or `q` is not a distribution, or their lengths differ.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { jensenShannon } from "./attention_distances.ts";
 *
 * assertAlmostEquals(jensenShannon([1, 0], [0, 1]), Math.LN2);
 * ```
 */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  checkBoth(p, q);
  return divergence(p, q);
}

/**
 * Computes {@link jensenShannon} without checks.
 *
 * @param p A distribution.
 * @param q Another one of the same length.
 * @returns The divergence in nats.
 */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += divergenceAt(p[i] ?? NaN, q[i] ?? NaN);
  // Rounding may move the sum slightly out of the range.
  return Math.min(Math.LN2, Math.max(0, sum));
}

/**
 * Computes the part of the Jensen-Shannon divergence that one thing contributes.
 *
 * @param p The probability in one distribution.
 * @param q The probability in the other one.
 * @returns The part in nats; the parts of all things have the divergence as their sum.
 */
export function divergenceAt(p: number, q: number): number {
  const both = p + q;
  // The limit of x ln x at 0 is 0.
  const first = p > 0 ? p * Math.log(2 * p / both) : 0;
  return (first + (q > 0 ? q * Math.log(2 * q / both) : 0)) / 2;
}

/**
 * Writes the probabilities of logits.
 *
 * @param logits The logits.
 * @param to Is overwritten with the probabilities, in proportion to exp(logit).
 */
export function softmaxOf(logits: ArrayLike<number>, to: Float64Array): void {
  let largest = -Infinity;
  for (let c = 0; c < logits.length; c++) largest = Math.max(largest, logits[c] ?? NaN);
  let total = 0;
  for (let c = 0; c < logits.length; c++) {
    const weight = Math.exp((logits[c] ?? NaN) - largest);
    to[c] = weight;
    total += weight;
  }
  for (let c = 0; c < logits.length; c++) to[c] = (to[c] ?? NaN) / total;
}
