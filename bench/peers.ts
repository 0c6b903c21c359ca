import { MissingError } from "../src/core/errors.ts";
import type { Competitor, Job } from "./compare.ts";
import { type Library, LIBRARY_TITLES, type Ready } from "./contest.ts";
import { PeerError, PythonPeer } from "./python_peer.ts";
import { ADAM, ADAMW, CHECKED_TOKENS, type Tensor, type Workload } from "./workload.ts";

const libraries = {
  torch: { script: "python/torch_peer.py", launches: [[]] },
  // The number of XLA's threads is fixed when a process starts.
  jax: { script: "python/jax_peer.py", launches: [["--threads", "1"], []] },
} as const;

/** A Python with its library loaded, in one process for each set of arguments. */
export interface Peer {
  readonly library: Library;
  /** `"PyTorch 2.13.0"` */
  readonly title: string;
  /** Its GPU, or null. */
  readonly device: string | null;
  readonly processes: readonly PythonPeer[];
}

/** Starts a peer. */
export async function startPeer(library: Library, python: string): Promise<Peer> {
  const { script, launches } = libraries[library];
  const processes: PythonPeer[] = [];
  try {
    for (const args of launches) {
      processes.push(await PythonPeer.start(python, new URL(script, import.meta.url), args));
    }
  } catch (error) {
    for (const process of processes) await process.close();
    throw error;
  }
  const { version = "", device = null } = processes[0]?.hello ?? {};
  return { library, title: `${LIBRARY_TITLES[library]} ${version}`, device, processes };
}

/** Instead of a Python: measures without the library. */
export const NO_PEER = "none";

/**
 * Starts the peers of a library: every named Python, or the first that has the library.
 *
 * @param note Called with a line if the library is not found.
 * @throws {MissingError} If a named Python does not have the library.
 */
export async function findPeers(
  library: Library,
  named: readonly string[],
  note: (line: string) => void,
): Promise<Peer[]> {
  const title = LIBRARY_TITLES[library];
  const peers: Peer[] = [];
  if (named.includes(NO_PEER)) return peers;
  for (const python of named) {
    try {
      peers.push(await startPeer(library, python));
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      for (const { processes } of peers) for (const process of processes) await process.close();
      throw new MissingError(
        `--${library} must be a Python with ${title}, found ${JSON.stringify(python)}, ` +
          `which ${error.message}`,
      );
    }
  }
  if (named.length > 0) return peers;
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      return [await startPeer(library, python)];
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
    }
  }
  note(
    `${title}: left out, python3 does not have it; --${library} PYTHON names a Python that has it.`,
  );
  return [];
}

/** The competitors of a peer. */
export function peerCompetitors(peer: Peer): Competitor[] {
  const { title, library } = peer;
  const common = ({ task }: Workload): boolean => task !== "recurrence" && task !== "sampling";
  if (library === "jax") return [competitor(title, peer, "scan", common)];
  const cuda = (workload: Workload): boolean =>
    common(workload) || (workload.task === "recurrence" && peer.device !== null);
  return [
    competitor(title, peer, "modules", cuda),
    competitor(`${title}, from scratch`, peer, "scratch", ({ task }) => task === "regression"),
  ];
}

/** @param key The name of the implementation in the peer. */
function competitor(
  name: string,
  peer: Peer,
  key: string,
  takes: Competitor["takes"],
): Competitor {
  const prepare = (job: Job): Promise<Ready> => readyAt(peer, key, fields(job));
  return { ...{ name, kind: "peer", backend: null, library: peer.library, takes }, prepare };
}

/**
 * Prepares work in a peer, and keeps the fastest of its processes and settings.
 *
 * @param key The name of the work in later requests.
 * @param request The argument of `prepare` in Python.
 */
export async function readyAt(
  peer: Pick<Peer, "processes">,
  key: string,
  request: Readonly<Record<string, unknown>>,
): Promise<Ready> {
  const answers = [];
  for (const process of peer.processes) {
    const answer = await process.ask({ do: "prepare", key, ...request }, "ready");
    answers.push({ process, answer });
  }
  const [best, ...others] = answers.sort((a, b) => a.answer.seconds - b.answer.seconds);
  if (!best) throw new PeerError("has no process");
  for (const { process } of others) await process.ask({ do: "release", key }, "released");
  const { checks, setting } = best.answer;
  return {
    ...{ checks, setting, tried: answers.flatMap(({ answer }) => answer.tried) },
    time: async (seconds) => (await best.process.ask({ do: "time", key, seconds }, "time")).seconds,
    dispose: async () => void await best.process.ask({ do: "release", key }, "released"),
  };
}

/** The fields of a request that describe the tensors in a file. */
export function tensorFields(drawn: readonly Tensor[], lead: readonly number[] = []) {
  return drawn.map(({ name, shape, parameter }) => ({
    name,
    parameter,
    shape: [...lead, ...shape],
  }));
}

function fields({ workload, drawn, file }: Job): Readonly<Record<string, unknown>> {
  const { replicas } = workload;
  return {
    ...{ workload, file, adam: ADAM, adamw: ADAMW, checkedTokens: CHECKED_TOKENS },
    tensors: tensorFields(drawn, replicas > 1 ? [replicas] : []),
  };
}
