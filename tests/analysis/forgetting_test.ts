import { assertEquals, assertThrows } from "@std/assert";
import { standardDeviation } from "simple-statistics";
import {
  cellSurvival,
  inputDeviation,
  timeScale,
  unitTimeScales,
} from "../../src/analysis/forgetting.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const constant = (value: number, steps = 6) =>
  Array.from({ length: steps }, () => [[value, value], [value, value]]);

Deno.test("timeScale: after so many steps 1/e is left", () => {
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

Deno.test("unitTimeScales: of a constant gate that of its value", () => {
  assertClose(unitTimeScales(constant(0.7)), [timeScale(0.7), timeScale(0.7)], tolerance.rounding);
});

Deno.test("unitTimeScales: unit by unit, by the mean of ln f", () => {
  const gate = [[[0.5, 1, 0]], [[0.125, 1, 0.5]]];
  const [first = NaN, ...others] = unitTimeScales(gate);
  assertClose([first], [timeScale(0.25)], tolerance.rounding);
  assertEquals(others, [Infinity, 0]);
});

Deno.test("cellSurvival: of a constant gate its powers", () => {
  const wanted = Array.from({ length: 7 }, (_, k) => 0.6 ** k);
  assertClose(cellSurvival(constant(0.6)), wanted, tolerance.rounding);
});

Deno.test("cellSurvival: the geometric mean of products, whatever the order of means", () => {
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

Deno.test("cellSurvival: a closed gate leaves nothing for good", () => {
  assertEquals(cellSurvival([[[0.5]], [[0]], [[0.5]]]), [1, 0.5, 0, 0]);
});

Deno.test("inputDeviation: of what the sigmoid was taken of", () => {
  const random = new Random(1);
  const inputs = Array.from(
    { length: 4 },
    () => Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => 1 + random.normal())),
  );
  const gate = inputs.map((step) =>
    step.map((sequence) => sequence.map((input) => 1 / (1 + Math.exp(-input))))
  );
  assertClose([inputDeviation(gate)], [standardDeviation(inputs.flat(2))], tolerance.rounding);
  assertEquals(inputDeviation(constant(0.7)), 0);
});

Deno.test("inputDeviation: a gate that rounding closed or opened has a finite one", () => {
  // The inputs of the float32 numbers next to 0 and 1 are -126 ln 2 and, but for 6e-8, 24 ln 2.
  assertClose([inputDeviation([[[0, 1]]])], [75 * Math.LN2], tolerance.float32);
});

Deno.test("a gate outside of [0, 1], or without activations, is an error", () => {
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
