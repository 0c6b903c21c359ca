import { type ArmaProcess, autocovariances, errorWeights } from "./arma_process.ts";

/** The terms of the likelihood of a process. */
export interface LikelihoodTerms {
  /** The sum of the squares of the errors one step ahead, each divided by its relative variance. */
  readonly squares: number;
  /** The sum of the logarithms of these variances, which are relative to that of e. */
  readonly logarithms: number;
}

/**
 * Computes the terms of the exact Gaussian likelihood as `innovations` does, but with a number of
 * operations in each step that is proportional to the largest lag, and not to its square. A search
 * for parameters computes these terms many times; rounding grows along the series, so the results
 * of the search are computed by `innovations`.
 *
 * The Kalman filter needs the covariance of the state only through its change from step to step,
 * which has rank 1 if the first state has the stationary distribution.
 *
 * Source: Pearlman (1980), doi:10.1093/biomet/67.1.232; Morf, Sidhu & Kailath (1974),
 * doi:10.1109/TAC.1974.1100576.
 *
 * @param process The process.
 * @param values The series, with mean 0 [step].
 * @returns The terms.
 */
export function likelihoodTerms(process: ArmaProcess, values: Float64Array): LikelihoodTerms {
  const { ar, ma } = process;
  const size = Math.max(ar.length, ma.length + 1);
  const phi = new Float64Array(size);
  phi.set(ar);
  const covariances = autocovariances(process, ar.length);
  // The change of the covariance is factor * change * change'. gain is that of the filter, times
  // the variance of the forecast.
  const change = firstGain(process, covariances, size);
  const gain = change.slice();
  let variance = covariances[0] ?? NaN;
  let factor = -1 / variance;
  const state = new Float64Array(size);
  let squares = 0;
  let logarithms = 0;
  // Once the variance has been the same for as many steps as the state has lags, the filter has
  // converged, and only the state changes.
  let same = 0;
  for (const value of values) {
    const first = state[0] ?? NaN;
    const error = value - first;
    squares += error * error / variance;
    logarithms += Math.log(variance);
    const scaled = error / variance;
    if (same > size) {
      for (let i = 0; i < size; i++) {
        const later = i + 1 < size ? state[i + 1] ?? NaN : 0;
        state[i] = (phi[i] ?? NaN) * first + later + (gain[i] ?? NaN) * scaled;
      }
      continue;
    }
    const ahead = change[0] ?? NaN;
    const nextVariance = variance + factor * ahead * ahead;
    const weight = factor * ahead;
    const nextFactor = factor + factor * factor * ahead * ahead / variance;
    for (let i = 0; i < size; i++) {
      const coefficient = phi[i] ?? NaN;
      const old = gain[i] ?? NaN;
      const later = i + 1 < size ? state[i + 1] ?? NaN : 0;
      state[i] = coefficient * first + later + old * scaled;
      // The companion matrix times the change.
      const moved = coefficient * ahead + (i + 1 < size ? change[i + 1] ?? NaN : 0);
      const next = old + weight * moved;
      gain[i] = next;
      change[i] = moved - next / nextVariance * ahead;
    }
    same = nextVariance === variance ? same + 1 : 0;
    variance = nextVariance;
    factor = nextFactor;
  }
  return { squares, logarithms };
}

/** The covariances of the next state, without its new error, with the value of this step. */
function firstGain(
  process: ArmaProcess,
  covariances: Float64Array,
  size: number,
): Float64Array<ArrayBuffer> {
  const { ar, ma } = process;
  const weights = errorWeights(process, ma.length);
  return Float64Array.from({ length: size }, (_, i) => {
    let total = 0;
    for (let lag = i; lag < ar.length; lag++) {
      total += (ar[lag] ?? NaN) * (covariances[lag - i] ?? NaN);
    }
    for (let lag = i; lag < ma.length; lag++) {
      total += (ma[lag] ?? NaN) * (lag === i ? 1 : weights[lag - i - 1] ?? NaN);
    }
    return total;
  });
}
