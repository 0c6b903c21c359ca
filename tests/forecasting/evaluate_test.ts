import { assertEquals, assertThrows } from "@std/assert";
import reference from "../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { airPassengers, maunaLoaCo2, usBirths } from "../../src/data/series/known_series.ts";
import { evaluateForecasts } from "../../src/forecasting/evaluate.ts";
import { forecastScores } from "../../src/forecasting/forecast_scores.ts";
import type {
  ExtendableForecaster,
  FittedForecaster,
  ForecastFamily,
} from "../../src/forecasting/forecaster.ts";
import {
  drift,
  naive,
  seasonalNaive,
  seasonalNaiveWithDrift,
} from "../../src/forecasting/naive.ts";
import { naive2 } from "../../src/forecasting/naive2.ts";
import { pinballLoss } from "../../src/forecasting/point_scores.ts";
import { rollingOrigins } from "../../src/forecasting/rolling_origins.ts";
import { trainingWindow } from "../../src/forecasting/training_window.ts";
import { fitTransform } from "../../src/forecasting/transform.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const series = Array.from({ length: 30 }, (_, t) => 1 + t + 3 * (t % 4));

/** A constant forecast, with which misuse is tested. */
function constant(id: string, fitted: (training: ArrayLike<number>) => FittedForecaster) {
  return { id, title: id, fit: fitted } satisfies ForecastFamily;
}

Deno.test("evaluateForecasts() forecasts each origin from the values before it", () => {
  const { test } = rollingOrigins({ length: 30, horizon: 3, count: 2 });
  const found = evaluateForecasts([seasonalNaive, naive], series, test, { season: 4 });
  assertEquals(found.families.map(({ id }) => id), ["seasonal-naive", "naive"]);
  assertEquals(found.forecasts[0]?.map((row) => [...row]), [
    series.slice(20, 23),
    series.slice(23, 26),
  ]);
  assertEquals(found.actual.map((row) => [...row]), [series.slice(24, 27), series.slice(27, 30)]);
  assertEquals([...found.scales], [4, 4]);
  assertEquals(found.quantiles, [null, null]);
});

Deno.test("evaluateForecasts() has quantiles of the families with a distribution", () => {
  const { test } = rollingOrigins({ length: 30, horizon: 2, count: 3 });
  const levels = [0.1, 0.5, 0.9];
  const options = { season: 4, levels };
  const found = evaluateForecasts([drift, naive2], series, test, options);
  assertEquals(found.quantiles[0]?.map((rows) => rows.map((row) => row.length)), [
    [3, 3],
    [3, 3],
    [3, 3],
  ]);
  assertEquals(found.quantiles[1], null);
  const scores = forecastScores(found);
  const all = scores.find(({ family, horizon }) => family === "drift" && horizon === null);
  const y = found.actual.flatMap((row) => [...row]);
  const q = found.quantiles[0]?.flatMap((rows) => rows.map((row) => row[2] ?? NaN)) ?? [];
  assertEquals(all?.pinball?.[2], pinballLoss(y, q, 0.9));
  assertEquals(scores.find(({ family }) => family === "naive2")?.pinball, null);
});

Deno.test("evaluateForecasts() gives each family and origin its own source", () => {
  const drawn: ForecastFamily = {
    id: "drawn",
    title: "drawn",
    fit(_training, { random }) {
      const value = random?.uniform() ?? 0;
      return { forecast: (horizon) => new Float64Array(horizon).fill(value) };
    },
  };
  const { test } = rollingOrigins({ length: 30, horizon: 1, count: 3 });
  const run = (families: ForecastFamily[], origins = test) => {
    const options = { season: 1, random: new Random(5) };
    const { forecasts } = evaluateForecasts(families, series, origins, options);
    return forecasts[families.indexOf(drawn)]?.map((row) => row[0] ?? NaN) ?? [];
  };
  const alone = run([drawn]);
  assertEquals(new Set(alone).size, 3);
  assertEquals(run([naive, { ...drawn, id: "other" }, drawn]), alone);
  assertEquals(run([drawn], test.slice(1)), alone.slice(1));
});

Deno.test("evaluateForecasts() without refit fits once and extends", () => {
  const fits: number[] = [];
  const at = (training: ArrayLike<number>): ExtendableForecaster => ({
    forecast: (horizon) => new Float64Array(horizon).fill(training.length),
    extend: (later) => at(later),
  });
  const family = constant("extends", (training) => {
    fits.push(training.length);
    return at(training);
  });
  const { test } = rollingOrigins({ length: 30, horizon: 1, count: 3 });
  const options = { season: 1, refit: false };
  const { forecasts } = evaluateForecasts([family], series, test, options);
  assertEquals([fits, forecasts[0]?.map((row) => row[0])], [[27], [27, 28, 29]]);
  const message = "family naive must be one whose fit can be extended";
  assertThrows(() => evaluateForecasts([naive], series, test, options), InputError, message);
});

Deno.test("evaluateForecasts() fills each training window by itself, and scores known values", () => {
  const gaps = series.map((value, i) => i === 20 || i === 26 ? NaN : value);
  const { test } = rollingOrigins({ length: 30, horizon: 3, count: 2 });
  assertThrows(() => evaluateForecasts([naive], gaps, test, { season: 4 }), InputError, "NaN");
  const found = evaluateForecasts([naive], gaps, test, { season: 4, fill: "linear" });
  assertEquals(found.actual.map((row) => row.filter(Number.isNaN).length), [1, 0]);
  const rows = forecastScores(found);
  assertEquals(rows.map(({ horizon, n }) => [horizon, n]), [[1, 2], [2, 2], [3, 1], [null, 5]]);
  // The last value of the second window is missing and its neighbour after it is not in the window.
  assertEquals(found.forecasts[0]?.[1]?.[0], series[25]);
});

