import { checkRandom } from "../core/arguments.ts";
import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";

/**
 * Draws a token by inverting the distribution: one number of the source for each token.
 *
 * @param probabilities By id. They need not add up to 1; what is 0 is never drawn.
 * @param random What the number is drawn from.
 * @returns The id of the token.
 * @throws {InputError} On a negative number or NaN, if nothing is above 0 or the sum is beyond
 *   float64, and on another source of random numbers than a Random.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { sampleToken } from "./sample_token.ts";
 *
 * assertEquals(sampleToken(new Float64Array([0, 1, 0]), new Random(1)), 1);
 * ```
 */
export function sampleToken(probabilities: Float64Array, random: Random): number {
  checkList("probabilities", probabilities);
  checkRandom("random", random);
  let total = 0;
  let last = -1;
  for (let i = 0; i < probabilities.length; i++) {
    const value = probabilities[i] ?? NaN;
    if (!(typeof value === "number" && value >= 0)) {
      throw new InputError(`probabilities[${i}]`, "at least 0", value);
    }
    if (value > 0) last = i;
    total += value;
  }
  if (!(total > 0 && total < Infinity)) {
    throw new InputError("probabilities", "of a finite sum above 0", total);
  }
  return drawToken(probabilities, total, last, random);
}

/**
 * Draws a token from weights that nobody needs to check.
 *
 * @param total Their sum.
 * @param last The last id whose weight is above 0: what is left where rounding leads beyond it.
 */
export function drawToken(
  weights: Float64Array,
  total: number,
  last: number,
  random: Random,
): number {
  const point = random.uniform() * total;
  let sum = 0;
  for (let i = 0; i < last; i++) {
    sum += weights[i] ?? 0;
    if (point < sum) return i;
  }
  return last;
}
