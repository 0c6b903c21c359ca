import { checkFitOptions, windowValues } from "./fit_options.ts";
import type { ForecastFamily, ForecastFitOptions } from "./forecaster.ts";
import { fitOrder, type FittedSarima, leastValues } from "./sarima_fit.ts";
import { completeOrder, type SarimaOrder } from "./sarima_model.ts";
import { searchOrder } from "./sarima_search.ts";

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
 * Makes the family of SARIMA models (p, d, q)(P, D, Q), estimated by the exact likelihood of the
 * differenced series. Missing values are not permitted. The distribution is normal; it leaves out
 * that the parameters are estimates.
 *
 * Without orders, d and D are chosen by tests, see {@link chooseDifferences}, and then p and q up to
 * 3, P and Q up to 1 (0 for a season of more than 24 steps) and the constant by AICc in the stepwise
 * search of Hyndman & Khandakar.
 *
 * Sources: Brockwell & Davis (1991), Time Series: Theory and Methods, 2nd edition, chapters 8 and 9,
 * doi:10.1007/978-1-4419-0320-4; Hyndman & Khandakar (2008), doi:10.18637/jss.v027.i03. `SARIMAX`
 * of statsmodels with `simple_differencing` has the same likelihood.
 *
 * @param orders The orders; the airline model is `{ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }`.
 * By default they are chosen for each series.
 * @returns The family.
 * @throws {InputError} If an order is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { sarima } from "./sarima.ts";
 *
 * const quarters = Array.from({ length: 40 }, (_, t) => 20 + t + ([3, -1, -4, 2][t % 4] ?? 0) + t % 3);
 * const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });
 * const fitted = airline.fit(quarters, { season: 4 });
 * const [[low = NaN, high = NaN] = []] = fitted.quantiles(1, [0.05, 0.95]);
 * assert(low < 64 && 64 < high); // 20 + 40 + 3 + 1
 * ```
 */
export function sarima(orders?: SarimaOrder): SarimaFamily {
  if (orders === undefined) {
    return {
      id: "sarima",
      title: "SARIMA",
      fit(training, options) {
        const { season } = checkFitOptions(options);
        return searchOrder(windowValues(training, { minimum: 10 }), season);
      },
    };
  }
  // Any season above 1 permits seasonal orders; fit() has the true one.
  const { order, seasonalOrder, constant } = completeOrder(orders, 2);
  const seasonal = seasonalOrder.some((value) => value > 0);
  const parts = [order, ...seasonal ? [seasonalOrder] : []];
  return {
    id: ["sarima", ...parts.map((part) => part.join("")), ...constant ? ["c"] : []].join("-"),
    title: `SARIMA${parts.map((part) => `(${part})`).join("")}${constant ? " with constant" : ""}`,
    fit(training, options) {
      const { season } = checkFitOptions(options);
      const complete = completeOrder(orders, season);
      const values = windowValues(training, { minimum: leastValues(complete, season) });
      return fitOrder(complete, values, season);
    },
  };
}
