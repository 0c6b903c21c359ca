import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { addingProblem } from "../../../src/data/adding_problem.ts";
import { stackSamples } from "../../../src/data/sequence_task.ts";
import { marksOf, runningSums } from "../../../src/experiments/lstm_gates/networks.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

Deno.test("marksOf() finds the steps of the numbers to be added", () => {
  const task = addingProblem({ steps: 7, inputSize: 4 });
  const { x, target } = stackSamples([1, 2].map((seed) => task.draw(3, new Random(seed))));
  const marks = marksOf(x);
  assertEquals([marks.length, marks[0]?.length, marks[0]?.[0]?.length], [2, 7, 3]);
  const sums = marks.flatMap((steps, r) =>
    [0, 1, 2].map((b) =>
      steps.reduce(
        (sum, step, t) => step[b] ? sum + (x.data[((r * 7 + t) * 3 + b) * 4] ?? NaN) : sum,
        0,
      )
    )
  );
  assertClose(sums, [...target.data], tolerance.float32);
});

Deno.test("runningSums() counts the marks and adds the marked numbers up to each step", () => {
  const task = addingProblem({ steps: 6, inputSize: 3 });
  const { x, target } = stackSamples([1, 2].map((seed) => task.draw(4, new Random(seed))));
  const found = runningSums(x);
  assertEquals(found.length, 2);
  for (const [r, { counts, sums }] of found.entries()) {
    assertEquals([counts.length, sums.length], [6, 6]);
    assertEquals(counts.at(-1), [2, 2, 2, 2]);
    assertClose(sums.at(-1) ?? [], target.data.subarray(4 * r, 4 * r + 4), tolerance.float32);
    for (let b = 0; b < 4; b++) {
      let before = { count: 0, sum: 0 };
      for (let t = 0; t < 6; t++) {
        const start = ((r * 6 + t) * 4 + b) * 3;
        const mark = x.data[start + 1] ?? NaN;
        const sum = before.sum + mark * (x.data[start] ?? NaN);
        before = { count: before.count + mark, sum };
        assertEquals([counts[t]?.[b], sums[t]?.[b]], [before.count, before.sum]);
      }
    }
  }
});
