import { assert, assertEquals, assertThrows } from "@std/assert";
import { sampleStandardDeviation } from "../../src/statistics/descriptive.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { gateSequence } from "../../src/data/gate_sequence.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("gateSequence() draws a sine, a trend, a random walk and normal numbers", () => {
  const [steps, batch, inputSize] = [200, 30, 5];
  const { shape, data } = gateSequence({ steps, batch, inputSize }, new Random(1));
  assertEquals(shape, [steps, batch, inputSize]);
  const feature = (i: number, b: number) =>
    Array.from({ length: steps }, (_, t) => data[(t * batch + b) * inputSize + i] ?? NaN);
  const walkSteps: number[] = [];
  for (let b = 0; b < batch; b++) {
    assertEquals(
      feature(0, b),
      Array.from({ length: steps }, (_, t) => Math.fround(Math.sin(0.3 * t))),
    );
    assertEquals(feature(1, b), Array.from({ length: steps }, (_, t) => Math.fround(0.1 * t)));
    const walk = feature(2, b);
    walkSteps.push(...walk.slice(1).map((at, t) => at - (walk[t] ?? NaN)));
  }
  assertClose([sampleStandardDeviation(walkSteps)], [0.1], tolerance.draws);
  const rest = [3, 4].flatMap((i) => Array.from({ length: batch }, (_, b) => feature(i, b)).flat());
  assertClose([sampleStandardDeviation(rest)], [1], tolerance.draws);
  const starts = Array.from({ length: batch }, (_, b) => feature(2, b)[0]);
  assert(new Set(starts).size === batch);
});

Deno.test("gateSequence() refuses fewer than three features", () => {
  assertThrows(
    () => gateSequence({ steps: 2, batch: 1, inputSize: 2 }, new Random(1)),
    InputError,
    "inputSize must be an integer of at least 3, found 2",
  );
});
