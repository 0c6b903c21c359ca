import { assert } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import * as data from "../../src/data.ts";
import * as forecasting from "../../src/forecasting.ts";
import * as statistics from "../../src/statistics.ts";
import { assertOnlyInputErrors, type Call } from "../hostile_calls.ts";

function calls(): Call[] {
  const series = () => Array.from({ length: 24 }, (_, t) => 5 + t + 3 * (t % 4));
  const origins = { length: 24, horizon: 2, count: 2, step: 2, validation: 1, minimum: 3 };
  const { test } = forecasting.rollingOrigins(origins);
  const intervals = () => ({
    actual: [[1, 2], [3, 4]],
    low: [[0, 0], [0, 0]],
    high: [[5, 5], [9, 9]],
  });
  const window = () => forecasting.trainingWindow(series(), { end: 20 });
  const steps = { log: true, seasonalDifference: 4, difference: true, scale: "standard" };
  const transform = forecasting.fitTransform(window(), { scale: "mean" });
  const evaluation = {
    season: 4,
    refit: true,
    levels: [0.1, 0.9],
    fill: "linear",
    random: new Random(1),
  };
  const evaluated = forecasting.evaluateForecasts([forecasting.naive], series(), test, {
    season: 1,
  });
  const csv = new TextEncoder().encode("t,a,b\n2020-01,1,2\n2020-02,3,4\n");
  const fits: Call[] = [forecasting.naive, forecasting.naive2].map((family) => [
    family.id,
    (training: number[], options: { season: number }) => family.fit(training, options).forecast(2),
    () => [series(), { season: 4 }],
  ]);
  return [
    ...fits,
    ["readSeries", data.readSeries, () => [
      "a.csv",
      csv,
      { columns: ["a"], time: "t", missing: ["-"], minimum: 2 },
    ]],
    ["axisFrom", data.axisFrom, () => ["2020-01"]],
    ["mackeyGlass", data.mackeyGlass, () => [
      { length: 3, delay: 17, start: 1, interval: 1, transient: 2 },
    ]],
    ["chiSquareTail", statistics.chiSquareTail, () => [1, 2]],
    ["trainingWindow", forecasting.trainingWindow, () => [series(), { start: 1, end: 20 }]],
    ["fillGaps", forecasting.fillGaps, () => [series(), { method: "seasonal", season: 4 }]],
    ["fitTransform", forecasting.fitTransform, () => [window(), { ...steps }]],
    ["invert", transform.invert.bind(transform), () => [[1, 2]]],
    ["rollingOrigins", forecasting.rollingOrigins, () => [{ ...origins, window: 5 }]],
    ["evaluateForecasts", forecasting.evaluateForecasts, () => [
      [forecasting.drift],
      series(),
      test,
      { ...evaluation },
    ]],
    [
      "forecastScores",
      forecasting.forecastScores,
      () => [{ ...evaluated }, { reference: "naive" }],
    ],
    ["trainingValues", forecasting.trainingValues, () => [
      series(),
      { minimum: 2, missing: true, positive: true },
    ]],
    ["checkFitOptions", forecasting.checkFitOptions, () => [{ season: 4, random: new Random(1) }]],
    ["checkLevels", forecasting.checkLevels, () => [[0.1, 0.9]]],
    ["meanAbsoluteError", forecasting.meanAbsoluteError, () => [[1, 2], [2, 3]]],
    ["rootMeanSquaredError", forecasting.rootMeanSquaredError, () => [[1, 2], [2, 3]]],
    ["symmetricMape", forecasting.symmetricMape, () => [[1, 2], [2, 3]]],
    ["seasonalNaiveScale", forecasting.seasonalNaiveScale, () => [series(), 4]],
    ["meanAbsoluteScaledError", forecasting.meanAbsoluteScaledError, () => [[1, 2], [2, 3], 4]],
    ["overallWeightedAverage", forecasting.overallWeightedAverage, () => [
      { smape: 1, mase: 2 },
      { smape: 2, mase: 3 },
    ]],
    ["pinballLoss", forecasting.pinballLoss, () => [[1, 2], [2, 3], 0.4]],
    ["intervalCoverage", forecasting.intervalCoverage, () => [
      intervals(),
      { step: 1, confidence: 0.9 },
    ]],
    ["conformalMargins", forecasting.conformalMargins, () => [intervals(), { coverage: 0.5 }]],
    ["widenIntervals", forecasting.widenIntervals, () => [{ low: [1, 2], high: [3, 4] }, [1, 1]]],
    ["isSeasonal", forecasting.isSeasonal, () => [series(), 4]],
    ["autocorrelations", forecasting.autocorrelations, () => [series(), 3]],
    ["ljungBox", forecasting.ljungBox, () => [series(), { lags: 5, season: 4, parameters: 1 }]],
  ];
}

Deno.test("public functions of forecasting take any argument, or throw an InputError", async () => {
  assert(await assertOnlyInputErrors(calls()) > 1500);
});
