import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { type CellKind, cells } from "../../src/kernels/cells.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import type { NetworkSpec, Readout } from "../../src/kernels/network.ts";
import type { Executor } from "../../src/kernels/program.ts";
import { evaluationProgram } from "../../src/kernels/evaluation_program.ts";
import { wasmExecutor } from "../../src/kernels/wasm/executor.ts";
import { webgpuExecutor } from "../../src/kernels/webgpu/executor.ts";
import { testOn } from "../backends.ts";
import { assertClose, type Tolerance, tolerance } from "../tolerance.ts";

const [inputSize, hiddenSize, out] = [6, 7, 3];
const readouts: readonly Readout[] = ["all", "last", "mean", { attention: 5 }];

function network(cell: CellKind, bidirectional: boolean, readout: Readout): NetworkSpec {
  const sizes = { inputSize, hiddenSize, numLayers: 2, bias: true, dropout: 0.5 };
  return {
    stack: { cell, ...sizes, bidirectional },
    embedding: null,
    dropout: 0.5,
    head: { outFeatures: out, bias: true, tied: false },
    readout,
  };
}

/** Sequences [step][feature], whose numbers do not depend on how they are put into batches. */
const sequences = [9, 4, 6].map((length, i) =>
  Array.from(
    { length },
    (_, t) => Array.from({ length: inputSize }, () => new Random(3).fork(i).fork(t).normal()),
  )
);

/** The output and the weights of each sequence, without padding. */
interface Found {
  readonly output: readonly number[];
  readonly weights: readonly number[];
}

/** Runs sequences in one batch, padded to `steps` with `padding`. */
async function runBatch(
  executor: Executor,
  spec: NetworkSpec,
  given: readonly (readonly (readonly number[])[])[],
  steps: number,
  padding = 0,
): Promise<Found[]> {
  const batch = given.length;
  const masked = given.some(({ length }) => length < steps);
  const made = evaluationProgram(spec, null, { steps, batch, masked });
  const session = executor.start(made.program, 1);
  const random = new Random(5);
  const draw = () => random.normal(0, 0.5);
  session.write(made.parameters, Float32Array.from({ length: made.parameters.size }, draw));
  const cells = Array.from({ length: steps * batch }, (_, row) => {
    return given[row % batch]?.[Math.floor(row / batch)];
  });
  const blank = Array<number>(inputSize).fill(padding);
  session.write(made.x, Float32Array.from(cells.flatMap((cell) => cell ?? blank)));
  if (masked) session.write(made.mask, Float32Array.from(cells, (cell) => cell ? 1 : 0));
  session.run("fresh");
  const output = await session.read(made.output);
  const weights = made.weights ? await session.read(made.weights) : new Float32Array();
  session.dispose();
  return given.map((_, b) => {
    const own = cells.flatMap((cell, row) => cell && row % batch === b ? [row] : []);
    const rest = cells.flatMap((cell, row) => !cell && row % batch === b ? [row] : []);
    // Padding has a weight of exactly 0.
    if (made.weights) assertEquals(rest.map((row) => weights[row]), rest.map(() => 0));
    const rows = spec.readout === "all" ? own : [b];
    return {
      output: rows.flatMap((row) => [...output.subarray(row * out, (row + 1) * out)]),
      weights: made.weights ? own.map((row) => weights[row] ?? NaN) : [],
    };
  });
}

type Made = Executor & { dispose?(): void };

const executors: Readonly<Record<string, [backend: "cpu" | "wasm" | "webgpu", () => Made]>> = {
  "cpu": ["cpu", cpuExecutor],
  "wasm": ["wasm", () => wasmExecutor()],
  "wasm, plain": ["wasm", () => wasmExecutor({ threads: 1, variant: "plain" })],
  "wasm, 2 threads that share commands": [
    "wasm",
    () => wasmExecutor({ threads: 2, share: "commands" }),
  ],
  "webgpu, narrow": ["webgpu", () => webgpuExecutor({ mode: "narrow" })],
  "webgpu, wide": ["webgpu", () => webgpuExecutor({ mode: "wide" })],
};

/** Fails unless each sequence has the same results alone, in a batch and with more padding. */
async function assertPaddingHasNoEffect(
  executor: Executor,
  spec: NetworkSpec,
  allowed: Tolerance,
): Promise<void> {
  const { cell, bidirectional } = spec.stack;
  const together = await runBatch(executor, spec, sequences, 9);
  const longer = await runBatch(executor, spec, sequences, 12, 100);
  for (const [i, sequence] of sequences.entries()) {
    const [alone] = await runBatch(executor, spec, [sequence], sequence.length);
    for (const [batch, found] of Object.entries({ together: together[i], longer: longer[i] })) {
      assert(found && alone);
      for (const part of ["output", "weights"] as const) {
        const what = `${cell}, bidirectional ${bidirectional}, sequence ${i} ${batch}, ${part}`;
        assertClose(found[part], alone[part], allowed, { what });
      }
    }
  }
}

for (const [name, [backend, make]] of Object.entries(executors)) {
  for (const readout of readouts) {
    // A narrow kernel takes seconds to compile, and attention has the parts of the other readouts.
    if (name.includes("narrow") && typeof readout === "string") continue;
    const title = `${typeof readout === "string" ? readout : "attention"}, ${name}`;
    testOn(
      backend,
      `evaluationProgram() computes the same for a sequence in a padded batch: ${title}`,
      async () => {
        const few = backend === "webgpu";
        const executor = make();
        for (const cell of few ? ["gru"] as const : Object.keys(cells) as CellKind[]) {
          for (const bidirectional of few ? [true] : [false, true]) {
            const allowed = few ? tolerance.backend.webgpu : tolerance.exact;
            await assertPaddingHasNoEffect(
              executor,
              network(cell, bidirectional, readout),
              allowed,
            );
          }
        }
        executor.dispose?.();
      },
    );
  }
}

Deno.test("evaluationProgram() continues from the final states of the sequences before", async () => {
  for (const cell of Object.keys(cells) as CellKind[]) {
    const spec = network(cell, false, "all");
    const random = new Random(5);
    const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());
    const [half, whole] = [3, 6].map((steps) => {
      const made = evaluationProgram(spec, null, { steps, batch: 2, masked: false });
      return { ...made, session: cpuExecutor().start(made.program, 1) };
    });
    assert(half && whole);
    const parameters = values(half.parameters.size);
    const input = values(whole.x.size);
    for (const { session, parameters: region } of [half, whole]) session.write(region, parameters);
    whole.session.write(whole.x, input);
    whole.session.run("fresh");
    const wanted = await whole.session.read(whole.output);
    half.session.write(half.x, input.subarray(0, half.x.size));
    half.session.run("fresh");
    const first = await half.session.read(half.output);
    half.session.write(half.x, input.subarray(half.x.size));
    half.session.run("continue");
    const second = await half.session.read(half.output);
    assertEquals([...first, ...second], [...wanted], cell);
    half.session.run("fresh");
    const fresh = [...await half.session.read(half.output)];
    // Without recurrence, the states before a batch have no effect on its outputs.
    if (cells[cell].recurrent) assertNotEquals(fresh, [...second], cell);
    else assertEquals(fresh, [...second], cell);
  }
});
