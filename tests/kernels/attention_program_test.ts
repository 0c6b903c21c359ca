import { assertEquals } from "@std/assert";
import { attentionProgram } from "../../src/kernels/attention_program.ts";
import { type CellKind, cells } from "../../src/kernels/cells.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { evaluationProgram } from "../../src/kernels/evaluation_program.ts";
import type { NetworkSpec } from "../../src/kernels/network.ts";
import { wasmExecutor } from "../../src/kernels/wasm/executor.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import {
  attentionNetwork,
  classes,
  idsOf,
  inputSize,
  writeParameters,
} from "./attention_network.ts";

const sizes = [{ steps: 5, batch: 2 }, { steps: 1, batch: 3 }, { steps: 9, batch: 1 }];

/** Networks of every cell, with one layer and with two. */
const specs: readonly NetworkSpec[] = (Object.keys(cells) as CellKind[]).flatMap((cell) => {
  const directions = cells[cell].recurrent ? [false, true] : [false];
  return directions.flatMap((bidirectional) => [
    attentionNetwork(cell, bidirectional),
    attentionNetwork(cell, bidirectional, { numLayers: 2, readout: "mean" }),
  ]);
});

Deno.test("attentionProgram() computes what evaluationProgram() does, in every routine", async () => {
  for (const spec of specs) {
    const made = attentionProgram(spec, sizes);
    const session = wasmExecutor().start(made.program, 1);
    writeParameters(session, made.parameters);
    for (const [i, { steps, batch }] of sizes.entries()) {
      const whole = evaluationProgram(spec, null, { steps, batch, masked: false });
      const other = wasmExecutor().start(whole.program, 1);
      writeParameters(other, whole.parameters);
      other.write(whole.x, idsOf(steps, batch));
      other.run("fresh");
      const routines = made.routines[i];
      if (!routines || !whole.weights) throw new Error("a routine is missing");
      for (const routine of [routines.output, routines.attend]) {
        session.write(routines.x, idsOf(steps, batch));
        session.run(routine);
        assertEquals(await session.read(routines.logits), await other.read(whole.output));
        assertEquals(await session.read(routines.weights), await other.read(whole.weights));
      }
      other.dispose();
    }
    session.dispose();
  }
});

Deno.test("attentionProgram(): the weighted mean of the steps' logits is the output", async () => {
  for (const spec of specs) {
    const made = attentionProgram(spec, sizes);
    const session = cpuExecutor().start(made.program, 1);
    writeParameters(session, made.parameters);
    for (const [i, { steps, batch }] of sizes.entries()) {
      const routines = made.routines[i];
      if (!routines) throw new Error("a routine is missing");
      session.write(routines.x, idsOf(steps, batch));
      session.run(routines.attend);
      const weights = await session.read(routines.weights);
      const stepLogits = await session.read(routines.stepLogits);
      const sums = new Float64Array(batch * classes);
      stepLogits.forEach((logit, at) => {
        const row = Math.floor(at / classes);
        const to = (row % batch) * classes + at % classes;
        sums[to] = (sums[to] ?? NaN) + (weights[row] ?? NaN) * logit;
      });
      assertClose(await session.read(routines.logits), sums, tolerance.backend.cpu);
    }
    session.dispose();
  }
});

Deno.test("attentionProgram(): both gradients are equal if nothing flows through the weights", async () => {
  for (const spec of specs.filter(({ readout }) => readout === "mean")) {
    const [size] = sizes;
    if (!size) throw new Error("a size is missing");
    const made = attentionProgram(spec, [size]);
    const [routines] = made.routines;
    if (!routines) throw new Error("a routine is missing");
    const session = cpuExecutor().start(made.program, 1);
    writeParameters(session, made.parameters);
    const found: Float32Array[] = [];
    for (const gradient of [routines.fixed, routines.through]) {
      session.write(routines.x, idsOf(size.steps, size.batch));
      session.run(routines.output);
      session.write(routines.dLogits, Float32Array.of(1, 0, -1, 2, -1, -1));
      session.run(gradient);
      found.push(await session.read(routines.dEmbedded));
    }
    assertEquals(found[0], found[1]);
    assertEquals(found[0]?.length, size.steps * size.batch * inputSize);
    session.dispose();
  }
});
