import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  cellSurvival,
  histogram,
  inputDeviation,
  meanLogSigmoid,
  saturation,
  timeScale,
  unitTimeScales,
} from "../../src/analysis/gates.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { standardDeviation as populationStandardDeviation } from "simple-statistics";

Deno.test("histogram() puts an edge into the upper bin and 1 into the last", () => {
  assertEquals(histogram([0, 0.24, 0.25, 0.5, 1], 4), [0.4, 0.2, 0.2, 0.2]);
  const random = new Random(1);
  const values = Array.from({ length: 1000 }, () => random.uniform());
  const shares = histogram(values, 20);
  assertEquals(shares.length, 20);
  assertClose([shares.reduce((a, b) => a + b)], [1], tolerance.rounding);
});

Deno.test("histogram() throws on wrong values and bins", () => {
  for (const wrong of [-0.1, 1.1, NaN]) {
    assertThrows(() => histogram([0.5, wrong], 2), InputError, "values[1] must be in [0, 1]");
  }
  assertThrows(() => histogram([], 2), InputError, "values must be at least 1 number");
  assertThrows(() => histogram([0.5], 0), InputError, "bins must be a positive integer");
});

Deno.test("saturation() counts steps and sequences beyond the limits for each unit", () => {
  const gate = [[[0.05, 0.9], [0.1, 0.95]], [[0, 1], [0.5, 0.2]]];
  assertEquals(saturation(gate), [{ left: 0.5, right: 0 }, { left: 0, right: 0.5 }]);
  assertEquals(saturation(gate, [0.3, 0.3]), [
    { left: 0.75, right: 0.25 },
    { left: 0.25, right: 0.75 },
  ]);
});

Deno.test("saturation() throws on wrong limits and without activations", () => {
  assertThrows(() => saturation([[[0.5]]], [0.9, 0.1]), InputError, "limits must be two numbers");
  assertThrows(() => saturation([]), InputError, "gate must be at least 1 sequence");
});

const constant = (value: number, steps = 6) =>
  Array.from({ length: steps }, () => [[value, value], [value, value]]);

Deno.test("timeScale() is the number of steps to 1/e", () => {
  for (const factor of [0.1, 0.5, 0.73, 0.99]) {
    assertClose([factor ** timeScale(factor)], [1 / Math.E], tolerance.rounding);
  }
  // Tallec & Ollivier (2018): biases of 0 and of 1.
  assertEquals(timeScale(0.5).toFixed(2), "1.44");
  assertEquals(timeScale(1 / (1 + Math.exp(-1))).toFixed(2), "3.19");
  assertEquals([timeScale(0), timeScale(1)], [0, Infinity]);
  for (const wrong of [-0.1, 1.1, NaN]) {
    assertThrows(() => timeScale(wrong), InputError, "factor must be in [0, 1]");
  }
});

Deno.test("unitTimeScales() of a constant gate is the timeScale() of its value", () => {
  assertClose(unitTimeScales(constant(0.7)), [timeScale(0.7), timeScale(0.7)], tolerance.rounding);
});

Deno.test("unitTimeScales() uses the mean of ln f of each unit", () => {
  const gate = [[[0.5, 1, 0]], [[0.125, 1, 0.5]]];
  const [first = NaN, ...others] = unitTimeScales(gate);
  assertClose([first], [timeScale(0.25)], tolerance.rounding);
  assertEquals(others, [Infinity, 0]);
});

Deno.test("cellSurvival() of a constant gate consists of its powers", () => {
  const wanted = Array.from({ length: 7 }, (_, k) => 0.6 ** k);
  assertClose(cellSurvival(constant(0.6)), wanted, tolerance.rounding);
});

Deno.test("cellSurvival() is the geometric mean of products", () => {
  const random = new Random(1);
  const gate = Array.from(
    { length: 4 },
    () => Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => random.uniform())),
  );
  const products =
    gate[0]?.flatMap((sequence, b) =>
      sequence.map((_, unit) => gate.reduce((left, step) => left * (step[b]?.[unit] ?? NaN), 1))
    ) ?? [];
  const wanted = Math.exp(products.reduce((sum, left) => sum + Math.log(left), 0) / 15);
  assertClose([cellSurvival(gate).at(-1) ?? NaN], [wanted], tolerance.rounding);
});

