import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { addingProblem } from "../../src/data/adding_problem.ts";
import { stackSamples } from "../../src/data/sequence_task.ts";

const task = addingProblem({ steps: 4 });

Deno.test("stackSamples() stacks samples along a leading axis", () => {
  const samples = [1, 2, 3].map((seed) => task.draw(2, new Random(seed)));
  const { x, target } = stackSamples(samples);
  assertEquals([x.shape, target.shape], [[3, 4, 2, 2], [3, 2, 1]]);
  assertEquals([...x.data], samples.flatMap((sample) => [...sample.x.data]));
  assertEquals([...target.data], samples.flatMap((sample) => [...sample.target.data]));
});

Deno.test("stackSamples() refuses samples of different shapes, and no samples", () => {
  const random = new Random(1);
  assertThrows(
    () => stackSamples([task.draw(2, random), task.draw(3, random)]),
    InputError,
    "samples[1] must be of shape [4, 2, 2], found [4, 3, 2]",
  );
  assertThrows(() => stackSamples([]), InputError, "samples must be at least one, found []");
});
