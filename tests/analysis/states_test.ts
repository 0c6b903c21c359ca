import { assertEquals, assertThrows } from "@std/assert";
import { correlation, movement, smallestRatio, stateNorms } from "../../src/analysis/states.ts";
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
  assertThrows(() => movement([]), InputError, "values must be at least 1 number");
  assertThrows(() => movement([1, NaN]), InputError, "values[1] must be a finite number");
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
  assertThrows(() => correlation([1], [1]), InputError, "values must be at least 2 numbers");
  assertThrows(() => correlation([1, 2], [1, NaN]), InputError, "values[1] must be a finite");
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
  assertThrows(() => smallestRatio([], []), InputError, "values must be at least 1 number");
  assertThrows(() => smallestRatio([1], [NaN]), InputError, "values[0] must be a finite number");
});