Deno.test("evaluateForecasts() refuses wrong forecasts, families and origins", () => {
  const { test } = rollingOrigins({ length: 30, horizon: 2, count: 2 });
  const run = (families: ForecastFamily[], origins = test) => () =>
    evaluateForecasts(families, series, origins, { season: 1 });
  const short = constant("short", () => ({ forecast: () => new Float64Array(1) }));
  assertThrows(run([short]), InputError, "forecast of short at 26 must be of 2 values, found 1");
  const lost = constant("lost", () => ({ forecast: (n) => new Float64Array(n).fill(NaN) }));
  assertThrows(run([lost]), InputError, "forecast 1 of lost at 26 must be a finite number");
  const crossing = constant("crossing", () => ({
    forecast: (n) => new Float64Array(n),
    quantiles: (n) => Array.from({ length: n }, () => Float64Array.of(2, 1)),
  }));
  assertThrows(
    () => evaluateForecasts([crossing], series, test, { season: 1, levels: [0.1, 0.9] }),
    InputError,
    "quantiles of step 1 of crossing at 26 must be 2 ascending numbers, found [2, 1]",
  );
  assertThrows(run([]), InputError, "families");
  assertThrows(run([naive, naive]), InputError, "families must be of different ids");
  assertThrows(run([naive], []), InputError, "origins");
  assertThrows(run([naive], test.toReversed()), InputError, "origins[1] must be after 28");
  const late = [{ start: 0, end: 29, until: 31 }];
  assertThrows(run([naive], late), InputError, "origins[0] must be within 30 values, found 31");
});

Deno.test("forecastScores() average each origin with its own scale", () => {
  const values = [1, 2, 4, 7, 11, 16];
  const { test } = rollingOrigins({ length: 6, horizon: 1, count: 2 });
  const evaluation = evaluateForecasts([naive, drift], values, test, { season: 1 });
  const [first, second] = forecastScores(evaluation, { reference: "naive" });
  assertClose([first?.mase ?? NaN], [(4 / 2 + 5 / 2.5) / 2], tolerance.rounding);
  assertEquals([first?.owa, first?.n, first?.horizon], [1, 2, null]);
  const owa = ((second?.smape ?? NaN) / (first?.smape ?? NaN) +
    (second?.mase ?? NaN) / (first?.mase ?? NaN)) / 2;
  assertClose([second?.owa ?? NaN], [owa], tolerance.rounding);
  assertThrows(() => forecastScores(evaluation, { reference: "theta" }), InputError, "reference");
});

Deno.test("forecastScores() has no MASE if the seasonal naive method is exact in a window", () => {
  const { test } = rollingOrigins({ length: 9, horizon: 1, count: 1 });
  const values = [1, 2, 1, 2, 1, 2, 1, 2, 5];
  const evaluation = evaluateForecasts([naive], values, test, { season: 2 });
  const [all] = forecastScores(evaluation, { reference: "naive" });
  assertEquals([all?.mase, all?.owa, all?.mae], [null, null, 3]);
});

const readers = {
  air_passengers: airPassengers,
  mauna_loa_co2: maunaLoaCo2,
  us_births: usBirths,
} as const;

for (const name of ["air_passengers", "mauna_loa_co2", "us_births"] as const) {
  Deno.test(`forecastScores() of the seasonal naive methods on ${name} are those of NumPy`, async () => {
    const { values } = await readers[name]();
    for (const wanted of reference.evaluations.filter(({ series }) => series === name)) {
      const { horizon, count, season } = wanted;
      const { test } = rollingOrigins({ length: values.length, horizon, count });
      const families = [seasonalNaive, seasonalNaiveWithDrift];
      const options = { season, fill: "linear" } as const;
      const found = forecastScores(evaluateForecasts(families, values, test, options))
        .find((row) => row.horizon === null && row.family === wanted.family);
      const { mae, rmse, mase, smape } = wanted;
      assertClose(
        [found?.mae ?? NaN, found?.rmse ?? NaN, found?.mase ?? NaN, found?.smape ?? NaN],
        [mae, rmse, mase, smape],
        tolerance.rounding,
      );
    }
  });
}

Deno.test("seasonal naive with drift on logarithms has MASE 0.442 on the last year of airline", async () => {
  const { values } = await airPassengers();
  const logarithms: ForecastFamily = {
    ...seasonalNaiveWithDrift,
    fit(training, options) {
      const transform = fitTransform(trainingWindow(training), { log: true });
      const fitted = seasonalNaiveWithDrift.fit(transform.values, options);
      return { forecast: (horizon) => transform.invert(fitted.forecast(horizon)) };
    },
  };
  const { test } = rollingOrigins({ length: 144, horizon: 12, count: 1 });
  const all = forecastScores(evaluateForecasts([logarithms], values, test, { season: 12 })).at(-1);
  assertEquals([all?.mase?.toFixed(3), all?.rmse.toFixed(1)], ["0.442", "17.6"]);
});
