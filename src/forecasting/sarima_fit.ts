import type { ExtendableForecaster } from "./forecaster.ts";
import { windowValues } from "./fit_options.ts";
import { normalForecaster } from "./normal_forecasts.ts";
import {
  type CompleteOrder,
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
 * @param searches The number of searches for the maximum, from different starts.
 * @returns The fitted model.
 */
export function fitOrder(
  order: CompleteOrder,
  values: Float64Array,
  season: number,
  searches = 2,
): FittedSarima {
  const estimate = estimateSarima(order, values, season, searches);
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
  const values = windowValues(training, { minimum: leastValues(order, season) });
  const { forecasts } = evaluateSarima(order, values, season, parameters, variance);
  return normalForecaster(forecasts);
}
