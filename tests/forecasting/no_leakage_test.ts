import { assertThrows } from "@std/assert";
import { ets } from "../../src/forecasting/exponential_smoothing.ts";
import type { ForecastFamily } from "../../src/forecasting/forecaster.ts";
import {
  drift,
  meanMethod,
  naive,
  seasonalNaive,
  seasonalNaiveWithDrift,
} from "../../src/forecasting/naive.ts";
import { naive2 } from "../../src/forecasting/naive2.ts";
import { sarima } from "../../src/forecasting/sarima.ts";
import { theta } from "../../src/forecasting/theta.ts";
import { trainingWindow } from "../../src/forecasting/training_window.ts";
import { fitTransform } from "../../src/forecasting/transform.ts";
import { assertNoLeakage } from "./no_leakage.ts";

/** A random walk of the transformed values. */
const transformed: ForecastFamily = {
  id: "transformed",
  title: "transformed",
  fit(training, { season }) {
    const transform = fitTransform(trainingWindow(training), {
      log: true,
      seasonalDifference: season,
      difference: true,
      scale: "standard",
    });
    const last = transform.values.at(-1) ?? NaN;
    return { forecast: (horizon) => transform.invert(new Float64Array(horizon).fill(last)) };
  },
};

const families = [
  drift,
  ets("AAA"),
  ets("MAM"),
  meanMethod,
  naive,
  naive2,
  sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }),
  seasonalNaive,
  seasonalNaiveWithDrift,
  theta,
  transformed,
];

for (const family of families) {
  Deno.test(`${family.id} forecasts without values after the origin`, () => {
    assertNoLeakage(family);
  });
}

Deno.test("assertNoLeakage() finds a family that reads what follows its window", () => {
  const buffers: ForecastFamily = {
    ...naive,
    fit(training) {
      const { buffer } = training instanceof Float64Array ? training : new Float64Array(1);
      const last = new Float64Array(buffer).at(-1) ?? NaN;
      return { forecast: (h) => new Float64Array(h).fill(last) };
    },
  };
  assertNoLeakage(buffers); // The window is a copy: its buffer ends with it.
  let longest: ArrayLike<number> = [];
  const remembers: ForecastFamily = {
    ...naive,
    fit(training, options) {
      if (training.length > longest.length) longest = Float64Array.from(training);
      return naive.fit(longest, options);
    },
  };
  assertThrows(() => assertNoLeakage(remembers));
});

Deno.test("assertNoLeakage() finds a family that changes its window or keeps it", () => {
  const changes: ForecastFamily = {
    ...naive,
    fit(training, options) {
      if (training instanceof Float64Array) training.sort();
      return naive.fit(training, options);
    },
  };
  assertThrows(() => assertNoLeakage(changes), Error, "changes the training window");
  const keeps: ForecastFamily = {
    ...naive,
    fit: (training) => ({
      forecast: (h) => new Float64Array(h).fill(training[training.length - 1] ?? NaN),
    }),
  };
  assertThrows(() => assertNoLeakage(keeps), Error, "changes with its argument");
});
