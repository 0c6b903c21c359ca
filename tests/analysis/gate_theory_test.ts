import { assert, assertThrows } from "@std/assert";
import { meanLogSigmoid } from "../../src/analysis/gate_theory.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

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

Deno.test("meanLogSigmoid() is the integral, whatever mean and deviation", () => {
  for (const mean of [-10, -4, 0, 1, 4, 10]) {
    for (const deviation of [0, 0.1, 0.66, 1, 3]) {
      const found = meanLogSigmoid(mean, deviation);
      const what = `mean ${mean}, deviation ${deviation}`;
      assertClose([found], [bySimpson(mean, deviation)], tolerance.quadrature, { what });
    }
  }
});

Deno.test("meanLogSigmoid() is ln sigmoid of the mean without deviation, and below it with one", () => {
  for (const mean of [-3, 0, 1, 5]) {
    const log = Math.log(sigmoid(mean));
    assertClose([meanLogSigmoid(mean, 0)], [log], tolerance.rounding);
    // The second order of the deviation is -sigmoid' / 2.
    const slope = sigmoid(mean) * (1 - sigmoid(mean));
    const gap = (meanLogSigmoid(mean, 0.01) - log) / 0.01 ** 2;
    assert(Math.abs(gap + slope / 2) < 1e-4, `mean ${mean}: ${gap}`);
  }
});

Deno.test("meanLogSigmoid() is the mean over drawn numbers", () => {
  const random = new Random(1);
  const n = 200_000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(sigmoid(random.normal(1, 0.8)));
  assertClose([meanLogSigmoid(1, 0.8)], [sum / n], tolerance.draws);
});

Deno.test("meanLogSigmoid() refuses a deviation below 0 and what is not finite", () => {
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
