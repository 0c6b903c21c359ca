import { assertEquals } from "@std/assert";
import { floorOf, operationsOf } from "../../bench/operations.ts";
import { stackOf, type Workload, workloads } from "../../bench/workload.ts";
import type { Command } from "../../src/kernels/instructions.ts";
import type { NetworkSpec } from "../../src/kernels/network.ts";
import { trainingProgram } from "../../src/kernels/training_program.ts";
import { inferenceProgram } from "../../src/kernels/inference_program.ts";
import { cells } from "../../src/kernels/cells.ts";

/** Counts the operations of the matrix products in a list of commands. */
function counted(commands: readonly Command[], { cell }: Workload): number {
  let flops = 0;
  for (const command of commands) {
    if (command.op === "gemm") flops += 2 * command.m * command.n * command.k;
    if (/^(rnn|lstm|gru)(Forward|Backward)$/.test(command.op) && "hidden" in command) {
      flops += 2 * command.steps * command.batch * cells[cell].gates.length * command.hidden ** 2;
    }
  }
  return flops;
}

/** Returns the commands of a training step, or of a step of generation. */
function commandsOf(workload: Workload): readonly Command[] {
  const { task, steps, batch, vocabulary, outputSize } = workload;
  const spec: NetworkSpec = {
    stack: stackOf(workload),
    embedding: vocabulary > 0 ? { vocabulary, padding: 0 } : null,
    dropout: 0,
    head: { outFeatures: outputSize, bias: true, tied: false },
    readout: "all",
  };
  if (task === "generation") return inferenceProgram(spec, batch).program.routines.next ?? [];
  const loss = task === "language"
    ? { kind: "crossEntropy", ignoreIndex: 0 } as const
    : { kind: "squaredError" } as const;
  const size = { steps, batch, masked: false, capacity: 1 };
  return trainingProgram(spec, loss, size).program.routines.continue ?? [];
}

const counts = ["regression", "language", "generation"];
for (
  const one of workloads.filter(({ task, replicas }) => replicas === 1 && counts.includes(task))
) {
  Deno.test(`operationsOf() counts the operations of the commands: ${one.id}`, () => {
    assertEquals(operationsOf(one).flops, counted(commandsOf(one), one));
  });
}

Deno.test("operationsOf() agrees with the operations and bytes of a tiny LSTM, counted by hand", () => {
  const tiny = workloads[0];
  const parameters = 80 * (10 + 20 + 2) + 10 * (20 + 1);
  const forward = 10 * (80 * 30 + 20 * 10);
  // The backward pass has twice as many products, but none for the gradient of the input.
  const products = 3 * forward - 10 * 80 * 10;
  assertEquals(tiny && operationsOf(tiny), {
    ...{ flops: 2 * products, bytes: 4 * (6 * parameters + 100 + 100) },
  });
});

Deno.test("operationsOf() of a hundred networks is a hundred times that of one", () => {
  const [one, hundred] = ["tiny-lstm", "tiny-x100"].map((id) => workloads.find((w) => w.id === id));
  if (!one || !hundred) throw new Error("no such workloads");
  const { flops, bytes } = operationsOf(one);
  assertEquals(operationsOf(hundred), { flops: 100 * flops, bytes: 100 * bytes });
});

Deno.test("floorOf() is the longer of operations and bytes", () => {
  const machine = { flopsPerSecond: 100, bandwidth: [{ size: 8, bytesPerSecond: 10 }] };
  assertEquals(floorOf({ flops: 1000, bytes: 50 }, machine), 10);
  assertEquals(floorOf({ flops: 100, bytes: 50 }, machine), 5);
  assertEquals(floorOf({ flops: 100, bytes: 50 }, { ...machine, bandwidth: [] }), 1);
});

Deno.test("floorOf() streams bytes at the best copy of their size or above", () => {
  const bandwidth = [[10, 1], [100, 4], [1000, 2]].map(([size = 0, bytesPerSecond = 0]) => ({
    ...{ size, bytesPerSecond },
  }));
  const seconds = (bytes: number) => floorOf({ flops: 0, bytes }, { flopsPerSecond: 1, bandwidth });
  assertEquals([4, 40, 400, 4000].map(seconds), [1, 10, 100, 2000]);
});
