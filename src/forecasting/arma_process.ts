import { LuDecomposition, Matrix } from "ml-matrix";

/**
 * A stationary process x[t] = ar[0] x[t-1] + ar[1] x[t-2] + ... + e[t] + ma[0] e[t-1] + ..., with
 * errors of variance 1.
 */
export interface ArmaProcess {
  /** The autoregressive coefficients, by lag from 1. */
  readonly ar: Float64Array;
  /** The moving average coefficients, by lag from 1. */
  readonly ma: Float64Array;
}

/**
 * Multiplies two lag polynomials 1 + a[0] B + a[1] B^2 + ..., of which the second is in powers of
 * B^step.
 *
 * @param a The coefficients of the first, from lag 1.
 * @param b The coefficients of the second, from lag `step`.
 * @param step The lag of a power of the second.
 * @returns The coefficients of the product, from lag 1.
 */
export function lagProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  step: number,
): Float64Array<ArrayBuffer> {
  const product = new Float64Array(a.length + step * b.length);
  for (let i = 0; i <= a.length; i++) {
    const left = i === 0 ? 1 : a[i - 1] ?? NaN;
    for (let j = i === 0 ? 1 : 0; j <= b.length; j++) {
      const index = i + step * j - 1;
      product[index] = (product[index] ?? NaN) + left * (j === 0 ? 1 : b[j - 1] ?? NaN);
    }
  }
  return product;
}

/**
 * Maps any numbers to coefficients of a stationary autoregression.
 *
 * Source: Monahan (1984), doi:10.1093/biomet/71.2.403, as in statsmodels: partial autocorrelations
 * x / sqrt(1 + x^2), and Durbin's recursion.
 *
 * @param x The numbers.
 * @returns The coefficients.
 */
export function stationaryCoefficients(x: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const coefficients = new Float64Array(x.length);
  for (let k = 0; k < x.length; k++) {
    const value = x[k] ?? NaN;
    // A factor below 1 keeps equations solvable for any number.
    const partial = (1 - 1e-6) * value / Math.sqrt(1 + value * value);
    const before = coefficients.slice(0, k);
    for (let i = 0; i < k; i++) {
      coefficients[i] = (before[i] ?? NaN) - partial * (before[k - 1 - i] ?? NaN);
    }
    coefficients[k] = partial;
  }
  return coefficients;
}

/**
 * Whether all roots of a lag polynomial 1 - c[0] B - c[1] B^2 - ... are outside a circle around 0.
 * With radius 1, this is whether the autoregression is stationary.
 *
 * @param coefficients The coefficients c, by lag from 1.
 * @param radius The radius of the circle.
 * @returns `true` if they are. The test is Durbin's recursion backwards: all partial
 * autocorrelations must be in (-1, 1).
 */
export function rootsBeyond(coefficients: readonly number[], radius: number): boolean {
  let current = coefficients.map((value, i) => value * radius ** (i + 1));
  while (current.length > 0) {
    const partial = current.at(-1) ?? NaN;
    if (!(Math.abs(partial) < 1)) return false;
    const before = current.slice(0, -1);
    current = before.map((value, i) => {
      return (value + partial * (before.at(-1 - i) ?? NaN)) / (1 - partial * partial);
    });
  }
  return true;
}

/**
 * Computes the weights psi of past errors: x[t] = e[t] + psi[0] e[t-1] + psi[1] e[t-2] + ...
 *
 * @param process The process; its autoregression may also be one that is not stationary.
 * @param count The number of weights.
 * @returns The weights, by lag from 1.
 */
export function errorWeights({ ar, ma }: ArmaProcess, count: number): Float64Array<ArrayBuffer> {
  const weights = new Float64Array(count);
  for (let lag = 1; lag <= count; lag++) {
    let weight = ma[lag - 1] ?? 0;
    for (let i = 1; i <= Math.min(lag, ar.length); i++) {
      weight += (ar[i - 1] ?? NaN) * (i === lag ? 1 : weights[lag - i - 1] ?? NaN);
    }
    weights[lag - 1] = weight;
  }
  return weights;
}

/**
 * Computes autocovariances by the Yule-Walker equations (Brockwell & Davis, 1991, section 3.3,
 * second method).
 *
 * @param process The process.
 * @param most The largest lag.
 * @returns The autocovariances at the lags 0 to `most`; `NaN` if the process is so close to one that
 * is not stationary that the equations are singular.
 */
export function autocovariances(process: ArmaProcess, most: number): Float64Array<ArrayBuffer> {
  const { ar, ma } = process;
  const [p, q] = [ar.length, ma.length];
  const right = covariancesWithMovingAverage(process);
  const gamma = new Float64Array(Math.max(most, p) + 1);
  if (p > 0) {
    const matrix = Matrix.eye(p + 1);
    for (let lag = 0; lag <= p; lag++) {
      for (let i = 1; i <= p; i++) {
        const column = Math.abs(lag - i);
        matrix.set(lag, column, matrix.get(lag, column) - (ar[i - 1] ?? NaN));
      }
    }
    const wanted = Array.from({ length: p + 1 }, (_, lag) => right[lag] ?? 0);
    const decomposition = new LuDecomposition(matrix);
    if (decomposition.isSingular()) return gamma.fill(NaN);
    gamma.set(decomposition.solve(Matrix.columnVector(wanted)).to1DArray());
  } else gamma[0] = right[0] ?? NaN;
  for (let lag = p + 1; lag <= most; lag++) {
    let value = lag <= q ? right[lag] ?? NaN : 0;
    for (let i = 1; i <= p; i++) value += (ar[i - 1] ?? NaN) * (gamma[lag - i] ?? NaN);
    gamma[lag] = value;
  }
  return gamma;
}

/** The covariances of the moving average part at t with x[t - lag], for the lags 0 to q. */
export function covariancesWithMovingAverage(process: ArmaProcess): Float64Array<ArrayBuffer> {
  const { ma } = process;
  const q = ma.length;
  const weights = errorWeights(process, q);
  const covariances = new Float64Array(q + 1);
  for (let lag = 0; lag <= q; lag++) {
    let total = 0;
    for (let k = lag; k <= q; k++) {
      const coefficient = k === 0 ? 1 : ma[k - 1] ?? NaN;
      if (coefficient !== 0) total += coefficient * (k === lag ? 1 : weights[k - lag - 1] ?? NaN);
    }
    covariances[lag] = total;
  }
  return covariances;
}
