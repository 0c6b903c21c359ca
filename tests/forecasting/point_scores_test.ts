import { assert, assertEquals, assertThrows } from "@std/assert";
import reference from "../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import {
  meanAbsoluteError,
  meanAbsoluteScaledError,
  overallWeightedAverage,
  pinballLoss,
  rootMeanSquaredError,
  seasonalNaiveScale,
  symmetricMape,
} from "../../src/forecasting/point_scores.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("the scores of a small case are those computed by hand", () => {
  const actual = [10, 20, 30];
  const forecast = [12, 16, 30];
  assertEquals(meanAbsoluteError(actual, forecast), 2);
  assertClose([rootMeanSquaredError(actual, forecast)], [Math.sqrt(20 / 3)], tolerance.rounding);
  const smape = (400 / 22 + 800 / 36) / 3; // 200 |y - f| / (y + f) of each, the last 0.
  assertClose([symmetricMape(actual, forecast)], [smape], tolerance.rounding);
  const training = [1, 4, 2, 8, 3, 9]; // Differences at lag 2: 1, 4, 1, 1.
  assertEquals(seasonalNaiveScale(training, 2), 7 / 4);
  assertClose([meanAbsoluteScaledError(actual, forecast, 7 / 4)], [8 / 7], tolerance.rounding);
});

Deno.test("the scale of a window with missing values is that of the known differences", () => {
  assertEquals(seasonalNaiveScale([1, NaN, 2, 4], 1), 2);
  assertThrows(() => seasonalNaiveScale([1, NaN, 2], 1), InputError, "two known values");
  assertThrows(() => seasonalNaiveScale([1, 2], 2), InputError, "at a distance of 2");
});

for (const { level, loss } of reference.pinball.losses) {
  Deno.test(`pinballLoss() at ${level} is scikit-learn's`, () => {
    const { actual, quantiles } = reference.pinball;
    assertClose([pinballLoss(actual, quantiles, level)], [loss], tolerance.rounding);
  });
}

Deno.test("pinballLoss() at 0.5 is half the mean absolute error", () => {
  const { actual, quantiles } = reference.pinball;
  const half = meanAbsoluteError(actual, quantiles) / 2;
  assertClose([pinballLoss(actual, quantiles, 0.5)], [half], tolerance.rounding);
});

Deno.test("symmetricMape() is 200 for opposite signs and 0 for a pair of zeros", () => {
  assertEquals(symmetricMape([-1], [2]), 200);
  assertEquals(symmetricMape([0, 1], [0, 1]), 0);
});

Deno.test("overallWeightedAverage() of Naive2 itself is 1", () => {
  const naive2 = { smape: 14.427, mase: 1.063 };
  assertEquals(overallWeightedAverage(naive2, naive2), 1);
  // Smyl (2020) in M4 Monthly: sMAPE 12.126, MASE 0.884, published OWA 0.836.
  const found = overallWeightedAverage({ smape: 12.126, mase: 0.884 }, naive2);
  assert(Math.abs(found - 0.836) < 0.0005);
});

Deno.test("scores leave out missing actual values and refuse other numbers", () => {
  assertEquals(meanAbsoluteError([NaN, 3], [100, 1]), 2);
  assertThrows(() => meanAbsoluteError([1, 2], [1]), InputError, "of 2 values");
  assertThrows(() => meanAbsoluteError([1], [NaN]), InputError, "forecast[0]");
  assertThrows(() => meanAbsoluteError([Infinity], [1]), InputError, "actual[0]");
  assertThrows(() => meanAbsoluteError([NaN], [1]), InputError, "one is known");
  assertThrows(() => meanAbsoluteScaledError([1], [1], 0), InputError, "scale");
  for (const level of [0, 1, 90, NaN]) {
    assertThrows(() => pinballLoss([1], [1], level), InputError, "level must be in (0, 1)");
  }
});
