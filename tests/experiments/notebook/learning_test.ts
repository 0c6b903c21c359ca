import { assert, assertEquals } from "@std/assert";
import { convergenceEpoch, drawTask, learn } from "../../../src/experiments/notebook/learning.ts";
import { networkKeys, taskKeys } from "../../../src/experiments/notebook/parameters.ts";
import { onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { measuring, part } from "./context.ts";

Deno.test("drawTask() draws the notebook's tasks: 16 sequences of 10 steps, and 4 to test", () => {
  const context = measuring([3]);
  const rules = {
    copy_task: (x: number) => x,
    sum_task: (x: number, before: number) => before + x,
    pattern_task: (x: number, _: number, t: number) => (t % 2 === 0 ? 1 : -1) * Math.abs(x),
  };
  for (const task of taskKeys) {
    const { training, test } = drawTask(context, "Custom_LSTM", task, 5);
    assertEquals(training.length, 16);
    assertEquals([training[0]?.x.shape, test.x.shape], [[1, 10, 1, 10], [1, 10, 4, 10]]);
    assertEquals([training[0]?.target.shape, test.target.shape], [[1, 10, 1, 5], [1, 10, 4, 5]]);
    const wanted: number[] = [];
    for (let t = 0; t < 10; t++) {
      for (let b = 0; b < 4; b++) {
        for (let i = 0; i < 5; i++) {
          const before = wanted[(t - 1) * 20 + b * 5 + i] ?? 0;
          wanted.push(rules[task](test.x.data[(t * 4 + b) * 10 + i] ?? NaN, before, t));
        }
      }
    }
    assertClose(test.target.data, wanted, tolerance.float32);
  }
});

Deno.test("drawTask() draws other sequences for each network and task, the same in every arm", () => {
  const context = measuring([3]);
  const firsts = networkKeys.flatMap((key) =>
    taskKeys.map((task) => drawTask(context, key, task, 5).training[0]?.x.data[0])
  );
  assertEquals(new Set(firsts).size, firsts.length);
  const [five, ten] = [5, 10].map((outputs) =>
    drawTask(context, "Vanilla_RNN", "sum_task", outputs).training[7]?.x.data
  );
  assertEquals(five, ten);
});

Deno.test("learn() carries a network from task to task, or starts a new one for each", async () => {
  const context = measuring([3, 5], { epochs: 2 });
  await onBackend("wasm", async () => {
    const carried = await learn(context, "Custom_LSTM", "carried", part);
    const fresh = await learn(context, "Custom_LSTM", "fresh", part);
    assertEquals([carried.copy_task.length, fresh.copy_task.length], [2, 0]);
    for (const task of taskKeys.slice(1)) {
      carried[task].forEach((one, seed) => assert(one.test !== fresh[task][seed]?.test));
    }
    assertEquals(carried.copy_task[0]?.losses.length, 2);
    // A seed has the same results alone.
    const alone = await learn(measuring([5], { epochs: 2 }), "Custom_LSTM", "carried", part);
    for (const task of taskKeys) {
      const [found, wanted] = [alone[task][0], carried[task][1]];
      assertClose(
        [...found?.losses ?? [], found?.test ?? NaN],
        [...wanted?.losses ?? [], wanted?.test ?? NaN],
        tolerance.replicas,
      );
    }
  });
});

Deno.test("learn() trains until the copy task is learned, as in the notebook", async () => {
  await onBackend("wasm", async () => {
    const found = await learn(measuring([1]), "PyTorch_GRU", "carried", part);
    assertEquals(found.copy_task[0]?.losses.length, 50);
    assert((found.copy_task[0]?.losses.at(-1) ?? NaN) < 0.02);
  });
});

Deno.test("convergenceEpoch() is the first epoch below 0.1, counted from 0, or the number of epochs", () => {
  assertEquals(convergenceEpoch([0.5, 0.1, 0.09, 0.2]), 2);
  assertEquals(convergenceEpoch([0.05]), 0);
  assertEquals(convergenceEpoch([1, 0.1, 0.1]), 3);
});
