import { assert, assertEquals } from "@std/assert";
import { agree, type Timed } from "../../bench/contest.ts";
import { stock } from "../../bench/tfjs.ts";
import { ours } from "../../bench/unroll.ts";
import { drawTensors, type Workload, workloads } from "../../bench/workload.ts";
import { onBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Returns a small version of a workload. */
function small(id: string, changes: Partial<Workload> = {}): Workload {
  const found = workloads.find((workload) => workload.id === id);
  if (!found) throw new RangeError(`no workload ${id}`);
  return { ...found, ...changes };
}

const words = {
  ...{ steps: 5, inputSize: 6, hiddenSize: 7, vocabulary: 11, outputSize: 11 },
} as const;

const cases: readonly (readonly [what: string, workload: Workload])[] = [
  ["a step of Adam, LSTM", small("tiny-lstm", { batch: 2 })],
  ["a step of Adam, GRU", small("tiny-gru")],
  ["a step of Adam, RNN", small("tiny-rnn")],
  ["a step of Adam, three LSTMs", small("tiny-x10", { replicas: 3 })],
  ["gradients of input and weights", small("flow", { steps: 9 })],
  ["a step of clipped AdamW with padding", small("text", { ...words, batch: 3 })],
  ["tokens, one after the other", small("generation", { ...words, steps: 1 })],
  ["tokens of rows side by side", small("generation-x20", { ...words, steps: 1, batch: 3 })],
  ["gradients of recurrent layers", small("cudnn-64-16-x1", { ...words, outputSize: 0 })],
];

for (const [what, found] of cases) {
  const workload = found.task === "recurrence" ? { ...found, vocabulary: 0, batch: 2 } : found;
  Deno.test(`this library and plain tfjs compute the same: ${what}`, async () => {
    const drawn = drawTensors(workload);
    const [mine, theirs] = await onBackend("cpu", async () => {
      const found: Timed[] = [];
      for (const competitor of [ours, stock]) {
        const timed = await competitor(workload, drawn);
        await timed.run(3);
        timed.dispose();
        found.push(timed);
      }
      return found;
    });
    assert(mine && theirs);
    assert(mine.checks.length > 0 && mine.checks.every((value) => value !== 0));
    assertClose(mine.checks, theirs.checks, tolerance.backend.cpu);
  });
}

Deno.test("agree() is relative to the reference, and nothing agrees with NaN", () => {
  assertEquals(agree([1.0005, 2], [1, 2], 1e-3), true);
  assertEquals(agree([1.002, 2], [1, 2], 1e-3), false);
  assertEquals(agree([1], [1, 2], 1e-3), false);
  assertEquals(agree([NaN], [1], 1e-3), false);
  assertEquals(agree([1], [NaN], 1e-3), false);
});
