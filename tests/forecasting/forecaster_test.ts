import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkLevels, trainingValues } from "../../src/forecasting/forecaster.ts";

Deno.test("trainingValues() copies a window", () => {
  const window = [1, 2, 3];
  const values = trainingValues(window, { minimum: 3 });
  window[0] = 9;
  assertEquals(values, Float64Array.of(1, 2, 3));
});

Deno.test("trainingValues() permits missing values only on request, and never infinite ones", () => {
  assertEquals(trainingValues([1, NaN], { minimum: 1, missing: true }), Float64Array.of(1, NaN));
  for (const missing of [true, false]) {
    assertThrows(() => trainingValues([1, Infinity], { minimum: 1, missing }), InputError);
  }
});

Deno.test("trainingValues() names what is wrong", () => {
  const short = "training must be of at least 3 values, found 2";
  assertThrows(() => trainingValues([1, 2], { minimum: 3 }), InputError, short);
  const zero = "training[1] must be above 0, found 0";
  assertThrows(() => trainingValues([1, 0], { minimum: 1, positive: true }), InputError, zero);
});

Deno.test("checkLevels() refuses levels that are not ascending numbers in (0, 1)", () => {
  checkLevels([0.05, 0.95]);
  for (const levels of [[], [0], [1], [NaN], [0.5, 0.5], [0.9, 0.1]]) {
    assertThrows(() => checkLevels(levels), InputError, "levels");
  }
});
