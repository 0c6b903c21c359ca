import { assertEquals } from "@std/assert";
import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { wasmExecutor } from "../../../src/kernels/wasm/executor.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { type Case, runCase } from "../cases.ts";

/** Both binaries, each on one thread. */
export const variants = {
  relaxed: wasmExecutor({ threads: 1, variant: "relaxed" }),
  plain: wasmExecutor({ threads: 1, variant: "plain" }),
} as const;

/** Fails if a binary computes other numbers than the CPU, or writes between regions. */
export async function compare(one: Case, replicas = 2, steps = 1): Promise<void> {
  const wanted = await runCase(cpuExecutor(), one, replicas, steps);
  for (const [variant, executor] of Object.entries(variants)) {
    const found = await runCase(executor, one, replicas, steps);
    for (let r = 0; r < replicas; r++) {
      const [a, b] = [found, wanted].map((all) => all.slice(r * one.size, (r + 1) * one.size));
      for (const [name, { offset, size }] of Object.entries(one.regions)) {
        const what = `${one.name}, ${variant}, replica ${r}, ${name}`;
        const [part, whole] = [a, b].map((all) => all?.subarray(offset, offset + size));
        assertClose(part ?? [], whole ?? [], tolerance.backend.wasm, { what });
        part?.fill(0);
        whole?.fill(0);
      }
      assertEquals(a, b, `${one.name}, ${variant}: what lies between regions`);
    }
  }
}
