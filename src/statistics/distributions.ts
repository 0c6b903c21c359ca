import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { incompleteBeta } from "./incomplete_beta.ts";
import { probit } from "simple-statistics";

// No package is used for these: quantiles of jstat 1.9.6 have errors of up to 28 % (beta) and 3e-8
// (t), and @stdlib, which is as exact as this code, installs 230 packages.

/**
 * The largest number of degrees of freedom. Up to this number, the relative error is below 1e-9.
 */
const MOST_FREEDOM = 1e7;

/** The largest number of trials, and the largest sum of the parameters of a beta distribution. */
const LARGEST = 1e9;

/**
 * Computes the upper tail of Student's t distribution, with a relative error of 1e-11 (1e-9 for
 * 10^7 degrees of freedom), even in the far tail.
 *
 * @param t A number, finite or infinite.
 * @param freedom The degrees of freedom, above 0 and at most 10^7.
 * @returns P(T > t); 0 if t^2 is beyond float64.
 * @throws {InputError} If `t` is not a number or the degrees of freedom are out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { studentTail } from "./distributions.ts";
 *
 * assert(Math.abs(studentTail(1, 1) - 0.25) < 1e-15); // Cauchy: 1/2 - atan(1) / pi
 * ```
 */
export function studentTail(t: number, freedom: number): number {
  checkFreedom(freedom);
  if (typeof t !== "number" || Number.isNaN(t)) throw new InputError("t", "a number", t);
  // The fractions x and y stay within float64 even if t^2 does not.
  const square = t / freedom * t;
  const x = square === Infinity ? freedom / t / t : 1 / (1 + square);
  const y = square === Infinity ? 1 : square / (1 + square);
  const { below } = incompleteBeta(freedom / 2, 0.5, x, y);
  return t > 0 ? below / 2 : 1 - below / 2;
}

/**
 * Computes the cumulative distribution function of Student's t distribution.
 *
 * @param t A number, finite or infinite.
 * @param freedom The degrees of freedom, above 0 and at most 10^7.
 * @returns P(T <= t)
 * @throws {InputError} If `t` is not a number or the degrees of freedom are out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { studentCdf } from "./distributions.ts";
 *
 * assert(Math.abs(studentCdf(1, 1) - 0.75) < 1e-15);
 * ```
 */
export function studentCdf(t: number, freedom: number): number {
  return studentTail(-t, freedom);
}

/**
 * Computes a quantile of Student's t distribution, as exact as {@link studentTail}.
 *
 * @param fraction A probability in (0, 1).
 * @param freedom The degrees of freedom, above 0 and at most 10^7.
 * @returns The number t with P(T <= t) = `fraction`.
 * @throws {InputError} If `fraction` or the degrees of freedom are out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { studentQuantile } from "./distributions.ts";
 *
 * assert(Math.abs(studentQuantile(0.975, 9) - 2.2621571628) < 1e-9);
 * ```
 */
export function studentQuantile(fraction: number, freedom: number): number {
  checkFraction(fraction);
  return fraction < 0.5
    ? -studentTailQuantile(fraction, freedom)
    : studentTailQuantile(1 - fraction, freedom);
}

/**
 * Computes the inverse of {@link studentTail}: the quantile of 1 - `probability`, exact even if
 * `probability` is small.
 *
 * @param probability A probability in (0, 0.5].
 * @param freedom The degrees of freedom, above 0 and at most 10^7.
 * @returns The number t >= 0 with P(T > t) = `probability`.
 * @throws {InputError} If `probability` or the degrees of freedom are out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { studentTailQuantile } from "./distributions.ts";
 *
 * assert(Math.abs(studentTailQuantile(0.025, 9) - 2.2621571628) < 1e-9);
 * ```
 */
export function studentTailQuantile(probability: number, freedom: number): number {
  checkFreedom(freedom);
  const wanted = "a number above 0 and at most 0.5";
  checkNumber("probability", probability, wanted, (value) => value > 0 && value <= 0.5);
  if (probability === 0.5) return 0;
  return firstFloat(Number.MAX_VALUE, (t) => studentTail(t, freedom) <= probability);
}

