import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";

/** Points of the integral, by their distance from the mean in standard deviations. */
const STEP = 0.25;
const POINTS = Array.from({ length: 65 }, (_, i) => (i - 32) * STEP);
const WEIGHTS = POINTS.map((z) => STEP * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI));

/**
 * E[ln sigmoid(z)] for a normal z: the logarithm of the share of a cell value that a forget gate keeps
 * in a step, as a mean over its pre-activations. Because ln sigmoid is concave, it is at most
 * ln sigmoid(mean) (Jensen), by about sigmoid'(mean) deviation^2 / 2.
 *
 * Computed by the trapezoidal rule at 65 points from -8 to 8 standard deviations, which for a
 * deviation of up to 3 is exact to 1e-9.
 *
 * Source: mean-field theory of random networks, e.g. Poole et al. (2016).
 *
 * @param mean The mean of the pre-activation: the bias.
 * @param deviation Its standard deviation, at least 0.
 * @returns At most 0.
 * @throws {InputError} If the mean is not finite or the deviation is not a finite number of at least 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { meanLogSigmoid } from "./gate_theory.ts";
 *
 * const factor = Math.exp(meanLogSigmoid(1, 0.5));
 * assert(factor > 0.7 && factor < 1 / (1 + Math.exp(-1)));
 * ```
 */
export function meanLogSigmoid(mean: number, deviation: number): number {
  if (!Number.isFinite(mean)) throw new InputError("mean", "a finite number", mean);
  const wanted = "a finite number of at least 0";
  checkNumber("deviation", deviation, wanted, (value) => value >= 0 && value < Infinity);
  return POINTS.reduce((sum, point, i) => {
    return sum + (WEIGHTS[i] ?? NaN) * logSigmoid(mean + deviation * point);
  }, 0);
}

/** ln sigmoid(x) without overflow. */
function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}
