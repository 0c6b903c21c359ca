import { assert, assertEquals } from "@std/assert";
import {
  measure,
  measureStorage,
  type Observed,
} from "../../../src/experiments/lstm_gates/measure.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Random } from "../../../src/core/random.ts";
import { addingProblem } from "../../../src/data/adding_problem.ts";
import { stackSamples } from "../../../src/data/sequence_task.ts";
import { runningSums } from "../../../src/experiments/lstm_gates/networks.ts";

Deno.test("measure() compares states by sequence, and their changes separately", () => {
  const gate = [1, 2, 3].map(() => [[0.5], [0.5]]);
  const hidden = [[[0.1], [0.3]], [[0.2], [0.2]], [[0.4], [0.8]]];
  // The ratios are at least 3 in the first sequence and 1.5 in the second, which a mean would hide.
  const cell = [[[0.3], [0.45]], [[0.7], [0.9]], [[1.2], [1.2]]];
  const gates = { inputGate: gate, forgetGate: gate, outputGate: gate, candidate: gate };
  const found = measure({ ...gates, hidden, cell });
  assertClose([found.smallestRatio ?? NaN], [1.5], tolerance.rounding);
  // The changes of h and c are 0.1, 0.2 and 0.4, 0.5 in the first sequence, and -0.1, 0.6 and 0.45,
  // 0.3 in the second. They do not correlate.
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

/**
 * Returns the states of an artificial network of 4 units. The cell of the first unit is the running
 * sum; the other cells and the hidden state are noise.
 *
 * @param forget The forget gate of each unit.
 */
function observed(seed: number, forget: readonly number[]): Observed {
  const random = new Random(seed);
  const { x } = stackSamples([addingProblem({ steps: 8 }).draw(200, random.fork("task"))]);
  const [sums] = runningSums(x);
  assert(sums);
  const noise = random.fork("noise");
  const each = (of: (sum: number, count: number) => number[]) =>
    sums.sums.map((step, t) => step.map((sum, b) => of(sum, sums.counts[t]?.[b] ?? NaN)));
  const normal = () => noise.normal();
  return {
    sums,
    traced: {
      cell: each((sum) => [3 * sum, normal(), normal(), normal()]),
      hidden: each((_, count) => [count, normal(), 0, 0]),
      forgetGate: each(() => [...forget]),
    },
  };
}

Deno.test("measureStorage() finds the sum in the cell units that store it, beyond the number of marks", () => {
  const open = measureStorage(observed(1, [0.9, 0.5, 0.5, 0.5]), observed(2, [0.9, 0.5, 0.5, 0.5]));
  assertClose([open.cell, open.open], [1, 1], tolerance.rounding);
  // Noise of 1,000 steps or more that is not independent: within a tenth of 0.
  assert(Math.abs(open.hidden) < 0.1 && Math.abs(open.closed) < 0.1, JSON.stringify(open));
  const closed = measureStorage(
    observed(1, [0.1, 0.5, 0.5, 0.9]),
    observed(2, [0.9, 0.1, 0.5, 0.5]),
  );
  assertClose([closed.closed], [1], tolerance.rounding);
  assert(Math.abs(closed.open) < 0.1);
});

Deno.test("measureStorage() accepts a network with a single unit", () => {
  const one = (seed: number): Observed => {
    const { sums, traced } = observed(seed, [0.9, 0.5, 0.5, 0.5]);
    const first = (states: Observed["traced"]["cell"]) =>
      states.map((step) => step.map((units) => units.slice(0, 1)));
    return {
      sums,
      traced: {
        cell: first(traced.cell),
        hidden: first(traced.hidden),
        forgetGate: first(traced.forgetGate),
      },
    };
  };
  const found = measureStorage(one(1), one(2));
  assertEquals(found.open, found.closed);
  assertClose([found.open], [1], tolerance.rounding);
});
