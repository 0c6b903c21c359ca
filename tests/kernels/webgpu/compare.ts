import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { webgpuExecutor, type WebgpuOptions } from "../../../src/kernels/webgpu/executor.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { type Case, runCase } from "../cases.ts";

/** Every way to launch, for both kinds of adapter. */
export const ways: readonly WebgpuOptions[] = [
  { adapter: "software", mode: "narrow" },
  { adapter: "software", mode: "wide" },
  { adapter: "software", mode: "looped" },
  { adapter: "hardware", mode: "narrow" },
  { adapter: "hardware", mode: "wide" },
  { adapter: "hardware", mode: "looped" },
];

/** Fails if a way to launch computes other numbers than the CPU in any region. */
export async function compare(
  one: Case,
  way: WebgpuOptions,
  replicas = 2,
  steps = 1,
  first = 0,
): Promise<void> {
  const wanted = await runCase(cpuExecutor(), one, replicas, steps, first);
  const found = await runCase(webgpuExecutor(way), one, replicas, steps, first);
  for (let r = 0; r < replicas; r++) {
    for (const [name, { offset, size }] of Object.entries(one.regions)) {
      const start = r * one.size + offset;
      const what = `${one.name}, ${way.adapter} ${way.mode}, replica ${r}, ${name}`;
      const [a, b] = [found, wanted].map((values) => values.subarray(start, start + size));
      assertClose(a ?? [], b ?? [], tolerance.backend.webgpu, { what });
    }
  }
}
