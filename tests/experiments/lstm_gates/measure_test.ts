import { assert, assertEquals } from "@std/assert";
import { measure } from "../../../src/experiments/lstm_gates/measure.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

Deno.test("states are compared sequence by sequence, and their changes apart from their course", () => {
  const gate = [1, 2, 3].map(() => [[0.5], [0.5]]);
  const hidden = [[[0.1], [0.3]], [[0.2], [0.2]], [[0.4], [0.8]]];
  // Ratios of 3 and more in the first sequence and of 1.5 in the second, which a mean would hide.
  const cell = [[[0.3], [0.45]], [[0.7], [0.9]], [[1.2], [1.2]]];
  const gates = { inputGate: gate, forgetGate: gate, outputGate: gate, candidate: gate };
  const found = measure({ ...gates, hidden, cell });
  assertClose([found.smallestRatio ?? NaN], [1.5], tolerance.rounding);
  // Two changes each: 0.1, 0.2 with 0.4, 0.5, and -0.1, 0.6 with 0.45, 0.3.
  assertClose([1 + found.changeCorrelation], [1], tolerance.rounding);
  // The largest unit: 0.8 / 1.2.
  assertClose([found.largestShare], [2 / 3], tolerance.rounding);
  // Norms 0.1, 0.2, 0.4 with 0.3, 0.7, 1.2 in the first sequence.
  assertClose([found.firstCorrelation], [41 / Math.sqrt(14 * 122)], tolerance.rounding);
  assert(found.correlation > 0.5 && found.correlation < found.firstCorrelation);
  const dead = hidden.map((step) => step.map(() => [0]));
  const still = measure({ ...gates, hidden: dead, cell });
  assertEquals([still.smallestRatio, still.largestShare], [null, 0]);
  const two = measure({ ...gates, hidden: hidden.slice(1), cell: cell.slice(1) });
  assertEquals(two.changeCorrelation, 0);
});
