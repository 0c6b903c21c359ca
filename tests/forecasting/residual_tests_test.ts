import { assertEquals, assertThrows } from "@std/assert";
import reference from "../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import { autocorrelations, ljungBox } from "../../src/forecasting/residual_tests.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const [i, { values, acf, tests }] of reference.residuals.entries()) {
  Deno.test(`autocorrelations() of series ${i} are those of statsmodels`, () => {
    assertClose(autocorrelations(values, 25), acf, tolerance.rounding);
  });

  for (const { lags, parameters, statistic, p } of tests) {
    Deno.test(`ljungBox() of series ${i} with ${lags} lags is that of statsmodels`, () => {
      const found = ljungBox(values, { lags, parameters });
      assertClose([found.statistic], [statistic], tolerance.rounding);
      assertClose([found.p], [p], tolerance.special);
      assertEquals([found.lags, found.freedom], [lags, lags - parameters]);
    });
  }
}

Deno.test("ljungBox() takes two seasons of lags, at most a fifth of the residuals", () => {
  const [first] = reference.residuals;
  const values = first?.values ?? [];
  assertEquals(ljungBox(values).lags, 10);
  assertEquals(ljungBox(values, { season: 4 }).lags, 8);
  assertEquals(ljungBox(values, { season: 24 }).lags, 24);
  assertEquals(ljungBox(values.slice(0, 12), { parameters: 3 }).lags, 4);
});

Deno.test("ljungBox() refuses residuals and options that have no test", () => {
  assertThrows(() => ljungBox([1, 1, 1, 1, 1, 1]), InputError, "not all equal");
  assertThrows(() => ljungBox([1, NaN, 2, 4, 5, 6]), InputError, "values[1]");
  assertThrows(() => ljungBox([1, 2, 3], { lags: 3 }), InputError, "less than 3");
  assertThrows(() => ljungBox([1, 2, 3, 5], { lags: 2, parameters: 2 }), InputError, "above 2");
});
