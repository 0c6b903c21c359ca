import { InputError } from "../core/errors.ts";
import { innovations } from "./arma_innovations.ts";
import { likelihoodTerms } from "./arma_likelihood.ts";
import { type ArmaProcess, lagProduct, stationaryCoefficients } from "./arma_process.ts";
import { minimize } from "./minimize.ts";
import type { NormalForecasts } from "./normal_forecasts.ts";

/** The orders of a SARIMA model. */
export interface SarimaOrder {
  /** The autoregressive order, the number of differences and the moving average order. */
  readonly order: readonly [p: number, d: number, q: number];
  /** The same of the season; by default all 0. */
  readonly seasonalOrder?: readonly [p: number, d: number, q: number];
  /** Whether the differenced series has a mean other than 0; by default it has not. */
  readonly constant?: boolean;
}

/** Parameters of a SARIMA model, with the signs of statsmodels. */
export interface SarimaParameters {
  /** phi, by lag from 1. */
  readonly ar: readonly number[];
  /** theta, by lag from 1. */
  readonly ma: readonly number[];
  /** The seasonal phi, by season from 1. */
  readonly seasonalAr: readonly number[];
  /** The seasonal theta, by season from 1. */
  readonly seasonalMa: readonly number[];
  /** The mean of the differenced series. */
  readonly mean: number;
}

/** A SARIMA model with its parameters and what it finds in a series. */
export interface SarimaEstimate {
  /** The parameters. */
  readonly parameters: SarimaParameters;
  /** The variance of the errors. */
  readonly variance: number;
  /** The logarithm of the likelihood of the differenced series. */
  readonly logLikelihood: number;
  /** The errors one step ahead of the differenced series [step]. */
  readonly errors: Float64Array;
  /** Computes the forecasts after the series. */
  readonly forecasts: (horizon: number) => NormalForecasts;
}

/** Orders, all of them given. */
export type CompleteOrder = Required<SarimaOrder>;

/**
 * Checks orders.
 *
 * @param order The orders.
 * @param season The number of steps of a season.
 * @returns The orders with their defaults.
 * @throws {InputError} If an order is not an integer of 0 or more, or a seasonal order is above 0
 * without a season.
 */
export function completeOrder(order: SarimaOrder, season: number): CompleteOrder {
  const { order: plain, seasonalOrder = [0, 0, 0], constant = false } = order;
  for (const [name, orders] of Object.entries({ order: plain, seasonalOrder })) {
    const right = Array.isArray(orders) && orders.length === 3 &&
      orders.every((value) => Number.isSafeInteger(value) && value >= 0);
    if (!right) throw new InputError(name, "three integers of 0 or more", orders);
  }
  if (season === 1 && seasonalOrder.some((value) => value > 0)) {
    throw new InputError("seasonalOrder", "[0, 0, 0] for a series without season", seasonalOrder);
  }
  return { order: plain, seasonalOrder, constant };
}

/**
 * The number of values that differences cost.
 *
 * @param order The orders.
 * @param season The number of steps of a season.
 * @returns The number.
 */
export function lostValues({ order, seasonalOrder }: CompleteOrder, season: number): number {
  return order[1] + season * seasonalOrder[1];
}

/**
 * Counts the parameters of a model, with the variance.
 *
 * @param order The orders.
 * @returns The number.
 */
export function sarimaParameterCount({ order, seasonalOrder, constant }: CompleteOrder): number {
  return order[0] + order[2] + seasonalOrder[0] + seasonalOrder[2] + (constant ? 1 : 0) + 1;
}

/** The coefficients of (1 - B)^d (1 - B^season)^D, from lag 1. */
function differencePolynomial({ order, seasonalOrder }: CompleteOrder, season: number) {
  let polynomial: Float64Array = new Float64Array(0);
  for (let i = 0; i < order[1]; i++) polynomial = lagProduct(polynomial, [-1], 1);
  for (let i = 0; i < seasonalOrder[1]; i++) polynomial = lagProduct(polynomial, [-1], season);
  return polynomial;
}

