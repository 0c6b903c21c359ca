import { assertEquals, assertThrows } from "@std/assert";
import reference from "../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import { isSeasonal, naive2 } from "../../src/forecasting/naive2.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const { values, season, seasonal, forecast } of reference.naive2) {
  Deno.test(`naive2 of ${values.length} values with season ${season} is as in Python`, () => {
    assertEquals(isSeasonal(values, season), seasonal);
    const found = naive2.fit(values, { season }).forecast(forecast.length);
    assertClose(found, forecast, tolerance.rounding);
  });
}

Deno.test("isSeasonal() is false for equal values, without a season and for a long season", () => {
  assertEquals(isSeasonal(new Float64Array(40).fill(3), 4), false);
  assertEquals(isSeasonal([1, 2, 1, 2, 1, 2], 1), false);
  const long = Array.from({ length: 300 }, (_, i) => i % 30);
  assertEquals([isSeasonal(long, 30), isSeasonal(long.slice(0, 100), 30)], [false, false]);
});

Deno.test("naive2 refuses missing values, and values of 0 in a seasonal series", () => {
  assertThrows(() => naive2.fit([1, NaN, 2], { season: 1 }), InputError, "training[1]");
  const zeros = Array.from({ length: 40 }, (_, i) => i % 4);
  assertThrows(() => naive2.fit(zeros, { season: 4 }), InputError, "above 0");
});
