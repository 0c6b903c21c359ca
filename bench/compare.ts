import {
  agree,
  AGREEMENT,
  contest,
  type Contestant,
  type ContestOptions,
  fastest,
  type Finding,
  type Library,
  type Ready,
} from "./contest.ts";
import { type Operations, operationsOf } from "./operations.ts";
import { type Tensor, valueOf, type Workload } from "./workload.ts";

/** What a comparison stands on. */
export interface Comparison extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  /** The least seconds that a job can take where the competitor computes. */
  readonly floor: (job: Job, competitor: Competitor) => number;
}

/**
 * Has every competitor that takes it do a workload, checks that their losses agree, and times them
 * in rounds.
 *
 * One that fails takes no further part, and its result says why.
 */
export async function compare(
  job: Job,
  competitors: readonly Competitor[],
  { floor, ...options }: Comparison,
): Promise<Row> {
  const { workload } = job;
  const taking = competitors.filter((competitor) => competitor.takes(workload));
  const { reference, findings } = await contest(
    taking.map((competitor) => ({ ...competitor, prepare: () => competitor.prepare(job) })),
    {
      ...options,
      title: workload.title,
      agree: (found, reference) => agree(found, reference, AGREEMENT),
    },
  );
  const results = taking.flatMap((competitor, i) => {
    const finding = findings[i];
    if (!finding) return [];
    const { measured } = finding;
    const value = measured ? valueOf(workload, measured.seconds) : null;
    return [{ ...finding, value, floor: floor(job, competitor) }];
  });
  const ratios = ratiosOf(results);
  return { workload, operations: operationsOf(workload), reference, results, ratios };
}

/** A workload with the numbers that it starts from. */
export interface Job {
  readonly workload: Workload;
  readonly drawn: readonly Tensor[];
  /** A file of the numbers of all tensors, float32, one tensor behind the other. */
  readonly file: string;
}

/** Who computes the workloads. */
export interface Competitor extends Omit<Contestant, "prepare"> {
  /** Whether it has this workload. */
  takes(workload: Workload): boolean;
  /** Makes a workload ready. */
  prepare(job: Job): Promise<Ready>;
}

/** What a peer is the fastest of: all peers, or those of one library. */
const FIELDS: readonly Ratio["fastestOf"][] = ["peers", "torch", "jax"];

/**
 * Compares each of ours with the fastest of all peers, and with the fastest of each library: of its
 * versions, of its implementations, each at its best setting. Who failed is left out.
 */
export function ratiosOf(results: readonly Result[]): Ratio[] {
  return results.filter(({ kind }) => kind === "ours").flatMap((ours) =>
    FIELDS.flatMap((fastestOf): Ratio[] => {
      const peer = fastest(results.filter((result) => isOf(result, fastestOf)));
      if (!ours.measured || !peer?.measured) return [];
      return [{
        ...{ name: ours.name, fastestOf, peer: peer.name, setting: peer.setting },
        times: peer.measured.seconds / ours.measured.seconds,
        agrees: ours.agrees === true && peer.agrees === true,
      }];
    })
  );
}

function isOf({ kind, library }: Result, field: "peers" | Library): boolean {
  return kind === "peer" && (field === "peers" || field === library);
}

/** What came of one competitor on one workload. */
export interface Result extends Finding {
  /** Its speed or duration in the workload's unit; null where it failed. */
  readonly value: number | null;
  /** The least seconds that a step can take where this one computes, from what was measured. */
  readonly floor: number;
}

/** How many times as fast one of ours is as a peer, which is the fastest of some. */
export interface Ratio {
  /** The name of ours. */
  readonly name: string;
  /** Whom the peer is the fastest of: all peers, or those of one library. */
  readonly fastestOf: "peers" | Library;
  /** The peer's name, and its setting, the best of those it tried. */
  readonly peer: string;
  readonly setting: string;
  readonly times: number;
  /** Whether the checks of both agree with the reference's. */
  readonly agrees: boolean;
}

/** A workload and what came of every competitor that has it. */
export interface Row {
  readonly workload: Workload;
  /** What it cannot do without. */
  readonly operations: Operations;
  /** The competitor whose checks the others are compared with; null where all failed. */
  readonly reference: string | null;
  readonly results: readonly Result[];
  /** Ours against the fastest peers. */
  readonly ratios: readonly Ratio[];
}

/** A measured speed of the machine. */
export interface Speed {
  /** Whose matrix product it is. */
  readonly name: string;
  /** How many threads, where that is known. */
  readonly threads: number | null;
  readonly flopsPerSecond: number;
}

/** What came of the learning comparison; what was measured are seconds a seed. */
export interface LearningReport {
  /** How many seeds ours trains together; the peers train one a run. */
  readonly seeds: number;
  /** The one whose checks the others are compared with; null where all failed. */
  readonly reference: string | null;
  readonly findings: readonly Finding[];
}

/** What a run measured. */
export interface BenchReport {
  /** The processor, threads, adapter and versions. */
  readonly machine: readonly string[];
  /** Speeds of matrix products. */
  readonly speeds: readonly Speed[];
  /** Streamed bytes a second by size in bytes: the best copy. */
  readonly bandwidth: readonly { readonly size: number; readonly bytesPerSecond: number }[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
  /** Seconds that each measurement had. */
  readonly seconds: number;
  readonly rows: readonly Row[];
  /** The learning comparison; null where it was not asked for. */
  readonly learning: LearningReport | null;
}
