import { type BackendDescription, selectBackend } from "../../src/core/backend.ts";
import { ProgressDisplay } from "../../tasks/progress.ts";
import { compare } from "./compare.ts";
import type { Job } from "./competitor.ts";
import { drawTensors } from "./data.ts";
import { floors, measureMachine } from "./floors.ts";
import { backendCompetitors } from "./backend_competitors.ts";
import type { BenchOptions } from "./options.ts";
import { findPeers, type Peer, peerCompetitors } from "./peer_competitors.ts";
import type { BenchReport, Row } from "./results.ts";
import { type Workload, workloads } from "./workload.ts";

/**
 * Runs a bench.
 *
 * @throws {MissingError} On a backend that does not start, and on a Python that was named and has
 *   no such library.
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const display = new ProgressDisplay();
  const notes: string[] = [];
  const note = (line: string): void => {
    notes.push(line);
    display.line(line);
  };
  const requests = options.backends.length > 0 ? options.backends : ["auto" as const];
  const backends: BackendDescription[] = [];
  for (const request of requests) {
    const selection = await selectBackend(request);
    backends.push(selection.description);
    if (selection.note !== null) note(selection.note);
  }
  const peers: Peer[] = [];
  try {
    peers.push(...await findPeers("torch", options.torch, note));
    peers.push(...await findPeers("jax", options.jax, note));
    display.line("Measuring what the machine can do.");
    const machine = await measureMachine(backends, peers);
    for (const line of machine.notes) note(line);
    const competitors = [...backendCompetitors(backends), ...peers.flatMap(peerCompetitors)];
    const rows: Row[] = [];
    for (const workload of chosen(options, peers, note)) {
      rows.push(
        await withNumbers(workload, (job) =>
          compare(job, competitors, {
            seconds: options.seconds,
            floor: (one, competitor) => floors(machine, one.workload, competitor),
            progress: (group, done, total) =>
              display.update({ experiment: workload.title, group, done, total, kept: false }),
            failed: (line) => display.line(line),
          })),
      );
      display.line(`${workload.title}: done`);
    }
    const { lines, speeds, bandwidth } = machine;
    return { machine: lines, speeds, bandwidth, notes, seconds: options.seconds, rows };
  } finally {
    display.clear();
    for (const { processes } of peers) {
      for (const process of processes) await process.close();
    }
  }
}

function chosen(
  { only }: BenchOptions,
  peers: readonly Peer[],
  note: (line: string) => void,
): readonly Workload[] {
  const all = workloads.filter(({ group }) => only.includes(group));
  if (!only.includes("cudnn") || peers.some(({ device }) => device !== null)) return all;
  note("cudnn: left out, no PyTorch here has a GPU.");
  return all.filter(({ group }) => group !== "cudnn");
}

/** Draws a workload's numbers, and has them in a file for the peers as long as the work lasts. */
async function withNumbers<T>(workload: Workload, work: (job: Job) => Promise<T>): Promise<T> {
  const drawn = drawTensors(workload);
  const file = await Deno.makeTempFile({ prefix: "unroll-bench-" });
  try {
    for (const { values } of drawn) {
      await Deno.writeFile(file, new Uint8Array(values.buffer), { append: true });
    }
    return await work({ workload, drawn, file });
  } finally {
    await Deno.remove(file);
  }
}
