import { assertEquals, assertThrows } from "@std/assert";
import {
  binShares,
  meansOfChosen,
  saturation,
  spreadByStep,
  stability,
} from "../../src/analysis/gates.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("spreadByStep: over units and batch, divided by n", () => {
  const [first, second] = spreadByStep([[[1, 3], [5, 7]], [[2, 2], [2, 2]]]);
  assertEquals(first, { mean: 4, deviation: Math.sqrt(5), low: 1, high: 7 });
  assertEquals(second, { mean: 2, deviation: 0, low: 2, high: 2 });
  assertEquals(spreadByStep([[[0.3]]]), [{ mean: 0.3, deviation: 0, low: 0.3, high: 0.3 }]);
});

Deno.test("spreadByStep: a step without activations is an error", () => {
  assertThrows(
    () => spreadByStep([[[1]], [[]]]),
    InputError,
    "activations[1] must be at least 1 number",
  );
});

Deno.test("meansOfChosen: over units and the sequences chosen at a step", () => {
  const gate = [[[0, 1], [4, 6], [2, 2]], [[1, 1], [3, 5], [7, 9]]];
  const chosen = [[true, true, false], [false, true, false]];
  assertEquals(meansOfChosen(gate, chosen), [2.75, 4]);
  const none = chosen.map((step) => step.map(() => false));
  assertEquals(meansOfChosen(gate, none), [null, null]);
  const all = chosen.map((step) => step.map(() => true));
  assertEquals(meansOfChosen(gate, all), spreadByStep(gate).map(({ mean }) => mean));
});

Deno.test("meansOfChosen: another shape is an error", () => {
  const gate = [[[0.5], [0.5]]];
  assertThrows(() => meansOfChosen(gate, []), InputError, "chosen must be of 1 steps");
  assertThrows(
    () => meansOfChosen(gate, [[true]]),
    InputError,
    "chosen[0] must be of 2 sequences, found 1",
  );
});

Deno.test("stability: movements that cancel show in the units alone", () => {
  assertEquals(stability([[[0, 1]], [[1, 0]]]), { ofMean: 0, ofUnits: 0.5 });
  // Units that move alike move their mean as much.
  const alike = [[[0.1, 0.1]], [[0.5, 0.5]], [[0.3, 0.3]]];
  const { ofMean, ofUnits } = stability(alike);
  assertClose([ofMean], [ofUnits], tolerance.rounding);
  assertEquals(stability([[[0.5, 0.1]]]), { ofMean: 0, ofUnits: 0 });
  assertThrows(() => stability([]), InputError, "activations must be of at least 1 step");
});

Deno.test("binShares: edges belong to the bin above, 1 to the last", () => {
  assertEquals(binShares([0, 0.24, 0.25, 0.5, 1], 4), [0.4, 0.2, 0.2, 0.2]);
  const random = new Random(1);
  const values = Array.from({ length: 1000 }, () => random.uniform());
  const shares = binShares(values, 20);
  assertEquals(shares.length, 20);
  assertClose([shares.reduce((a, b) => a + b)], [1], tolerance.rounding);
});

Deno.test("binShares: wrong values and bins are errors", () => {
  for (const wrong of [-0.1, 1.1, NaN]) {
    assertThrows(() => binShares([0.5, wrong], 2), InputError, "values[1] must be in [0, 1]");
  }
  assertThrows(() => binShares([], 2), InputError, "values must be at least 1 number");
  assertThrows(() => binShares([0.5], 0), InputError, "bins must be a positive integer");
});

Deno.test("saturation: shares of steps and sequences, by unit; the limits are not saturated", () => {
  const gate = [[[0.05, 0.9], [0.1, 0.95]], [[0, 1], [0.5, 0.2]]];
  assertEquals(saturation(gate), [{ left: 0.5, right: 0 }, { left: 0, right: 0.5 }]);
  assertEquals(saturation(gate, [0.3, 0.3]), [
    { left: 0.75, right: 0.25 },
    { left: 0.25, right: 0.75 },
  ]);
});

Deno.test("saturation: wrong limits and no activations are errors", () => {
  assertThrows(() => saturation([[[0.5]]], [0.9, 0.1]), InputError, "limits must be two numbers");
  assertThrows(() => saturation([]), InputError, "gate must be at least 1 sequence");
});

Deno.test("spreads and stability of large activations are finite", () => {
  const large = 2 ** 1023;
  const [spread] = spreadByStep([[[large, 0.5 * large, large]]]);
  assertEquals([spread?.low, spread?.high], [0.5 * large, large]);
  assertEquals(Math.round((spread?.mean ?? NaN) / large * 1e9), 833333333);
  assertEquals(stability([[[large]], [[0]]]), { ofMean: large / 2, ofUnits: large / 2 });
  assertEquals(meansOfChosen([[[large, large]]], [[true]]), [large]);
});
