import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { webgpuExecutor } from "../../../src/kernels/webgpu/executor.ts";
import { testOn } from "../../backends.ts";
import { tolerance } from "../../tolerance.ts";
import {
  attentionCases,
  gemmCase,
  layerCases,
  type LayerShape,
  otherCases,
  runCase,
} from "../cases.ts";
import { assertSameRegions, spoiledCases } from "../not_finite.ts";
import { compare, ways } from "./compare.ts";

const sizes = [
  [1, 1, 1],
  [1, 80, 10],
  [7, 5, 3],
  [16, 16, 4],
  [37, 41, 67],
  [130, 65, 33],
] as const;

for (const [m, n, k] of sizes) {
  testOn("webgpu", `gemm ${[m, n, k]} matches the CPU, transposed or not`, async () => {
    for (const way of ways.filter(({ mode }) => mode !== "looped")) {
      for (const a of [0, 1] as const) {
        for (const b of [0, 1] as const) await compare(gemmCase(m, n, k, a, b, a), way);
      }
    }
  });
}

const shapes: readonly LayerShape[] = [
  { steps: 1, batch: 1, hidden: 1 },
  { steps: 3, batch: 2, hidden: 5, output: false, relu: 1 },
  { steps: 5, batch: 3, hidden: 8, reverse: 1, masked: true, relu: 2 },
  { steps: 4, batch: 17, hidden: 31, masked: true },
  { steps: 2, batch: 9, hidden: 130, reverse: 1 },
];

for (const cell of ["rnn", "lstm", "gru"] as const) {
  for (const shape of shapes) {
    testOn("webgpu", `${cell} ${JSON.stringify(shape)} matches the CPU`, async () => {
      for (const way of ways) {
        for (const one of layerCases(cell, shape)) await compare(one, way);
      }
    });
  }
}

for (const shape of shapes) {
  const name = JSON.stringify(shape);
  testOn("webgpu", `rnn without recurrent weights ${name} matches the CPU`, async () => {
    for (const way of ways) {
      for (const one of layerCases("rnn", { ...shape, recurrent: false })) await compare(one, way);
    }
  });
}

for (const one of otherCases()) {
  testOn("webgpu", `${one.name} matches the CPU`, async () => {
    for (const way of ways.filter(({ mode }) => mode !== "looped")) {
      await compare(one, way, 2, 2, 1);
    }
  });
}

testOn("webgpu", "attention matches the CPU over more steps than a launch may take", async () => {
  const shape = { steps: 50_100, batch: 1, width: 2, size: 1, masked: true, given: true };
  for (const one of attentionCases(shape)) {
    await compare(one, { adapter: "software", mode: "wide" }, 1);
  }
});

testOn(
  "webgpu",
  "webgpuExecutor() has NaN and infinities where cpuExecutor() has them, in every command",
  async () => {
    const tried = ways.filter(({ adapter, mode }) =>
      mode === (adapter === "software" ? "narrow" : "wide")
    );
    for (const one of spoiledCases([NaN, -Infinity])) {
      const wanted = await runCase(cpuExecutor(), one, 2);
      for (const way of tried) {
        const found = await runCase(webgpuExecutor(way), one, 2);
        const what = `${way.adapter} ${way.mode}`;
        assertSameRegions(one, found, wanted, tolerance.backend.webgpu, what);
      }
    }
  },
);
