import { probit } from "simple-statistics";
import { InputError } from "../core/errors.ts";

/**
 * The standard normal distribution function, to 1e-15 absolute: Marsaglia (2004), Evaluating the
 * Normal Distribution, Journal of Statistical Software 11(4).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalCdf } from "./normal.ts";
 *
 * assert(Math.abs(normalCdf(1.96) - 0.9750021048517795) < 1e-15);
 * ```
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new InputError("z", "a number", z);
  // Beyond 9 deviations the answer is 0 or 1 to 1e-18, and the series would take ever more terms.
  if (z < -9) return 0;
  if (z > 9) return 1;
  let term = z;
  let sum = z;
  for (let i = 3, before = 0; sum !== before; i += 2) {
    before = sum;
    term *= z * z / i;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/** Below this fraction, {@link normalCdf} has too few digits left to be inverted. */
const TAIL = 1e-6;

/**
 * The standard normal quantile, the inverse of {@link normalCdf}, to 1e-9: Newton's method from
 * simple-statistics' `probit`, which alone is off by up to 0.014; in the tails on the logarithm.
 *
 * @param fraction Above 0 and below 1.
 * @returns The number of which this fraction of normal numbers is below.
 * @throws {InputError} If the fraction is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalQuantile } from "./normal.ts";
 *
 * assert(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-12);
 * ```
 */
export function normalQuantile(fraction: number): number {
  if (!(fraction > 0 && fraction < 1)) {
    throw new InputError("fraction", "a number above 0 and below 1", fraction);
  }
  if (fraction < TAIL) return -tailQuantile(fraction);
  if (fraction > 1 - TAIL) return tailQuantile(1 - fraction);
  let z = probit(fraction);
  // Each step about squares the error of the start, times z: four reach rounding.
  for (let step = 0; step < 4; step++) z -= (normalCdf(z) - fraction) / density(z);
  return z;
}

/** The number that is exceeded with a probability below {@link TAIL}. */
function tailQuantile(probability: number): number {
  const wanted = Math.log(probability);
  let z = Math.sqrt(-2 * wanted);
  // ln P(Z > z) is nearly a parabola, on which Newton's method gains digits at once.
  for (let step = 0; step < 6; step++) {
    const ratio = millsRatio(z);
    const found = Math.log(ratio / Math.sqrt(2 * Math.PI)) - z * z / 2;
    z += (found - wanted) * ratio;
  }
  return z;
}

/** P(Z > z) over the density at z, for z above 4, by Laplace's continued fraction. */
function millsRatio(z: number): number {
  let tail = z;
  for (let k = 80; k >= 1; k--) tail = z + k / tail;
  return 1 / tail;
}

function density(z: number): number {
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}