/**
 * Computes a quantile of the beta distribution, with a relative error of 1e-11 (1e-9 for parameters
 * of 10^8).
 *
 * @param fraction A probability in (0, 1).
 * @param a The first parameter, above 0.
 * @param b The second parameter, above 0; a + b is at most 10^9.
 * @returns The number x, from 0 to 1, with P(X <= x) = `fraction`.
 * @throws {InputError} If an argument is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { betaQuantile } from "./distributions.ts";
 *
 * assert(Math.abs(betaQuantile(0.09, 2, 1) - 0.3) < 1e-15); // I_x(2, 1) = x^2
 * ```
 */
export function betaQuantile(fraction: number, a: number, b: number): number {
  checkBeta(fraction, a, b);
  return firstFloat(1, (x) => incompleteBeta(a, b, x).below >= fraction);
}

/**
 * Computes a quantile of the beta distribution from its upper tail: the quantile of 1 -
 * `probability`, exact even if `probability` is small.
 *
 * @param probability A probability in (0, 1).
 * @param a The first parameter, above 0.
 * @param b The second parameter, above 0; a + b is at most 10^9.
 * @returns The number x, from 0 to 1, with P(X > x) = `probability`.
 * @throws {InputError} If an argument is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { betaTailQuantile } from "./distributions.ts";
 *
 * assert(Math.abs(betaTailQuantile(0.91, 2, 1) - 0.3) < 1e-15);
 * ```
 */
export function betaTailQuantile(probability: number, a: number, b: number): number {
  checkBeta(probability, a, b);
  return firstFloat(1, (x) => incompleteBeta(a, b, x).above <= probability);
}

/**
 * Computes the cumulative distribution function of the binomial distribution by the incomplete beta
 * function (DLMF, 8.17.5). This extends the distribution to numbers of trials and successes that
 * are not integers, such as effective sample sizes.
 *
 * @param k The number of successes, from 0 to n.
 * @param n The number of trials, at most 10^9.
 * @param p The probability of a success.
 * @returns P(X <= k), with a relative error of 1e-11 (1e-9 for 10^8 trials) even if it is small.
 * @throws {InputError} If an argument is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { binomialCdf } from "./distributions.ts";
 *
 * assert(Math.abs(binomialCdf(1, 10, 0.5) - 11 / 1024) < 1e-15);
 * ```
 */
export function binomialCdf(k: number, n: number, p: number): number {
  checkBinomial(k, n, p);
  return k === n ? 1 : incompleteBeta(k + 1, n - k, p).above;
}

/**
 * Computes the upper tail of the binomial distribution, including `k`.
 *
 * @param k The number of successes, from 0 to n.
 * @param n The number of trials, at most 10^9.
 * @param p The probability of a success.
 * @returns P(X >= k), with a relative error of 1e-11 (1e-9 for 10^8 trials) even if it is small.
 * @throws {InputError} If an argument is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { binomialTail } from "./distributions.ts";
 *
 * assert(Math.abs(binomialTail(9, 10, 0.5) - 11 / 1024) < 1e-15);
 * ```
 */
export function binomialTail(k: number, n: number, p: number): number {
  checkBinomial(k, n, p);
  return k === 0 ? 1 : incompleteBeta(k, n - k + 1, p).below;
}

function checkBeta(fraction: number, a: number, b: number): void {
  checkFraction(fraction);
  const range = `a number above 0 with a sum of at most ${LARGEST}`;
  checkNumber("a", a, range, (value) => value > 0 && value + b <= LARGEST);
  checkNumber("b", b, range, (value) => value > 0 && value + a <= LARGEST);
}

