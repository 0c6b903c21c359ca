import { assert, assertEquals } from "@std/assert";
import { wasmExecutor } from "../../../src/kernels/wasm/executor.ts";
import { type Case, gemmCase, layerCases, type LayerShape, otherCases, runCase } from "../cases.ts";

/** Sizes at which threads share units, examples, or nothing. */
const shapes: readonly LayerShape[] = [
  { steps: 5, batch: 1, hidden: 128, reverse: 1 },
  { steps: 3, batch: 3, hidden: 104, masked: true },
  { steps: 6, batch: 16, hidden: 64, masked: true, reverse: 1 },
  { steps: 9, batch: 37, hidden: 31, masked: true },
  { steps: 2, batch: 2, hidden: 20 },
];

const cases: readonly Case[] = [
  gemmCase(1, 300, 301, 0, 1, 0),
  gemmCase(3, 211, 301, 1, 1, 0),
  gemmCase(16, 133, 300, 0, 1, 1),
  gemmCase(197, 45, 300, 1, 0, 0),
  gemmCase(10, 1000, 70, 0, 0, 0),
  gemmCase(7, 5, 3, 0, 0, 0),
  ...(["rnn", "lstm", "gru"] as const).flatMap((cell) =>
    shapes.flatMap((shape) => layerCases(cell, shape))
  ),
  ...shapes.flatMap((shape) => layerCases("rnn", { ...shape, recurrent: false })),
  ...otherCases(),
];

const alone = wasmExecutor({ threads: 1 });

for (const threads of [2, 3]) {
  for (const share of ["commands", "replicas"] as const) {
    Deno.test(`WasmSession.run() computes the same bytes on ${threads} threads that share ${share}`, async () => {
      const executor = wasmExecutor({ threads, share });
      await executor.warm();
      try {
        assertEquals(executor.threads, threads);
        for (const one of cases) {
          for (const replicas of share === "commands" ? [1, 2] : [5]) {
            const wanted = bits(await runCase(alone, one, replicas, 3));
            const found = bits(await runCase(executor, one, replicas, 3));
            assertEquals(differing(found, wanted), -1, `${one.name}, ${replicas} replicas`);
          }
        }
      } finally {
        executor.dispose();
      }
    });
  }
}

for (const variant of ["relaxed", "plain"] as const) {
  Deno.test(`wasmExecutor() computes the same bytes without shared memory [${variant}]`, async () => {
    const [shared, own] = [true, false].map((sharedMemory) =>
      wasmExecutor({ threads: 2, variant, sharedMemory })
    );
    assert(shared && own);
    await own.warm();
    assertEquals(own.threads, 1);
    try {
      for (const one of cases) {
        for (const replicas of [1, 2]) {
          const wanted = bits(await runCase(shared, one, replicas, 3));
          const found = bits(await runCase(own, one, replicas, 3));
          assertEquals(differing(found, wanted), -1, `${one.name}, ${replicas} replicas`);
        }
      }
    } finally {
      shared.dispose();
      own.dispose();
    }
  });
}

Deno.test("WasmSession.run() computes the same bytes for a replica as alone", async () => {
  for (const one of cases) {
    const together = await runCase(alone, one, 3, 2);
    for (let r = 0; r < 3; r++) {
      const values = (): Float32Array => one.values(3).slice(r * one.size, (r + 1) * one.size);
      const found = bits(await runCase(alone, { ...one, values }, 1, 2));
      const wanted = bits(together.slice(r * one.size, (r + 1) * one.size));
      assertEquals(differing(found, wanted), -1, `${one.name}, replica ${r}`);
    }
  }
});

function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Returns the first index at which they differ, or -1. */
function differing(found: Uint32Array, wanted: Uint32Array): number {
  return found.findIndex((word, i) => word !== wanted[i]);
}
