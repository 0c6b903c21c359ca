import { type ArmaProcess, autocovariances, covariancesWithMovingAverage } from "./arma_process.ts";

/** The change of coefficients below which the innovations algorithm has converged. */
const CONVERGED = 1e-13;

/** What the best linear forecasts one step ahead of a series are made of. */
export interface Innovations {
  /** The errors of the forecasts one step ahead [step]. */
  readonly errors: Float64Array;
  /** The sum of the squares of the errors, each divided by its variance relative to that of e. */
  readonly squares: number;
  /** The sum of the logarithms of these relative variances. */
  readonly logarithms: number;
  /**
   * The coefficient of the error `lag` steps before step `n` in the forecast of that step, for the
   * steps from the end of the series on.
   */
  readonly coefficient: (n: number, lag: number) => number;
  /** The variance of the error of step `n` relative to that of e, from the end of the series on. */
  readonly variance: (n: number) => number;
}

/**
 * Computes the best linear forecasts one step ahead by the innovations algorithm, which gives the
 * exact Gaussian likelihood. Its recursion is over the moving average only, so that a step costs a
 * product of q^2 and not of the size of a state. It stops once its coefficients have converged.
 *
 * Source: Brockwell & Davis (1991), Time Series: Theory and Methods, 2nd edition, sections 5.3 and
 * 8.7, doi:10.1007/978-1-4419-0320-4; Ansley (1979), doi:10.1093/biomet/66.1.59.
 *
 * @param process The process.
 * @param values The series, with mean 0 [step].
 * @param ahead The number of steps after the series for which coefficients are needed.
 * @returns The errors and the coefficients.
 */
export function innovations(
  process: ArmaProcess,
  values: Float64Array,
  ahead = 0,
): Innovations {
  const { ar, ma } = process;
  const [p, q] = [ar.length, ma.length];
  const n = values.length;
  const first = Math.max(p, q); // From this step on, the series is filtered by its autoregression.
  const errors = new Float64Array(n);
  const theta = new CoefficientRows(process, q, first);
  let squares = 0;
  let logarithms = 0;
  for (let t = 0; t < n; t++) {
    const variance = theta.next();
    let forecast = 0;
    const row = theta.row(t);
    if (t < first) {
      for (let lag = 1; lag <= t; lag++) forecast += (row[lag] ?? NaN) * (errors[t - lag] ?? NaN);
    } else {
      for (let i = 1; i <= p; i++) forecast += (ar[i - 1] ?? NaN) * (values[t - i] ?? NaN);
      for (let lag = 1; lag <= q; lag++) forecast += (row[lag] ?? NaN) * (errors[t - lag] ?? NaN);
    }
    const error = (values[t] ?? NaN) - forecast;
    errors[t] = error;
    squares += error * error / variance;
    logarithms += Math.log(variance);
  }
  const variances = new Map<number, number>();
  const rows = new Map<number, Float64Array>();
  for (let t = n; t < n + ahead; t++) {
    variances.set(t, theta.next());
    rows.set(t, theta.row(t).slice());
  }
  return {
    errors,
    squares,
    logarithms,
    coefficient: (step, lag) => lag > Math.max(q, first) ? 0 : rows.get(step)?.[lag] ?? 0,
    variance: (step) => variances.get(step) ?? NaN,
  };
}

/** The rows of coefficients of the innovations algorithm, of which only the last ones are kept. */
class CoefficientRows {
  readonly #covariance: Float64Array;
  readonly #crossed: Float64Array;
  readonly #filtered: Float64Array;
  readonly #q: number;
  readonly #first: number;
  readonly #kept: number;
  readonly #rows: Float64Array[];
  readonly #variances: Float64Array;
  #step = 0;
  #converged = false;

  constructor(process: ArmaProcess, q: number, first: number) {
    this.#q = q;
    this.#first = first;
    this.#covariance = autocovariances(process, first);
    this.#crossed = covariancesWithMovingAverage(process);
    this.#filtered = movingAverageCovariances(process.ma);
    this.#kept = Math.max(q, first) + 1;
    this.#rows = Array.from({ length: this.#kept }, () => new Float64Array(this.#kept + 1));
    this.#variances = new Float64Array(this.#kept);
  }

  /** The coefficients of step `t` by lag, of the steps that are kept. */
  row(t: number): Float64Array {
    const last = this.#converged ? this.#step - 1 : t;
    return this.#rows[last % this.#kept] ?? new Float64Array(0);
  }

  /** Computes the coefficients of the next step and returns its relative variance. */
  next(): number {
    const [kept, first, q] = [this.#kept, this.#first, this.#q];
    const [rows, variances] = [this.#rows, this.#variances];
    if (this.#converged) return this.#variances[(this.#step - 1) % kept] ?? NaN;
    const t = this.#step++;
    const row = rows[t % kept] ?? new Float64Array(0);
    const before = rows[(t + kept - 1) % kept] ?? row;
    // Steps of the unfiltered beginning correlate with one another at any lag.
    const oldest = t < first ? 0 : Math.max(0, t - q);
    let variance = this.#between(t, 0);
    let change = 0;
    for (let k = oldest; k < t; k++) {
      const earlier = rows[k % kept] ?? row;
      let value = this.#between(t, t - k);
      const from = k < first ? oldest : Math.max(oldest, k - q);
      for (let j = from, at = from % kept; j < k; j++) {
        value -= (earlier[k - j] ?? NaN) * (row[t - j] ?? NaN) * (variances[at] ?? NaN);
        at = at + 1 === kept ? 0 : at + 1;
      }
      const divided = value / (variances[k % kept] ?? NaN);
      row[t - k] = divided;
      change = Math.max(change, Math.abs(divided - (before[t - k] ?? NaN)));
      variance -= divided * value;
    }
    variances[t % kept] = variance;
    this.#converged = t > first + q + 1 && change < CONVERGED;
    return variance;
  }

  /** The covariance of the transformed series between step `t` and `lag` steps before it. */
  #between(t: number, lag: number): number {
    if (t < this.#first) return this.#covariance[lag] ?? NaN;
    if (t - lag < this.#first) return this.#crossed[lag] ?? 0;
    return this.#filtered[lag] ?? 0;
  }
}

/** The autocovariances of a moving average at the lags 0 to q. */
function movingAverageCovariances(ma: Float64Array): Float64Array {
  const whole = Float64Array.of(1, ...ma);
  return whole.map((_, lag) => {
    let total = 0;
    for (let i = lag; i < whole.length; i++) total += (whole[i] ?? NaN) * (whole[i - lag] ?? NaN);
    return total;
  });
}
