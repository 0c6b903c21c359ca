import * as tf from "@tensorflow/tfjs";
import type { BackendDescription } from "../src/core/backend.ts";
import type { Executor } from "../src/kernels/program.ts";
import { currentExecutor } from "../src/kernels/executors.ts";
import type { Command } from "../src/kernels/instructions.ts";
import { Layout } from "../src/kernels/program.ts";
import { wasmExecutor } from "../src/kernels/wasm/executor.ts";
import type { BenchReport, Competitor, MachineFacts, Speed } from "./compare.ts";
import { timeFor } from "./contest.ts";
import { floorOf, type Machine, operationsOf } from "./operations.ts";
import type { Peer } from "./peers.ts";
import type { Workload } from "./workload.ts";

/** Bytes that a copy reads and writes together: sizes for each cache, and for memory. */
export const COPIED = [2 ** 16, 2 ** 20, 2 ** 24, 2 ** 27] as const;

/** The sizes of the square matrix products; the fastest counts. */
const SIDES = [256, 512, 1024] as const;

/** The number of measurements of each speed; the fastest counts. */
const TRIES = 3;

/** Bytes per second that a copy in this process reads and writes, by size. */
export async function copySpeeds(): Promise<{ size: number; bytesPerSecond: number }[]> {
  const speeds = [];
  for (const size of COPIED) {
    const source = new Float32Array(size / 8);
    const target = new Float32Array(size / 8);
    const run = (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) target.set(source);
      return Promise.resolve();
    };
    speeds.push({ size, bytesPerSecond: size / await fastest(run, 0.05) });
  }
  return speeds;
}

/** Floating-point operations per second of an executor's matrix product; a multiply-add is two. */
export async function kernelSpeed(executor: Executor): Promise<number> {
  let best = 0;
  for (const n of SIDES) {
    const layout = new Layout();
    const [a, b, c] = [layout.add(n * n), layout.add(n * n), layout.add(n * n)];
    const product: Command = {
      ...{ op: "gemm", m: n, n, k: n, a: a.offset, lda: n, transposeA: 0, b: b.offset, ldb: n },
      ...{ transposeB: 0, c: c.offset, ldc: n, accumulate: 0, bias: -1, bias2: -1, bias2Count: 0 },
    };
    const session = executor.start({ size: layout.size, routines: { product: [product] } }, 1);
    for (const region of [a, b]) session.write(region, new Float32Array(n * n).fill(0.5));
    const seconds = await fastest(async (times) => {
      session.run("product", times);
      await session.read({ offset: c.offset, size: 1 });
    }, 0.1);
    session.dispose();
    best = Math.max(best, 2 * n ** 3 / seconds);
  }
  return best;
}

/** Floating-point operations per second of tfjs's matrix product on the current backend. */
export async function stockSpeed(): Promise<number> {
  let best = 0;
  for (const n of SIDES) {
    const [a, b] = [tf.fill([n, n], 0.5), tf.fill([n, n], 0.5)];
    const seconds = await fastest(async (times) => {
      for (let i = 1; i < times; i++) tf.matMul(a, b).dispose();
      const last = tf.matMul(a, b);
      await last.data();
      last.dispose();
    }, 0.1);
    tf.dispose([a, b]);
    best = Math.max(best, 2 * n ** 3 / seconds);
  }
  return best;
}

async function fastest(run: (times: number) => Promise<void>, seconds: number): Promise<number> {
  let best = Infinity;
  let times = 1;
  for (let i = 0; i < TRIES; i++) {
    const found = await timeFor({ run }, seconds, times);
    times = found.times;
    best = Math.min(best, found.seconds);
  }
  return best;
}

/** The measured speeds of the processor and of other devices. */
export interface Measurements extends Pick<BenchReport, "speeds" | "bandwidth"> {
  readonly facts: Omit<MachineFacts, "load">;
  /** A line for each peer with a slow matrix product. */
  readonly notes: readonly string[];
  /** The best speeds of the processor. */
  readonly host: Machine;
  /** The best speeds of a GPU by WebGPU and by CUDA; null without one. */
  readonly webgpu: Machine | null;
  readonly cuda: Machine | null;
}

