import { assertEquals, assertThrows } from "@std/assert";
import { correlation } from "../../src/statistics/correlation.ts";
import { movement, smallestRatio, stateNorms } from "../../src/analysis/activations.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("stateNorms: by sequence and step", () => {
  const states = [[[3, 4], [0, 0]], [[1, 0], [-6, 8]], [[0, -2], [5, 12]]];
  assertEquals(stateNorms(states), [[5, 1, 2], [0, 10, 13]]);
  assertEquals(stateNorms([]), []);
});

Deno.test("movement: deviation, range and changes", () => {
  assertEquals(movement([2, 4, 4, 4, 5, 5, 7, 9]), {
    deviation: 2,
    range: 7,
    changes: [2, 0, 0, 1, 0, 2, 2],
  });
  assertEquals(movement([3]), { deviation: 0, range: 0, changes: [] });
  assertThrows(() => movement([]), InputError, "series must be at least 1 number");
  assertThrows(() => movement([1, NaN]), InputError, "series[1] must be a finite number");
});

Deno.test("correlation: Pearson's, and within [-1, 1]", () => {
  assertClose([correlation([1, 2, 3, 4], [1, 3, 2, 4])], [0.8], tolerance.rounding);
  const random = new Random(1);
  for (let trial = 0; trial < 50; trial++) {
    const series = Array.from({ length: 3 }, () => random.normal());
    const scaled = series.map((value) => 1 - 0.1 * value);
    const found = correlation(series, scaled);
    assertClose([found], [-1], tolerance.rounding);
    assertEquals(found >= -1, true);
  }
});

Deno.test("correlation: a series that never changes has none", () => {
  assertEquals(correlation([0.1, 0.1, 0.1], [1, 2, 3]), 0);
  assertEquals(correlation([1, 2, 3], [0.3, 0.3, 0.3]), 0);
});

Deno.test("correlation: series that do not fit are errors", () => {
  assertThrows(() => correlation([1, 2], [1, 2, 3]), InputError, "series must be of one length");
  assertThrows(() => correlation([1], [1]), InputError, "a must be at least 2 numbers");
  assertThrows(() => correlation([1, 2], [1, NaN]), InputError, "b[1] must be a finite");
});

Deno.test("smallestRatio: pair by pair, without those over 0", () => {
  assertEquals(smallestRatio([6, 4, 9], [2, 1, 1]), 3);
  assertEquals(smallestRatio([6, 4, 0], [0, 1, 0]), 4);
  assertEquals(smallestRatio([1, 0], [0, 0]), Infinity);
  // Of the means, which hide the smallest, it is 2.
  assertEquals(smallestRatio([1, 5], [1, 2]), 1);
});

Deno.test("smallestRatio: series that do not fit are errors", () => {
  assertThrows(() => smallestRatio([1], [1, 2]), InputError, "series must be of one length");
  assertThrows(() => smallestRatio([], []), InputError, "a must be at least 1 number");
  assertThrows(() => smallestRatio([1], [NaN]), InputError, "b[0] must be a finite number");
});

Deno.test("stateNorms() takes any number of units", () => {
  const units = new Array<number>(200_001).fill(2);
  assertClose(stateNorms([[units]]).flat(), [2 * Math.sqrt(200_001)], tolerance.rounding);
  assertClose(stateNorms([[[3e300, 4e300]]]).flat(), [5e300], tolerance.rounding);
});

Deno.test("movement() and correlation() hold over the whole range of numbers", () => {
  const series = [2, 4, 4, 4, 5, 5, 7, 9];
  const other = [1, 3, 2, 4, 4, 6, 5, 9];
  for (const factor of [2 ** 1019, 2 ** 520, 2 ** -520, 2 ** -1060]) {
    const scaled = series.map((value) => value * factor);
    const { deviation, range, changes } = movement(scaled);
    assertEquals([deviation / factor, range / factor], [2, 7]);
    assertEquals(changes[0], 2 * factor);
    assertEquals(correlation(scaled, other), correlation(series, other));
  }
  assertEquals(correlation([1e-320, 2e-320, 3e-320], [-1e308, 0, 1e308]), 1);
  assertThrows(
    () => movement([-Number.MAX_VALUE, Number.MAX_VALUE]),
    InputError,
    "range of the series must be below 1.8e308, found Infinity",
  );
});
