import { assertEquals, assertThrows } from "@std/assert";
import { fitDecay, lagAtFraction } from "../../src/analysis/decay.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("fitDecay() finds the rate and the intercept of an exact decay", () => {
  for (const rate of [0.1, 0.9, 1, 1.2]) {
    const norms = Array.from({ length: 30 }, (_, k) => 3 * rate ** k);
    const found = fitDecay(norms);
    assertClose([found.rate], [rate], tolerance.rounding);
    assertClose([found.slope], [Math.log(rate)], tolerance.rounding, { scale: 1 });
    assertClose([found.intercept], [Math.log(3)], tolerance.rounding);
  }
});

Deno.test("fitDecay() is the least-squares line of a noisy decay", () => {
  const random = new Random(1);
  const logs = Array.from({ length: 40 }, (_, k) => -0.3 * k + random.normal(0, 0.2));
  const { slope, intercept } = fitDecay(logs.map(Math.exp));
  // The residuals of least squares are orthogonal to 1 and to the lags.
  const residuals = logs.map((log, k) => log - intercept - slope * k);
  const sum = residuals.reduce((sum, r) => sum + r, 0);
  const moment = residuals.reduce((sum, r, k) => sum + k * r, 0);
  assertClose([sum, moment], [0, 0], tolerance.rounding, { scale: 40 * 40 });
});

Deno.test("fitDecay() uses only the lags of the range", () => {
  const norms = [7, 7, 1, 0.5, 0.25, 0.125, 9];
  assertClose([fitDecay(norms, { from: 2, to: 5 }).rate], [0.5], tolerance.rounding);
});

Deno.test("fitDecay() stops before an underflow by default", () => {
  assertClose([fitDecay([1, 1e-150, 1e-300, 0, 0]).slope], [-150 * Math.LN10], tolerance.rounding);
});

Deno.test("fitDecay() throws on wrong norms and ranges", () => {
  const wrong: readonly [number[], { from?: number; to?: number }, string][] = [
    [[1], {}, "range must be of at least 2 lags, before the first norm of 0, found [0, 0]"],
    [[1, 0, 0], {}, "range must be of at least 2 lags, before the first norm of 0, found [0, 0]"],
    [[1, 0.5], { to: 2 }, "range must be two lags from 0 to 1, found [0, 2]"],
    [[1, 0.5, 0.2], { from: 0.5 }, "range must be two lags from 0 to 2"],
    [[1, 0], { to: 1 }, "norms[1] must be a finite number above 0, found 0"],
    [[1, -1], {}, "norms[1] must be a finite number above 0, found -1"],
    [[1, Infinity], {}, "norms[1] must be a finite number above 0, found Infinity"],
  ];
  for (const [norms, range, message] of wrong) {
    assertThrows(() => fitDecay(norms, range), InputError, message);
  }
});

Deno.test("lagAtFraction() interpolates the logarithm between lags", () => {
  const norms = Array.from({ length: 60 }, (_, k) => 5 * 0.9 ** k);
  const wanted = Math.log(0.1) / Math.log(0.9);
  assertClose([lagAtFraction(norms, 0.1) ?? NaN], [wanted], tolerance.rounding);
});

Deno.test("lagAtFraction() returns the first crossing, and a lag with exactly this norm", () => {
  assertEquals(lagAtFraction([1, 2, 0.25, 3, 0.1], 0.25), 2);
  assertEquals(lagAtFraction([1, 0.5, 0], 0.1), 2);
});

Deno.test("lagAtFraction() is null if all norms are larger", () => {
  assertEquals(lagAtFraction([1, 0.5, 0.2], 0.1), null);
  assertEquals(lagAtFraction([1, 3, 9], 0.5), null);
});

Deno.test("lagAtFraction() throws on wrong norms and fractions", () => {
  for (const fraction of [0, 1, -0.5, NaN]) {
    assertThrows(() => lagAtFraction([1, 0.5], fraction), InputError, "fraction must be");
  }
  assertThrows(() => lagAtFraction([0, 0], 0.1), InputError, "norms[0] must be a finite number");
  assertThrows(() => lagAtFraction([1, NaN], 0.1), InputError, "norms[1] must be a finite number");
});
