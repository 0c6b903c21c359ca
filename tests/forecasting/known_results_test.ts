import { assert } from "@std/assert";
import { airPassengers, maunaLoaCo2, type Series } from "../../src/data.ts";
import { evaluateForecasts } from "../../src/forecasting/evaluate.ts";
import { ets } from "../../src/forecasting/exponential_smoothing.ts";
import { fillGaps } from "../../src/forecasting/fill_gaps.ts";
import { forecastScores } from "../../src/forecasting/forecast_scores.ts";
import type { ForecastFamily } from "../../src/forecasting/forecaster.ts";
import { seasonalNaive, seasonalNaiveWithDrift } from "../../src/forecasting/naive.ts";
import { meanAbsoluteScaledError, seasonalNaiveScale } from "../../src/forecasting/point_scores.ts";
import { rollingOrigins } from "../../src/forecasting/rolling_origins.ts";
import { sarima } from "../../src/forecasting/sarima.ts";
import { theta, thetaAdditive } from "../../src/forecasting/theta.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });

Deno.test("baselines on the logarithms of AirPassengers have the MASE of statsmodels", async () => {
  const { values } = await airPassengers();
  const training = values.slice(0, -12);
  const logarithms = training.map(Math.log);
  const scale = seasonalNaiveScale(training, 12);
  // statsmodels 0.15.0: SARIMAX(0, 1, 1)(0, 1, 1)12 and ThetaModel; the others by NumPy.
  for (
    const [family, want] of [
      [seasonalNaive, 1.570881],
      [seasonalNaiveWithDrift, 0.442251],
      [theta, 0.490960],
      [airline, 0.435488],
    ] as const
  ) {
    const forecast = family.fit(logarithms, { season: 12 }).forecast(12).map(Math.exp);
    const mase = meanAbsoluteScaledError(values.slice(-12), forecast, scale);
    assertClose([mase], [want], tolerance.estimates, { what: family.id });
  }
  // ETSModel of statsmodels ends at a local maximum, 250.2338.
  const { logLikelihood } = ets("AAA").fit(logarithms, { season: 12 });
  assert(logLikelihood > 257.84, `${logLikelihood}`);
});

/** The mean MASE of 11 origins, each with 12 months, at the end of a series without gaps. */
function maseOf(family: ForecastFamily, { values }: Pick<Series, "values">): number {
  const { test } = rollingOrigins({ length: values.length, horizon: 12, count: 11 });
  const evaluation = evaluateForecasts([family], values, test, { season: 12 });
  const all = forecastScores(evaluation).find(({ horizon }) => horizon === null);
  return all?.mase ?? NaN;
}

Deno.test("baselines on CO2 have the MASE of statsmodels", async () => {
  const { values } = await maunaLoaCo2();
  // Whole years after the first 600 months: the origins are 600, 612, ..., 720.
  const filled = { values: fillGaps(values, { method: "linear", season: 12 }).slice(0, 732) };
  // statsmodels 0.15.0, as above; ThetaModel also with method="additive".
  for (
    const [family, want] of [
      [seasonalNaive, 1.551566],
      [seasonalNaiveWithDrift, 0.580198],
      [theta, 0.642],
      [thetaAdditive, 0.5652],
      [airline, 0.275856],
    ] as const
  ) {
    assertClose([maseOf(family, filled)], [want], tolerance.estimates, { what: family.id });
  }
});
