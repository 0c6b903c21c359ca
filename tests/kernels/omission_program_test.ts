import { assertEquals } from "@std/assert";
import { type CellKind, cells } from "../../src/kernels/cells.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { evaluationProgram } from "../../src/kernels/evaluation_program.ts";
import type { NetworkSpec } from "../../src/kernels/network.ts";
import { canOmit, omissionProgram, stateIndices } from "../../src/kernels/omission_program.ts";
import type { Executor } from "../../src/kernels/program.ts";
import { wasmExecutor } from "../../src/kernels/wasm/executor.ts";
import { webgpuExecutor } from "../../src/kernels/webgpu/executor.ts";
import { testOn } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { attentionNetwork, classes, idsOf, writeParameters } from "./attention_network.ts";

const sizes = [{ steps: 6, batch: 2 }, { steps: 2, batch: 3 }, { steps: 3, batch: 1 }];

/** The output of sequences without step `omitted`, by the program that runs whole sequences. */
async function outputWithout(
  executor: Executor,
  spec: NetworkSpec,
  { steps, batch }: { steps: number; batch: number },
  omitted: number,
): Promise<Float32Array> {
  const made = evaluationProgram(spec, null, { steps: steps - 1, batch, masked: false });
  const session = executor.start(made.program, 1);
  writeParameters(session, made.parameters);
  session.write(
    made.x,
    idsOf(steps, batch).filter((_, at) => Math.floor(at / batch) !== omitted),
  );
  session.run("fresh");
  const output = await session.read(made.output);
  session.dispose();
  return output;
}

type Made = Executor & { dispose?(): void };

const executors: readonly [backend: "cpu" | "wasm" | "webgpu", make: () => Made][] = [
  ["cpu", cpuExecutor],
  ["wasm", () => wasmExecutor()],
  ["webgpu", () => webgpuExecutor()],
];

for (const [backend, make] of executors) {
  testOn(backend, "omissionProgram() has the outputs of shortened sequences", async () => {
    const few = backend === "webgpu";
    const executor = make();
    for (const cell of few ? ["lstm"] as const : Object.keys(cells) as CellKind[]) {
      for (const bidirectional of few ? [true] : cells[cell].recurrent ? [false, true] : [false]) {
        for (const readout of few ? [{ attention: 5 }] : [{ attention: 5 }, "mean"] as const) {
          const spec = attentionNetwork(cell, bidirectional, { readout });
          const chosen = few ? sizes.slice(2) : sizes;
          const made = omissionProgram(spec, chosen);
          const session = executor.start(made.program, 1);
          writeParameters(session, made.parameters);
          for (const [i, size] of chosen.entries()) {
            const routine = made.routines[i];
            if (!routine) throw new Error("a routine is missing");
            session.write(routine.x, idsOf(size.steps, size.batch));
            const { size: count } = routine.repeats;
            session.write(
              routine.repeats,
              Float32Array.from({ length: count }, (_, row) => {
                return row % size.batch;
              }),
            );
            routine.indices.forEach((region, direction) => {
              session.write(region, stateIndices(spec, direction, size));
            });
            session.run(routine.name);
            const found = await session.read(routine.logits);
            for (let omitted = 0; omitted < size.steps; omitted++) {
              const each = size.batch * classes;
              const own = found.subarray(omitted * each, (omitted + 1) * each);
              const wanted = await outputWithout(executor, spec, size, omitted);
              const what = `${cell}, ${bidirectional}, ${size.steps} steps without ${omitted}`;
              assertClose(own, wanted, tolerance.backend[backend], { what });
            }
          }
          session.dispose();
        }
      }
    }
    executor.dispose?.();
  });
}

Deno.test("stateIndices() reads the states of the whole sequence before the omitted step", () => {
  const forward = stateIndices(attentionNetwork("gru", true), 0, { steps: 3, batch: 1 });
  // The states of the whole sequence are 0 to 2. Step 1 has the copy without 0; step 2, those
  // without 0 and without 1. The columns are the omitted steps.
  assertEquals([...forward], [3, 0, 0, 4, 5, 1]);
  const reverse = stateIndices(attentionNetwork("gru", true), 1, { steps: 3, batch: 1 });
  assertEquals([...reverse], [1, 5, 4, 2, 2, 3]);
  const feedforward = attentionNetwork("feedforward_tanh", false);
  assertEquals([...stateIndices(feedforward, 0, { steps: 3, batch: 1 })], [1, 0, 0, 2, 2, 1]);
});

Deno.test("canOmit() is true for one layer", () => {
  assertEquals(canOmit(attentionNetwork("lstm", true)), true);
  assertEquals(canOmit(attentionNetwork("lstm", true, { numLayers: 2 })), false);
});
