import { type BackendDescription, selectBackend } from "../src/core/backend.ts";
import { ProgressDisplay } from "../tasks/cli/progress.ts";
import { commit } from "../tasks/cli/project.ts";
import {
  type BenchReport,
  compare,
  type Comparison,
  type Competitor,
  type Row,
} from "./compare.ts";
import { CLASSIFIER, compareClassifier } from "./classifier.ts";
import { measureCommands } from "./commands.ts";
import { type BackendName, readyOn } from "./contest.ts";
import { compareLearning, LEARNING } from "./learning.ts";
import { floors, isDevice, measureMachine } from "./machine.ts";
import { findPeers, type Peer, peerCompetitors } from "./peers.ts";
import { stock } from "./tfjs.ts";
import { ours } from "./unroll.ts";
import { drawTensors, type Group, withNumbers, type Workload, workloads } from "./workload.ts";

/** The options of `deno task bench`. */
export interface BenchOptions {
  readonly only: readonly Group[];
  /** The backends of tfjs; empty for the one that `auto` selects. */
  readonly backends: readonly BackendName[];
  /** Pythons with PyTorch and with JAX; empty for those that are found. */
  readonly torch: readonly string[];
  readonly jax: readonly string[];
  /** Seconds for each measurement. */
  readonly seconds: number;
  /** The file for the results, absolute; null to write none. */
  readonly json: string | null;
}

/**
 * Runs a bench.
 *
 * @throws {MissingError} If a backend does not start, or if a named Python does not have its
 * library.
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const display = new ProgressDisplay();
  // Before this program adds work of its own, and before a commit of the user's.
  const [[load = 0], measuredCommit] = [Deno.loadavg(), await commit()];
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
    const reporting = (experiment: string) => ({
      seconds: options.seconds,
      progress: (group: string, done: number, total: number) =>
        display.update({ experiment, group, done, total, kept: false }),
      failed: (line: string) => display.line(line),
    });
    const rows: Row[] = [];
    for (const workload of chosen(options, peers, note)) {
      const drawn = drawTensors(workload);
      const floor: Comparison["floor"] = (job, competitor) =>
        floors(machine, job.workload, competitor);
      rows.push(
        await withNumbers(drawn, (file) => {
          const job = { workload, drawn, file };
          return compare(job, competitors, { ...reporting(workload.title), floor });
        }),
      );
      display.line(`${workload.title}: done`);
    }
    const learning = options.only.includes("learning")
      ? await compareLearning({ ...reporting(LEARNING), backends, peers })
      : null;
    if (learning) display.line(`${LEARNING}: done`);
    const classifier = options.only.includes("classifier")
      ? await compareClassifier({ ...reporting(CLASSIFIER), backends, peers })
      : null;
    if (classifier) display.line(`${CLASSIFIER}: done`);
    const [first] = backends;
    const commands = first && options.only.includes("commands")
      ? await measureCommands({
        backend: first.name,
        progress: (group, done, total) =>
          display.update({ experiment: "commands", group, done, total, kept: false }),
      })
      : null;
    if (commands) display.line("commands: done");
    const { facts, speeds, bandwidth } = machine;
    return {
      ...{ date: new Date().toISOString().slice(0, 10), commit: measuredCommit },
      ...{ machine: { ...facts, load }, versions: first?.versions ?? {} },
      ...{ peers: peers.map(({ title }) => title), speeds, bandwidth, notes },
      ...{ seconds: options.seconds, rows, learning, classifier, commands },
    };
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
  note("cudnn: left out, since no PyTorch here has a GPU.");
  return all.filter(({ group }) => group !== "cudnn");
}

/** The competitors of this library and of plain tfjs, on each started backend. */
export function backendCompetitors(backends: readonly BackendDescription[]): Competitor[] {
  return backends.flatMap((backend) => {
    const { name } = backend;
    const takes = (kind: Competitor["kind"]) => ({ task }: Workload): boolean => {
      // The peer of this workload computes on a GPU.
      if (task === "recurrence") return isDevice(backend);
      return kind === "ours" || task !== "sampling";
    };
    return ([["Unroll", "ours", ours], ["tfjs", "stock", stock]] as const).map(
      ([title, kind, make]): Competitor => ({
        ...{ name: `${title} ${name}`, kind, backend: name, library: null, takes: takes(kind) },
        prepare: ({ workload, drawn }) => readyOn(name, () => make(workload, drawn)),
      }),
    );
  });
}
