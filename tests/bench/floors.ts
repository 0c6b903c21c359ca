import * as tf from "@tensorflow/tfjs";
import type { BackendDescription } from "../../src/core/backend.ts";
import { currentExecutor } from "../../src/kernels/executors.ts";
import { wasmExecutor } from "../../src/kernels/wasm/executor.ts";
import { isDevice } from "./backend_competitors.ts";
import type { Competitor } from "./competitor.ts";
import { COPIED, copySpeeds, kernelSpeed, stockSpeed } from "./machine.ts";
import { floorOf, type Machine, operationsOf } from "./operations.ts";
import type { Peer } from "./peer_competitors.ts";
import type { BenchReport, Speed } from "./results.ts";
import type { Workload } from "./workload.ts";

/** What was measured of the processor, and of devices beside it. */
export interface Measurements extends Pick<BenchReport, "speeds" | "bandwidth"> {
  /** The machine in words. */
  readonly lines: readonly string[];
  /** Peers that do not use the machine, a line each. */
  readonly notes: readonly string[];
  /** The best of the processor. */
  readonly host: Machine;
  /** The best of a GPU, as WebGPU reaches it and as CUDA does; null without one. */
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
  // As many as the kernels use at most.
  const cores = Math.min(4, navigator.hardwareConcurrency);
  // The kernels' product counts whatever the backends: it is what the processor can do from here.
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
      lines: await describe(backends),
      notes: slowPeers(peers, host),
      speeds: [...host, ...webgpu, ...cuda],
    },
    ...{ bandwidth: sizes, host: { flopsPerSecond: best(host), bandwidth: sizes } },
    // Copies are measured on the processor alone: a device's floor is that of its operations.
    webgpu: webgpu.length > 0 ? { flopsPerSecond: best(webgpu), bandwidth: [] } : null,
    cuda: cuda.length > 0 ? { flopsPerSecond: best(cuda), bandwidth: [] } : null,
  };
}

/** The least seconds of a step of a workload where a competitor computes. */
export function floors(
  { host, webgpu, cuda }: Measurements,
  workload: Workload,
  { kind, backend }: Pick<Competitor, "kind" | "backend">,
): number {
  const device = backend === "webgpu" ? webgpu : null;
  const gpu = kind === "peer" && workload.task === "recurrence" ? cuda : null;
  return floorOf(operationsOf(workload), device ?? gpu ?? host);
}

/** Peers whose matrix product is so slow that their rows say little of the library. */
function slowPeers(peers: readonly Peer[], speeds: readonly Speed[]): string[] {
  return peers.flatMap(({ title }) => {
    const own = best(speeds.filter(({ name }) => name === title));
    return own * 8 > best(speeds) ? [] : [
      `${title}: its matrix product is ${Math.round(best(speeds) / own)} times slower than the ` +
      "best here. It is built on a slow BLAS, and its rows tell of that.",
    ];
  });
}

function best(speeds: readonly Speed[]): number {
  return Math.max(0, ...speeds.map(({ flopsPerSecond }) => flopsPerSecond));
}

/** The processor, the adapters and the versions, a line each. */
async function describe(backends: readonly BackendDescription[]): Promise<string[]> {
  const { deno = "", tfjs = "" } = backends[0]?.versions ?? {};
  const adapters = backends.flatMap(({ adapter }) => adapter ? [adapter.description] : []);
  return [
    `${await processor()}, ${navigator.hardwareConcurrency} threads, ${Deno.build.os}`,
    ...[...new Set(adapters)].map((adapter) => `WebGPU: ${adapter}`),
    `Deno ${deno}, tfjs ${tfjs}`,
  ];
}

async function processor(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? Deno.build.arch;
  } catch {
    // Only Linux tells by a file.
    return Deno.build.arch;
  }
}