/**
 * Estimates a model by maximum likelihood. The likelihood is the exact one of the differenced
 * series, as with `simple_differencing` of statsmodels; the variance of the errors has a closed form
 * given the other parameters.
 *
 * Source: Brockwell & Davis (1991), section 8.7, doi:10.1007/978-1-4419-0320-4.
 *
 * @param order The orders.
 * @param values The series [step].
 * @param season The number of steps of a season.
 * @param searches The number of searches for the maximum, from different starts.
 * @returns The estimate.
 */
export function estimateSarima(
  order: CompleteOrder,
  values: Float64Array,
  season: number,
  searches: number,
): SarimaEstimate {
  const { order: [p, , q], seasonalOrder: [seasonalP, , seasonalQ], constant } = order;
  const differenced = differences(values, differencePolynomial(order, season));
  const n = differenced.length;
  const center = differenced.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(differenced.reduce((sum, x) => sum + (x - center) ** 2, 0) / n) || 1;
  const named = (x: Float64Array): SarimaParameters => {
    let from = 0;
    const part = (count: number) => stationaryCoefficients(x.subarray(from, from += count));
    return {
      ar: [...part(p)],
      ma: Array.from(part(q), (value) => -value),
      seasonalAr: [...part(seasonalP)],
      seasonalMa: Array.from(part(seasonalQ), (value) => -value),
      mean: constant ? center + spread * (x[from] ?? NaN) : 0,
    };
  };
  const floor = varianceFloor(values);
  const deviance = (x: Float64Array) => {
    const parameters = named(x);
    const centered = differenced.map((value) => value - parameters.mean);
    const { squares, logarithms } = likelihoodTerms(processOf(parameters, season), centered);
    const value = n * Math.log(Math.max(squares / n, floor)) + logarithms;
    return Number.isNaN(value) ? Infinity : value;
  };
  const points = STARTS.flatMap((plain) =>
    STARTS.map((seasonal) => {
      const x = Float64Array.of(
        ...Array<number>(p).fill(plain[0]),
        ...Array<number>(q).fill(plain[1]),
        ...Array<number>(seasonalP).fill(seasonal[0]),
        ...Array<number>(seasonalQ).fill(seasonal[1]),
        ...constant ? [0] : [],
      );
      return { x, value: deviance(x) };
    })
  ).sort((a, b) => a.value - b.value);
  // Equal points differ only in coefficients that the model does not have.
  const starts = points.filter(({ value }, i) => value !== points[i - 1]?.value);
  const { x } = starts.slice(0, searches).map((start) => minimize(deviance, start.x))
    .reduce((a, b) => b.value < a.value ? b : a);
  return evaluateSarima(order, values, season, named(x));
}

/**
 * Starts of searches: arguments of {@link stationaryCoefficients} for the autoregression and the
 * moving average. The likelihood can have several maxima.
 */
const STARTS: readonly (readonly [ar: number, ma: number])[] = [
  [0.1, 0.1],
  [0.1, 0.5],
  [1, 0.5],
  [-0.5, -0.5],
];
/** The rounding of the values, squared: a series without errors has no smaller variance. */
function varianceFloor(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max((1e-14 * largest) ** 2, Number.MIN_VALUE);
}

/**
 * Filters a series by a model with known parameters.
 *
 * @param order The orders.
 * @param values The series [step].
 * @param season The number of steps of a season.
 * @param parameters The parameters.
 * @param known The variance of the errors; by default its estimate from this series.
 * @returns The likelihood, the errors and the forecasts.
 */