function checkBinomial(k: number, n: number, p: number): void {
  checkNumber(
    "n",
    n,
    `a number above 0, at most ${LARGEST}`,
    (value) => value > 0 && value <= LARGEST,
  );
  checkNumber("k", k, `a number from 0 to ${n}`, (value) => value >= 0 && value <= n);
  checkNumber("p", p, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
}

function checkFraction(fraction: number): void {
  const wanted = "a number above 0 and below 1";
  checkNumber("fraction", fraction, wanted, (value) => value > 0 && value < 1);
}

function checkFreedom(freedom: number): void {
  const wanted = `a number above 0, at most ${MOST_FREEDOM}`;
  checkNumber("degrees of freedom", freedom, wanted, (value) => value > 0 && value <= MOST_FREEDOM);
}

/** The bits of a float64 as an integer; positive floats and their integers have the same order. */
const bits = new BigInt64Array(1);
const float = new Float64Array(bits.buffer);

/**
 * Returns the smallest float64 from 0 to `last` that passes a test. All larger numbers must pass,
 * too. Bisection of the bits takes 63 steps at any scale.
 */
function firstFloat(last: number, passes: (value: number) => boolean): number {
  let low = 0n;
  float[0] = last;
  let high = bits[0] ?? 0n;
  while (low < high) {
    const middle = (low + high) / 2n;
    bits[0] = middle;
    if (passes(float[0] ?? NaN)) high = middle;
    else low = middle + 1n;
  }
  bits[0] = high;
  return float[0] ?? NaN;
}

/**
 * Computes the cumulative distribution function of the standard normal distribution, with an
 * absolute error of 1e-15.
 *
 * Source: Marsaglia (2004), "Evaluating the normal distribution", Journal of Statistical Software
 * 11(4), doi:10.18637/jss.v011.i04.
 *
 * @param z A number, finite or infinite.
 * @returns P(Z <= z)
 * @throws {InputError} If `z` is NaN.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalCdf } from "./distributions.ts";
 *
 * assert(Math.abs(normalCdf(1.96) - 0.9750021048517795) < 1e-15);
 * ```
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new InputError("z", "a number", z);
  // Beyond 9 the result is 0 or 1 to 1e-18, and the series needs more and more terms.
  if (z < -9) return 0;
  if (z > 9) return 1;
  let term = z;
  let sum = z;
  for (let i = 3, before = 0; sum !== before; i += 2) {
    before = sum;
    term *= z * z / i;
    sum += term;
  }
  // In the tails the rounding of the sum can exceed what is left to 0 or 1.
  return Math.min(1, Math.max(0, 0.5 + sum * density(z)));
}

/** The fraction below which {@link normalCdf} has too few digits for an inversion. */
const TAIL = 1e-6;

/**
 * Computes a quantile of the standard normal distribution, the inverse of {@link normalCdf}, with
 * an error of 1e-9. Newton's method starts from `probit` of simple-statistics, whose error is up to
 * 0.014. In the tails it inverts the logarithm of the probability.
 *
 * @param fraction A probability in (0, 1).
 * @returns The number z with P(Z <= z) = `fraction`.
 * @throws {InputError} If `fraction` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalQuantile } from "./distributions.ts";
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
  // Newton's method converges quadratically: four steps reach the rounding error.
  for (let step = 0; step < 4; step++) z -= (normalCdf(z) - fraction) / density(z);
  return z;
}

/** The number z with P(Z > z) = `probability`, for a probability below {@link TAIL}. */
function tailQuantile(probability: number): number {
  const wanted = Math.log(probability);
  let z = Math.sqrt(-2 * wanted);
  // ln P(Z > z) is nearly a parabola, for which Newton's method converges at once.
  for (let step = 0; step < 6; step++) {
    const ratio = millsRatio(z);
    const found = Math.log(ratio / Math.sqrt(2 * Math.PI)) - z * z / 2;
    z += (found - wanted) * ratio;
  }
  return z;
}

/**
 * Computes the probability that a standard normal variable is above a number, with a relative error
 * of 1e-10: also far in the tail, where 1 - {@link normalCdf} has no digits left.
 *
 * @param z A number, finite or infinite.
 * @returns P(Z > z)
 * @throws {InputError} If `z` is NaN.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalTail } from "./distributions.ts";
 *
 * // SciPy: norm.sf(10)
 * assert(Math.abs(normalTail(10) / 7.61985302416052e-24 - 1) < 1e-10);
 * ```
 */
export function normalTail(z: number): number {
  return z > 4 ? millsRatio(z) * density(z) : normalCdf(-z);
}

/** P(Z > z) divided by the density at z, for z above 4, by Laplace's continued fraction. */
function millsRatio(z: number): number {
  let tail = z;
  for (let k = 80; k >= 1; k--) tail = z + k / tail;
  return 1 / tail;
}

function density(z: number): number {
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}
