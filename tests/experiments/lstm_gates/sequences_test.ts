import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { addingProblem } from "../../../src/data/adding_problem.ts";
import { sideBySide } from "../../../src/data/sequence_task.ts";
import { marksOf } from "../../../src/experiments/lstm_gates/sequences.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

Deno.test("marks are where the numbers to be added stand", () => {
  const task = addingProblem({ steps: 7, inputSize: 4 });
  const { x, target } = sideBySide([1, 2].map((seed) => task.draw(3, new Random(seed))));
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
