import { assertEquals, assertThrows } from "@std/assert";
import { correlation } from "../../src/statistics/correlation.ts";
import {
  maskedMeans,
  seriesVariation,
  smallestRatio,
  stateNorms,
  summaryByStep,
  temporalDeviation,
} from "../../src/analysis/activations.ts";
import { InputError } from "../../src/core/errors.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("stateNorms() returns norms by sequence and step", () => {
  const states = [[[3, 4], [0, 0]], [[1, 0], [-6, 8]], [[0, -2], [5, 12]]];
  assertEquals(stateNorms(states), [[5, 1, 2], [0, 10, 13]]);
  assertEquals(stateNorms([]), []);
});

Deno.test("seriesVariation() returns deviation, range and changes", () => {
  assertEquals(seriesVariation([2, 4, 4, 4, 5, 5, 7, 9]), {
    deviation: 2,
    range: 7,
    changes: [2, 0, 0, 1, 0, 2, 2],
  });
  assertEquals(seriesVariation([3]), { deviation: 0, range: 0, changes: [] });
  assertThrows(() => seriesVariation([]), InputError, "series must be at least 1 number");
  assertThrows(() => seriesVariation([1, NaN]), InputError, "series[1] must be a finite number");
});

Deno.test("smallestRatio() leaves out pairs with a denominator of 0", () => {
  assertEquals(smallestRatio([6, 4, 9], [2, 1, 1]), 3);
  assertEquals(smallestRatio([6, 4, 0], [0, 1, 0]), 4);
  assertEquals(smallestRatio([1, 0], [0, 0]), Infinity);
  // The ratio of the means is 2.
  assertEquals(smallestRatio([1, 5], [1, 2]), 1);
});

Deno.test("smallestRatio() throws if the series do not match", () => {
  assertThrows(() => smallestRatio([1], [1, 2]), InputError, "series must be of equal length");
  assertThrows(() => smallestRatio([], []), InputError, "a must be at least 1 number");
  assertThrows(() => smallestRatio([1], [NaN]), InputError, "b[0] must be a finite number");
});

Deno.test("stateNorms() works for any number of units", () => {
  const units = new Array<number>(200_001).fill(2);
  assertClose(stateNorms([[units]]).flat(), [2 * Math.sqrt(200_001)], tolerance.rounding);
  assertClose(stateNorms([[[3e300, 4e300]]]).flat(), [5e300], tolerance.rounding);
});

Deno.test("seriesVariation() and correlation() work over the whole range of float64", () => {
  const series = [2, 4, 4, 4, 5, 5, 7, 9];
  const other = [1, 3, 2, 4, 4, 6, 5, 9];
  for (const factor of [2 ** 1019, 2 ** 520, 2 ** -520, 2 ** -1060]) {
    const scaled = series.map((value) => value * factor);
    const { deviation, range, changes } = seriesVariation(scaled);
    assertEquals([deviation / factor, range / factor], [2, 7]);
    assertEquals(changes[0], 2 * factor);
    assertEquals(correlation(scaled, other), correlation(series, other));
  }
  assertEquals(correlation([1e-320, 2e-320, 3e-320], [-1e308, 0, 1e308]), 1);
  assertThrows(
    () => seriesVariation([-Number.MAX_VALUE, Number.MAX_VALUE]),
    InputError,
    "range of the series must be below 1.8e308, found Infinity",
  );
});

Deno.test("summaryByStep() summarises units and batch with a division by n", () => {
  const [first, second] = summaryByStep([[[1, 3], [5, 7]], [[2, 2], [2, 2]]]);
  assertEquals(first, { mean: 4, deviation: Math.sqrt(5), low: 1, high: 7 });
  assertEquals(second, { mean: 2, deviation: 0, low: 2, high: 2 });
  assertEquals(summaryByStep([[[0.3]]]), [{ mean: 0.3, deviation: 0, low: 0.3, high: 0.3 }]);
});

Deno.test("summaryByStep() throws on a step without activations", () => {
  assertThrows(
    () => summaryByStep([[[1]], [[]]]),
    InputError,
    "activations[1] must be at least 1 number",
  );
});

Deno.test("maskedMeans() averages over units and the sequences of the mask", () => {
  const gate = [[[0, 1], [4, 6], [2, 2]], [[1, 1], [3, 5], [7, 9]]];
  const chosen = [[true, true, false], [false, true, false]];
  assertEquals(maskedMeans(gate, chosen), [2.75, 4]);
  const none = chosen.map((step) => step.map(() => false));
  assertEquals(maskedMeans(gate, none), [null, null]);
  const all = chosen.map((step) => step.map(() => true));
  assertEquals(maskedMeans(gate, all), summaryByStep(gate).map(({ mean }) => mean));
});

Deno.test("maskedMeans() throws on a mask of another shape", () => {
  const gate = [[[0.5], [0.5]]];
  assertThrows(() => maskedMeans(gate, []), InputError, "mask must be of 1 steps");
  assertThrows(
    () => maskedMeans(gate, [[true]]),
    InputError,
    "mask[0] must be of 2 sequences, found 1",
  );
});

Deno.test("temporalDeviation() shows changes that cancel in the units only", () => {
  assertEquals(temporalDeviation([[[0, 1]], [[1, 0]]]), { ofMean: 0, ofUnits: 0.5 });
  // If all units change equally, so does their mean.
  const alike = [[[0.1, 0.1]], [[0.5, 0.5]], [[0.3, 0.3]]];
  const { ofMean, ofUnits } = temporalDeviation(alike);
  assertClose([ofMean], [ofUnits], tolerance.rounding);
  assertEquals(temporalDeviation([[[0.5, 0.1]]]), { ofMean: 0, ofUnits: 0 });
  assertThrows(() => temporalDeviation([]), InputError, "activations must be of at least 1 step");
});

Deno.test("summaryByStep(), maskedMeans() and temporalDeviation() of large activations are finite", () => {
  const large = 2 ** 1023;
  const [spread] = summaryByStep([[[large, 0.5 * large, large]]]);
  assertEquals([spread?.low, spread?.high], [0.5 * large, large]);
  assertEquals(Math.round((spread?.mean ?? NaN) / large * 1e9), 833333333);
  assertEquals(temporalDeviation([[[large]], [[0]]]), { ofMean: large / 2, ofUnits: large / 2 });
  assertEquals(maskedMeans([[[large, large]]], [[true]]), [large]);
});