Deno.test("cellSurvival() is 0 from a closed gate on", () => {
  assertEquals(cellSurvival([[[0.5]], [[0]], [[0.5]]]), [1, 0.5, 0, 0]);
});

Deno.test("inputDeviation() is the standard deviation of the pre-activations", () => {
  const random = new Random(1);
  const inputs = Array.from(
    { length: 4 },
    () => Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => 1 + random.normal())),
  );
  const gate = inputs.map((step) =>
    step.map((sequence) => sequence.map((input) => 1 / (1 + Math.exp(-input))))
  );
  assertClose(
    [inputDeviation(gate)],
    [populationStandardDeviation(inputs.flat(2))],
    tolerance.rounding,
  );
  assertEquals(inputDeviation(constant(0.7)), 0);
});

Deno.test("inputDeviation() is finite for activations of 0 and 1", () => {
  // The inputs of the float32 numbers next to 0 and 1 are -126 ln 2 and, but for 6e-8, 24 ln 2.
  assertClose([inputDeviation([[[0, 1]]])], [75 * Math.LN2], tolerance.float32);
});

Deno.test("unitTimeScales(), cellSurvival() and inputDeviation() throw unless gates are in [0, 1]", () => {
  for (const measure of [unitTimeScales, cellSurvival, inputDeviation]) {
    assertThrows(
      () => measure([[[0.5, 1.5]]]),
      InputError,
      "forget gate must be in [0, 1], found 1.5",
    );
    assertThrows(() => measure([[[NaN]]]), InputError, "found NaN");
    assertThrows(() => measure([]), InputError, "forget must be of at least 1 step, found []");
    assertThrows(() => measure([[[0.5]], [[]]]), InputError, "forget[1] must be at least 1 number");
    assertThrows(() => measure([[[0.5, 0.5]], [[0.5]]]), InputError, "forget[1][0] must be of 2");
  }
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** E[ln sigmoid(z)] by Simpson's rule over 12 standard deviations to either side. */
function bySimpson(mean: number, deviation: number): number {
  const n = 20_000;
  const h = 24 / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const z = -12 + i * h;
    const weight = i === 0 || i === n ? 1 : i % 2 === 0 ? 2 : 4;
    const x = mean + deviation * z;
    const log = Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
    sum += weight * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * log;
  }
  return sum * h / 3;
}

Deno.test("meanLogSigmoid() equals the integral for all means and deviations", () => {
  for (const mean of [-10, -4, 0, 1, 4, 10]) {
    for (const deviation of [0, 0.1, 0.66, 1, 3]) {
      const found = meanLogSigmoid(mean, deviation);
      const what = `mean ${mean}, deviation ${deviation}`;
      assertClose([found], [bySimpson(mean, deviation)], tolerance.quadrature, { what });
    }
  }
});

Deno.test("meanLogSigmoid() is at most ln sigmoid of the mean, with equality for a deviation of 0", () => {
  for (const mean of [-3, 0, 1, 5]) {
    const log = Math.log(sigmoid(mean));
    assertClose([meanLogSigmoid(mean, 0)], [log], tolerance.rounding);
    // The second order of the deviation is -sigmoid' / 2.
    const slope = sigmoid(mean) * (1 - sigmoid(mean));
    const gap = (meanLogSigmoid(mean, 0.01) - log) / 0.01 ** 2;
    assert(Math.abs(gap + slope / 2) < 1e-4, `mean ${mean}: ${gap}`);
  }
});

Deno.test("meanLogSigmoid() agrees with the mean over random numbers", () => {
  const random = new Random(1);
  const n = 200_000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(sigmoid(random.normal(1, 0.8)));
  assertClose([meanLogSigmoid(1, 0.8)], [sum / n], tolerance.draws);
});

Deno.test("meanLogSigmoid() throws on a negative deviation and on numbers that are not finite", () => {
  assertThrows(
    () => meanLogSigmoid(0, -1),
    InputError,
    "deviation must be a finite number of at least 0, found -1",
  );
  assertThrows(
    () => meanLogSigmoid(NaN, 1),
    InputError,
    "mean must be a finite number, found NaN",
  );
  assertThrows(() => meanLogSigmoid(0, Infinity), InputError, "deviation must be");
});
