import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import type { Executor } from "../../../src/kernels/program.ts";
import { webgpuExecutor, type WebgpuOptions } from "../../../src/kernels/webgpu/executor.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import type { Case } from "../cases.ts";

/** Every way to launch, for both kinds of adapter. */
export const ways: readonly WebgpuOptions[] = [
  { adapter: "software", mode: "narrow" },
  { adapter: "software", mode: "wide" },
  { adapter: "software", mode: "looped" },
  { adapter: "hardware", mode: "narrow" },
  { adapter: "hardware", mode: "wide" },
  { adapter: "hardware", mode: "looped" },
];

/** Runs a case and returns the arenas [replicas, size]. */
export async function after(
  executor: Executor,
  { command, size, values }: Case,
  replicas: number,
  steps = 1,
  first = 0,
): Promise<Float32Array> {
  const session = executor.start({ size, routines: { run: [command] } }, replicas);
  const all = { offset: 0, size };
  session.write(all, values(replicas));
  session.run("run", steps, first);
  const found = await session.read(all);
  session.dispose();
  return found;
}

/** Fails if a way to launch computes other numbers than the CPU in any region. */
export async function compare(
  one: Case,
  way: WebgpuOptions,
  replicas = 2,
  steps = 1,
  first = 0,
): Promise<void> {
  const wanted = await after(cpuExecutor(), one, replicas, steps, first);
  const found = await after(webgpuExecutor(way), one, replicas, steps, first);
  for (let r = 0; r < replicas; r++) {
    for (const [name, { offset, size }] of Object.entries(one.regions)) {
      const start = r * one.size + offset;
      const what = `${one.name}, ${way.adapter} ${way.mode}, replica ${r}, ${name}`;
      const [a, b] = [found, wanted].map((values) => values.subarray(start, start + size));
      assertClose(a ?? [], b ?? [], tolerance.backend.webgpu, { what });
    }
  }
}
