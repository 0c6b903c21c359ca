import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { alternatingSign } from "../../src/data/per_step_tasks.ts";
import { copyTask } from "../../src/data/per_step_tasks.ts";
import { cumulativeSum } from "../../src/data/per_step_tasks.ts";
import type { SequenceTask } from "../../src/data/sequence_task.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/**
 * The mean squared error of a predictor that sees the input of the step but not the index of the
 * step.
 */
function lossOf(task: SequenceTask, predict: (input: number) => number): number {
  const { x, target } = task.draw(20_000, new Random(7));
  let sum = 0;
  for (const [i, wanted] of target.data.entries()) sum += (wanted - predict(x.data[i] ?? NaN)) ** 2;
  return sum / target.data.length;
}

Deno.test("copyTask(), cumulativeSum() and alternatingSign() have targets of the inputs so far", () => {
  const [steps, size, batch] = [5, 2, 3];
  const at = (data: Float32Array, t: number, b: number, i: number) =>
    data[(t * batch + b) * size + i] ?? NaN;
  for (const make of [copyTask, cumulativeSum, alternatingSign]) {
    const task = make({ steps, size });
    const { x, target } = task.draw(batch, new Random(1));
    assertEquals([x.shape, target.shape], [[5, 3, 2], [5, 3, 2]]);
    assertEquals([task.steps, task.inputSize, task.outputSize, task.readout], [5, 2, 2, "all"]);
    for (let b = 0; b < batch; b++) {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let t = 0; t < steps; t++) {
          const input = at(x.data, t, b, i);
          sum = Math.fround(sum + input);
          const wanted = {
            "copy": input,
            "cumulative sum": sum,
            "alternating sign": (-1) ** t * Math.abs(input),
          }[task.name];
          assertEquals(at(target.data, t, b, i), wanted, `${task.name}, step ${t}`);
        }
      }
    }
  }
});

Deno.test("SequenceTask.memoryless and constant are the losses of their predictors", () => {
  const close = (found: number, wanted: number, what: string) =>
    assertClose([found], [wanted], tolerance.draws, { what, scale: Math.max(wanted, 1) });
  for (const steps of [4, 5]) {
    const options = { steps, size: 2 };
    const [copy, sum, sign] = [copyTask, cumulativeSum, alternatingSign].map((make) =>
      make(options)
    );
    assert(copy && sum && sign);
    close(lossOf(copy, (input) => input), copy.memoryless.value, "copy");
    close(lossOf(copy, () => 0), copy.constant?.value ?? NaN, "copy, constant");
    close(lossOf(sum, (input) => input), sum.memoryless.value, "sum");
    close(lossOf(sum, () => 0), sum.constant?.value ?? NaN, "sum, constant");
    const odd = steps % 2;
    const guess = (input: number) => odd * Math.abs(input) / steps;
    close(lossOf(sign, guess), sign.memoryless.value, "sign");
    const mean = Math.sqrt(2 / Math.PI) / steps;
    if (odd) close(lossOf(sign, () => mean), sign.constant?.value ?? NaN, "sign, constant");
    else assertEquals(sign.constant, undefined);
  }
});

Deno.test("SequenceTask.draw() draws equal sequences from equal sources, and new ones from a used source", () => {
  const task = cumulativeSum();
  assertEquals(task.draw(2, new Random(3)), task.draw(2, new Random(3)));
  const source = new Random(3);
  assert(task.draw(2, source).x.data[0] !== task.draw(2, source).x.data[0]);
});

Deno.test("copyTask(), cumulativeSum() and alternatingSign() refuse sizes out of range", () => {
  assertThrows(
    () => copyTask({ steps: 0 }),
    InputError,
    "steps must be a positive integer, found 0",
  );
  assertThrows(() => alternatingSign({ size: 1.5 }), InputError, "size must be a positive integer");
  assertThrows(
    () => copyTask().draw(-1, new Random(1)),
    InputError,
    "batch must be a positive integer, found -1",
  );
});
