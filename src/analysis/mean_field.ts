import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";

/** Options for {@link meanField}: the two variances on which the theory depends. */
export interface MeanFieldOptions {
  /**
   * The variance of the recurrent weights, sigma_w^2 = N Var(W_hh) for N by N independent entries,
   * from 0 to 10000.
   */
  readonly recurrentVariance: number;
  /** The variance sigma_x^2 that inputs and bias add to a pre-activation, from 0 to 10000. */
  readonly inputVariance: number;
}

/** The predictions of the theory for a wide tanh network. */
export interface MeanField {
  /** The stationary variance of the pre-activations. */
  readonly variance: number;
  /** The factor by which the norm of a gradient changes for each step back. */
  readonly factor: number;
}

const names: OptionNames<MeanFieldOptions> = { recurrentVariance: true, inputVariance: true };

/**
 * Computes the predictions of mean-field theory for h_t = tanh(W_hh h_(t-1) + W_ih x_t + b) with
 * independent random weights, in the limit of many units and inputs.
 *
 * Pre-activations are normal with variance q, the fixed point of q = sigma_w^2 E[tanh(z)^2] +
 * sigma_x^2 with z ~ N(0, q). For each step back the squared norm of a gradient is multiplied by
 * chi = sigma_w^2 E[tanh'(z)^2], and the norm by sqrt(chi). If this factor is below 1, gradients
 * vanish; if it is above 1, they explode. The theory assumes that the weights of different steps
 * are independent, although a network has the same weights at every step.
 *
 * Source: Poole et al. (2016), arXiv:1606.05340, equation 3; Schoenholz et al. (2017),
 * arXiv:1611.01232, equation 9; for recurrent networks Chen, Pennington & Schoenholz (2018),
 * arXiv:1806.05394.
 *
 * @param options The two variances.
 * @returns The stationary variance of the pre-activations, and the factor. If the states converge
 * to 0 (sigma_x^2 = 0 and sigma_w^2 <= 1), the variance is 0 and the factor is sigma_w.
 * @throws {InputError} If a variance is not a number from 0 to 10000, or an option is unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { meanField } from "./mean_field.ts";
 *
 * // Glorot's weights with 20 units and 10 inputs of variance 1.
 * const { factor } = meanField({ recurrentVariance: 1, inputVariance: 2 / 3 });
 * assert(Math.abs(factor - 0.672) < 0.0005);
 * ```
 */
export function meanField(options: MeanFieldOptions): MeanField {
  checkOptions("meanField", options, names);
  const { recurrentVariance, inputVariance } = options;
  for (const [name, variance] of Object.entries({ recurrentVariance, inputVariance })) {
    const wanted = `a number from 0 to ${LARGEST}`;
    checkNumber(name, variance, wanted, (value) => value >= 0 && value <= LARGEST);
  }
  const variance = fixedPoint(recurrentVariance, inputVariance);
  const slope = normalMean((z) => (1 - Math.tanh(z) ** 2) ** 2, variance);
  return { variance, factor: Math.sqrt(recurrentVariance * slope) };
}

/**
 * The fixed point of the variance. It is the only one above 0, since E[tanh(z)^2] is concave in the
 * variance.
 */
function fixedPoint(recurrentVariance: number, inputVariance: number): number {
  if (inputVariance === 0 && recurrentVariance <= 1) return 0;
  const next = (variance: number) =>
    recurrentVariance * normalMean((z) => Math.tanh(z) ** 2, variance) + inputVariance;
  // tanh^2 is between 0 and 1, so the fixed point is between these bounds.
  let low = Math.max(inputVariance, Number.MIN_VALUE);
  let high = recurrentVariance + inputVariance;
  while (true) {
    // The bisection is of the logarithm, since the fixed point can be close to 0 if there is no
    // input.
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (middle <= low || middle >= high) return middle;
    if (next(middle) > middle) low = middle;
    else high = middle;
  }
}

/** The largest variance for which the points of the integral are dense enough. */
const LARGEST = 10_000;

/** The end of the integral in standard deviations, where the normal density is below 1e-31. */
const REACH = 12;

/** The number of points on each side of 0 for a standard deviation of up to 10. */
const POINTS = 600;

/**
 * Computes E[f(z)] for z ~ N(0, variance).
 *
 * The method is the trapezoidal rule, whose error falls exponentially with the number of points for
 * such functions (Trefethen & Weideman, 2014, doi:10.1137/130932132). If f has a pole near the real
 * line, as tanh has at i pi / 2, this error falls faster than that of Gauss-Hermite quadrature.
 */
function normalMean(f: (z: number) => number, variance: number): number {
  const deviation = Math.sqrt(variance);
  const points = Math.ceil(POINTS * Math.max(1, deviation / 10));
  let sum = 0;
  let total = 0;
  for (let i = -points; i <= points; i++) {
    const u = i * REACH / points;
    const weight = Math.exp(-u * u / 2);
    sum += weight * f(deviation * u);
    total += weight;
  }
  return sum / total;
}
