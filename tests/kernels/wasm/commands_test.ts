import { Random } from "../../../src/core/random.ts";
import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { tolerance } from "../../tolerance.ts";
import { gemmCase, layerCases, type LayerShape, otherCases, runCase } from "../cases.ts";
import { assertSameRegions, spoiledCases } from "../not_finite.ts";
import { compare, variants } from "./compare.ts";

const ways = [0, 1] as const;

for (const transposeA of ways) {
  for (const transposeB of ways) {
    Deno.test(`gemm ${transposeA} ${transposeB} matches the CPU at sizes of every path`, async () => {
      for (const accumulate of ways) {
        for (const m of [1, 2, 3, 4, 5, 6, 7, 13, 20]) {
          for (const [n, k] of [[1, 1], [5, 3], [8, 17], [20, 10], [35, 30], [75, 19]] as const) {
            await compare(gemmCase(m, n, k, transposeA, transposeB, accumulate));
          }
        }
      }
    });

    Deno.test(`gemm ${transposeA} ${transposeB} matches the CPU for few rows and a large B`, async () => {
      for (const m of [2, 3, 4, 5, 23, 24, 25]) {
        for (const [n, k] of [[259, 70], [130, 131]] as const) {
          await compare(gemmCase(m, n, k, transposeA, transposeB, m % 2 === 0 ? 1 : 0), 1);
        }
      }
    });

    Deno.test(`gemm ${transposeA} ${transposeB} matches the CPU at sizes of many blocks`, async () => {
      for (
        const [m, n, k] of [[1, 70, 600], [3, 600, 523], [101, 530, 7], [197, 45, 300]] as const
      ) {
        await compare(gemmCase(m, n, k, transposeA, transposeB, m === 101 ? 1 : 0), 1);
      }
    });
  }
}

Deno.test("gemm matches the CPU at random sizes", async () => {
  const random = new Random(11);
  const way = (): 0 | 1 => random.integer(0, 1) === 0 ? 0 : 1;
  for (let i = 0; i < 200; i++) {
    const [m, n, k] = [random.integer(1, 40), random.integer(1, 90), random.integer(1, 90)];
    await compare(gemmCase(m, n, k, way(), way(), way()), 1);
  }
});

/** One shape for each path: unpacked weights, packed weights, wide layers, long sequences. */
const shapes: readonly LayerShape[] = [
  { steps: 1, batch: 1, hidden: 1 },
  { steps: 1, batch: 2, hidden: 70 },
  { steps: 1, batch: 7, hidden: 70 },
  { steps: 1, batch: 24, hidden: 33, masked: true },
  { steps: 1, batch: 25, hidden: 33 },
  { steps: 2, batch: 3, hidden: 101, masked: true },
  { steps: 10, batch: 1, hidden: 20, output: false },
  { steps: 5, batch: 3, hidden: 8, reverse: 1, masked: true },
  { steps: 4, batch: 17, hidden: 31, masked: true },
  { steps: 3, batch: 4, hidden: 13 },
  { steps: 2, batch: 9, hidden: 130, reverse: 1 },
  { steps: 12, batch: 16, hidden: 64, masked: true, reverse: 1 },
];

Deno.test("rnn without recurrent weights matches the CPU at sizes of every path", async () => {
  for (const shape of shapes) {
    for (const relu of [0, 1, 2] as const) {
      for (const one of layerCases("rnn", { ...shape, relu, recurrent: false })) await compare(one);
    }
  }
});

for (const cell of ["rnn", "lstm", "gru"] as const) {
  Deno.test(`${cell} matches the CPU at sizes of every path`, async () => {
    for (const shape of shapes) {
      for (const one of layerCases(cell, shape)) await compare(one);
    }
  });

  Deno.test(`${cell} matches the CPU at random sizes`, async () => {
    const random = new Random(13).fork(cell);
    const coin = (): boolean => random.integer(0, 1) === 1;
    for (let i = 0; i < 60; i++) {
      const shape = {
        steps: random.integer(1, 7),
        batch: random.integer(1, 9),
        hidden: random.integer(1, 40),
        reverse: coin() ? 1 : 0,
        masked: coin(),
        output: coin(),
        relu: random.integer(0, 2) === 0 ? 0 : coin() ? 1 : 2,
      } as const;
      for (const one of layerCases(cell, shape)) await compare(one, 1);
    }
  });
}

for (const one of otherCases()) {
  Deno.test(`${one.name} matches the CPU`, () => compare(one, 2, 3));
}

Deno.test("wasmExecutor() has NaN and infinities where cpuExecutor() has them, in every command", async () => {
  for (const one of spoiledCases([NaN, Infinity, -Infinity])) {
    const wanted = await runCase(cpuExecutor(), one, 2, 1);
    for (const [variant, executor] of Object.entries(variants)) {
      const found = await runCase(executor, one, 2, 1);
      assertSameRegions(one, found, wanted, tolerance.backend.wasm, variant);
    }
  }
});