export function evaluateSarima(
  order: CompleteOrder,
  values: Float64Array,
  season: number,
  parameters: SarimaParameters,
  known?: number,
): SarimaEstimate {
  const polynomial = differencePolynomial(order, season);
  const process = processOf(parameters, season);
  const centered = differences(values, polynomial).map((value) => value - parameters.mean);
  const n = centered.length;
  const { squares, logarithms, errors } = innovations(process, centered);
  const variance = known ?? Math.max(squares / n, varianceFloor(values));
  const terms = n * Math.log(2 * Math.PI * variance) + logarithms + squares / variance;
  return {
    parameters,
    variance,
    logLikelihood: -terms / 2,
    errors,
    forecasts(horizon) {
      const found = forecastProcess(process, centered, horizon);
      const changes = found.mean.map((value) => value + parameters.mean);
      return {
        mean: integrated(values, polynomial, changes),
        deviation: found.variances(polynomial).map((value) => Math.sqrt(variance * value)),
      };
    },
  };
}

/** The process of the differenced series: both seasonal polynomials are multiplied out. */
function processOf(parameters: SarimaParameters, season: number): ArmaProcess {
  const negative = (values: readonly number[]) => values.map((value) => -value);
  const ar = lagProduct(negative(parameters.ar), negative(parameters.seasonalAr), season);
  return {
    ar: ar.map((value) => -value),
    ma: lagProduct(parameters.ma, parameters.seasonalMa, season),
  };
}

/** The series filtered by 1 + polynomial. */
function differences(values: Float64Array, polynomial: Float64Array): Float64Array {
  const lost = polynomial.length;
  return values.slice(lost).map((value, t) => {
    return polynomial.reduce(
      (sum, weight, i) => sum + weight * (values[lost + t - i - 1] ?? NaN),
      value,
    );
  });
}

/** Undoes differences: continues a series whose differences continue with `changes`. */
function integrated(values: Float64Array, polynomial: Float64Array, changes: Float64Array) {
  const n = values.length;
  const whole = new Float64Array(n + changes.length);
  whole.set(values);
  for (const [h, change] of changes.entries()) {
    whole[n + h] = polynomial.reduce(
      (sum, weight, i) => sum - weight * (whole[n + h - i - 1] ?? NaN),
      change,
    );
  }
  return whole.slice(n);
}

/** The forecasts of a process, and the relative variances of the forecasts of its integral. */
function forecastProcess(process: ArmaProcess, values: Float64Array, horizon: number) {
  const { ar, ma } = process;
  const n = values.length;
  const { errors, coefficient, variance } = innovations(process, values, horizon);
  const whole = new Float64Array(n + horizon);
  whole.set(values);
  for (let t = n; t < n + horizon; t++) {
    let value = 0;
    for (let i = 1; i <= ar.length; i++) value += (ar[i - 1] ?? NaN) * (whole[t - i] ?? NaN);
    for (let lag = t - n + 1; lag <= ma.length; lag++) {
      value += coefficient(t, lag) * (errors[t - lag] ?? NaN);
    }
    whole[t] = value;
  }
  const variances = (polynomial: Float64Array) => {
    const full = lagProduct(ar.map((value) => -value), polynomial, 1);
    // The weight of the error of each later step [step] in each forecast error.
    const weights: Float64Array[] = [];
    return Float64Array.from({ length: horizon }, (_, h) => {
      const row = new Float64Array(h + 1);
      row[h] = 1;
      for (let lag = 1; lag <= Math.min(h, ma.length); lag++) {
        row[h - lag] = coefficient(n + h, lag);
      }
      for (let i = 1; i <= Math.min(h, full.length); i++) {
        const weight = full[i - 1] ?? NaN;
        const earlier = weights[h - i] ?? row;
        if (weight === 0) continue;
        for (let k = 0; k < earlier.length; k++) {
          row[k] = (row[k] ?? NaN) - weight * (earlier[k] ?? NaN);
        }
      }
      weights.push(row);
      return row.reduce((sum, weight, k) => sum + weight * weight * variance(n + k), 0);
    });
  };
  return { mean: whole.slice(n), variances };
}
