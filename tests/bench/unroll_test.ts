import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { ours } from "../../bench/unroll.ts";
import { CHECKED_TOKENS, drawTensors, type Workload, workloads } from "../../bench/workload.ts";
import { onBackend } from "../backends.ts";

const [sampling] = workloads.filter(({ id }) => id === "sampling");

/** Generates the first tokens of each row with a small network. */
async function tokens(batch: number, runs: number): Promise<readonly number[]> {
  assert(sampling);
  const sizes = { inputSize: 6, hiddenSize: 7, vocabulary: 11, outputSize: 11 };
  const workload: Workload = { ...sampling, ...sizes, batch };
  const timed = await ours(workload, drawTensors(workload));
  await timed.run(runs);
  timed.dispose();
  return timed.checks;
}

Deno.test("ours() samples a row beside others as alone, and leaks nothing", async () => {
  await onBackend("cpu", async () => {
    const before = tf.memory().numTensors;
    const [alone, together] = [await tokens(1, 2), await tokens(3, 1)];
    assertEquals(tf.memory().numTensors, before);
    assertEquals([alone.length, together.length], [CHECKED_TOKENS, 3 * CHECKED_TOKENS]);
    assertEquals(together.filter((_, i) => i % 3 === 0), alone);
    assert(together.every((id) => Number.isInteger(id) && id >= 0 && id < 11));
  });
});