/** Measures matrix products and copies, of every backend and peer. */
export async function measureMachine(
  backends: readonly BackendDescription[],
  peers: readonly Peer[],
): Promise<Measurements> {
  const [host, webgpu, cuda]: [Speed[], Speed[], Speed[]] = [[], [], []];
  const bandwidth = new Map((await copySpeeds()).map((one) => [one.size, one.bytesPerSecond]));
  // The kernels use at most 4 threads.
  const cores = Math.min(4, navigator.hardwareConcurrency);
  // The product of the WASM kernels is measured for every choice of backends.
  for (const threads of new Set([1, cores])) {
    const executor = wasmExecutor({ threads });
    const flopsPerSecond = await kernelSpeed(executor);
    executor.dispose();
    host.push({ name: "Unroll wasm", threads, flopsPerSecond });
  }
  for (const backend of backends) {
    const { name } = backend;
    await tf.setBackend(name);
    const speeds = isDevice(backend) ? webgpu : host;
    const threads = name === "webgpu" ? null : 1;
    if (name !== "wasm") {
      const flopsPerSecond = await kernelSpeed(currentExecutor());
      speeds.push({ name: `Unroll ${name}`, threads, flopsPerSecond });
    }
    speeds.push({ name: `tfjs ${name}`, threads, flopsPerSecond: await stockSpeed() });
  }
  for (const { title, processes } of peers) {
    for (const process of processes) {
      const found = await process.ask({ do: "machine", sizes: COPIED }, "machine");
      for (const { threads, flopsPerSecond } of found.flops) {
        host.push({ name: title, threads, flopsPerSecond });
      }
      if (found.device !== null) {
        cuda.push({ name: `${title}, GPU`, threads: null, flopsPerSecond: found.device });
      }
      for (const { size, bytesPerSecond } of found.bandwidth) {
        bandwidth.set(size, Math.max(bytesPerSecond, bandwidth.get(size) ?? 0));
      }
    }
  }
  const sizes = [...bandwidth].map(([size, bytesPerSecond]) => ({ size, bytesPerSecond }));
  return {
    ...{
      facts: await describe(backends),
      notes: slowPeers(peers, host),
      speeds: [...host, ...webgpu, ...cuda],
    },
    ...{ bandwidth: sizes, host: { flopsPerSecond: best(host), bandwidth: sizes } },
    // Copies are measured on the processor only, so a floor on a GPU counts operations only.
    webgpu: webgpu.length > 0 ? { flopsPerSecond: best(webgpu), bandwidth: [] } : null,
    cuda: cuda.length > 0 ? { flopsPerSecond: best(cuda), bandwidth: [] } : null,
  };
}

/** Whether a backend computes on a GPU. */
export function isDevice({ adapter }: BackendDescription): boolean {
  return adapter?.kind === "hardware";
}

/** The lower bound of the seconds of a step on the device of a competitor. */
export function floors(
  { host, webgpu, cuda }: Measurements,
  workload: Workload,
  { kind, backend }: Pick<Competitor, "kind" | "backend">,
): number {
  const device = backend === "webgpu" ? webgpu : null;
  const gpu = kind === "peer" && workload.task === "recurrence" ? cuda : null;
  return floorOf(operationsOf(workload), device ?? gpu ?? host);
}

/** Lines about peers whose matrix product is much slower than the fastest. */
function slowPeers(peers: readonly Peer[], speeds: readonly Speed[]): string[] {
  return peers.flatMap(({ title }) => {
    const own = best(speeds.filter(({ name }) => name === title));
    return own * 8 > best(speeds) ? [] : [
      `${title}: its matrix product is ${Math.round(best(speeds) / own)} times slower than the ` +
      "fastest here, since its BLAS is slow. This slows its other results too.",
    ];
  });
}

function best(speeds: readonly Speed[]): number {
  return Math.max(0, ...speeds.map(({ flopsPerSecond }) => flopsPerSecond));
}

async function describe(
  backends: readonly BackendDescription[],
): Promise<Measurements["facts"]> {
  const adapters = backends.flatMap(({ adapter }) => adapter ? [adapter.description] : []);
  return {
    ...{ processor: await processor(), threads: navigator.hardwareConcurrency },
    ...{ os: Deno.build.os, adapters: [...new Set(adapters)] },
  };
}

async function processor(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? Deno.build.arch;
  } catch {
    // Only Linux has this file.
    return Deno.build.arch;
  }
}
