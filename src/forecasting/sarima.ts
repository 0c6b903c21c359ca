import { positiveInteger } from "../core/shapes.ts";
import {
  type ExtendableForecaster,
  type ForecastFamily,
  type ForecastFitOptions,
  trainingValues,
} from "./forecaster.ts";
import { normalForecaster } from "./normal_forecasts.ts";
import {
  type CompleteOrder,
  completeOrder,
  estimateSarima,
  evaluateSarima,
  lostValues,
  type SarimaEstimate,
  type SarimaOrder,
  sarimaParameterCount,
  type SarimaParameters,
} from "./sarima_model.ts";

/** A SARIMA model after it was fitted. */
export interface FittedSarima extends Required<ExtendableForecaster> {
  /** The orders. */
  readonly order: Required<SarimaOrder>;
  /** The parameters with the largest likelihood. */
  readonly parameters: SarimaParameters;
  /** The errors one step ahead of the differenced series [step]. */
  readonly errors: Float64Array;
  /** The variance of the errors. */
  readonly variance: number;
  /** The logarithm of the likelihood of the differenced series. */
  readonly logLikelihood: number;
  /** Akaike's information criterion with the correction for short series; less is better. */
  readonly aicc: number;
}

/** A family of SARIMA models. */
export interface SarimaFamily extends ForecastFamily {
  /**
   * Fits the model, or all models of a search.
   *
   * @param training The training window [step], without missing values.
   * @param options The length of the season.
   * @returns The fitted model.
   * @throws {InputError} If the window is too short, or has a value that is missing or infinite.
   */
  fit(training: ArrayLike<number>, options: ForecastFitOptions): FittedSarima;
}

/**
 * Makes the family of a SARIMA model (p, d, q)(P, D, Q) with known orders, estimated by the exact
 * likelihood of the differenced series. Missing values are not permitted. The distribution is
 * normal; it leaves out that the parameters are estimates.
 *
 * Source: Box & Jenkins; Brockwell & Davis (1991), Time Series: Theory and Methods, 2nd edition,
 * chapters 8 and 9, doi:10.1007/978-1-4419-0320-4. `SARIMAX` of statsmodels with
 * `simple_differencing` has the same likelihood.
 *
 * @param orders The orders; the airline model is `{ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }`.
 * @returns The family.
 * @throws {InputError} If an order is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { sarima } from "./sarima.ts";
 *
 * const quarters = Array.from({ length: 40 }, (_, t) => 20 + t + [3, -1, -4, 2][t % 4] + t % 3);
 * const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });
 * const fitted = airline.fit(quarters, { season: 4 });
 * const [low, high] = fitted.quantiles(1, [0.05, 0.95])[0];
 * assert(low < 64 && 64 < high); // 20 + 40 + 3 + 1
 * ```
 */
export function sarima(orders: SarimaOrder): SarimaFamily {
  const { order, seasonalOrder, constant } = completeOrder(orders, 2);
  const seasonal = seasonalOrder.some((value) => value > 0);
  const name = `(${order})${seasonal ? `(${seasonalOrder})` : ""}`;
  return {
    id: `sarima-${order.join("")}${seasonal ? `-${seasonalOrder.join("")}` : ""}${
      constant ? "-c" : ""
    }`,
    title: `SARIMA${name}${constant ? " with constant" : ""}`,
    fit(training, { season }) {
      positiveInteger("season", season);
      const complete = completeOrder(orders, season);
      const values = trainingValues(training, { minimum: leastValues(complete, season) });
      return fitOrder(complete, values, season);
    },
  };
}

/**
 * The number of values from which a model can be estimated.
 *
 * @param order The orders.
 * @param season The number of steps of a season.
 * @returns The number.
 */
export function leastValues(order: CompleteOrder, season: number): number {
  const [p, , q] = order.order;
  const [seasonalP, , seasonalQ] = order.seasonalOrder;
  const lags = Math.max(p + season * seasonalP, q + season * seasonalQ);
  return lostValues(order, season) + Math.max(lags, sarimaParameterCount(order) + 1) + 1;
}

/**
 * Fits a model to checked values.
 *
 * @param order The orders.
 * @param values The series [step], of at least {@link leastValues} values.
 * @param season The number of steps of a season.
 * @returns The fitted model.
 */
export function fitOrder(order: CompleteOrder, values: Float64Array, season: number): FittedSarima {
  const estimate = estimateSarima(order, values, season);
  const n = values.length - lostValues(order, season);
  const k = sarimaParameterCount(order);
  return {
    order,
    parameters: estimate.parameters,
    errors: estimate.errors,
    variance: estimate.variance,
    logLikelihood: estimate.logLikelihood,
    aicc: -2 * estimate.logLikelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1),
    ...normalForecaster(estimate.forecasts),
    extend: (training) => extended(order, training, season, estimate),
  };
}

function extended(
  order: CompleteOrder,
  training: ArrayLike<number>,
  season: number,
  { parameters, variance }: SarimaEstimate,
) {
  const values = trainingValues(training, { minimum: leastValues(order, season) });
  const { forecasts } = evaluateSarima(order, values, season, parameters, variance);
  return normalForecaster(forecasts);
}
