import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { addingProblem } from "../../src/data/adding_problem.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("addingProblem() marks one number in each half, with their sum as target", () => {
  for (const steps of [2, 5, 8]) {
    const [batch, inputSize] = [50, 4];
    const task = addingProblem({ steps, inputSize, outputSize: 3 });
    const { x, target } = task.draw(batch, new Random(1));
    assertEquals([x.shape, target.shape], [[steps, batch, 4], [batch, 3]]);
    const places = new Set<number>();
    for (let b = 0; b < batch; b++) {
      const at = (t: number, i: number) => x.data[(t * batch + b) * inputSize + i] ?? NaN;
      const marked = Array.from({ length: steps }, (_, t) => t).filter((t) => at(t, 1) === 1);
      assertEquals(marked.map((t) => t < Math.floor(steps / 2)), [true, false]);
      marked.forEach((t) => places.add(t));
      const sum = Math.fround(marked.reduce((total, t) => total + at(t, 0), 0));
      assertEquals([...target.data.slice(b * 3, b * 3 + 3)], [sum, sum, sum]);
      for (let t = 0; t < steps; t++) {
        assert(at(t, 0) >= 0 && at(t, 0) < 1 && [0, 1].includes(at(t, 1)));
        assertEquals([at(t, 2), at(t, 3)], [0, 0]);
      }
    }
    assertEquals(places.size, steps, "every step is marked in some sequence");
  }
});

Deno.test("addingProblem().memoryless is the variance of the sum, 1/6", () => {
  const { target } = addingProblem({ steps: 20 }).draw(20_000, new Random(3));
  const loss = target.data.reduce((sum, wanted) => sum + (wanted - 1) ** 2, 0) / 20_000;
  assertClose([loss], [1 / 6], tolerance.draws);
  assertEquals(addingProblem({ steps: 20 }).memoryless.value, 1 / 6);
});

Deno.test("addingProblem() refuses sizes out of range", () => {
  assertThrows(
    () => addingProblem({ steps: 1 }),
    InputError,
    "steps must be an integer of at least 2, found 1",
  );
  assertThrows(
    () => addingProblem({ steps: 4, inputSize: 1 }),
    InputError,
    "inputSize must be an integer of at least 2, found 1",
  );
  assertThrows(() => addingProblem({ steps: 4, outputSize: 0 }), InputError, "outputSize");
});
