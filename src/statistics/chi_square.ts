import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { normalTail } from "./distributions.ts";

/**
 * Computes the probability that a chi-square variable is above a number.
 *
 * The number of degrees of freedom is an integer, so the probability is a finite sum of positive
 * terms (Abramowitz & Stegun, 1964, 26.4.4 and 26.4.5).
 *
 * @param x The number, at least 0.
 * @param freedom The degrees of freedom.
 * @returns The probability.
 * @throws {InputError} If `x` is negative or not a number, or `freedom` is not a positive integer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { chiSquareTail } from "./chi_square.ts";
 *
 * assert(Math.abs(chiSquareTail(3, 2) - Math.exp(-1.5)) < 1e-15);
 * ```
 */
export function chiSquareTail(x: number, freedom: number): number {
  positiveInteger("freedom", freedom);
  checkNumber("x", x, "a number of at least 0", (value) => value >= 0);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const half = x / 2;
  const isOdd = freedom % 2 === 1;
  // The terms are half^j e^-half / Gamma(j + 1) for j = 0, 1, ... or 1/2, 3/2, ... Logarithms prevent
  // that e^-half underflows before the powers have grown.
  let j = isOdd ? 0.5 : 0;
  let logarithm = isOdd ? Math.log(2 * Math.sqrt(half / Math.PI)) - half : -half;
  let sum = isOdd ? 2 * normalTail(Math.sqrt(x)) : 0;
  for (; j < freedom / 2; j++) {
    sum += Math.exp(logarithm);
    logarithm += Math.log(half / (j + 1));
  }
  return Math.min(1, sum);
}
