import type { CommandsReport } from "./commands.ts";
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

/** Options for {@link compare}. */
export interface Comparison extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  /** The lower bound of the seconds of a job on the device of the competitor. */
  readonly floor: (job: Job, competitor: Competitor) => number;
}

/**
 * Times competitors on a workload in rounds, after a check that their losses agree. A competitor
 * that fails is left out of later rounds; its result has the reason.
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
  /** A file with the numbers of all tensors in order, as float32. */
  readonly file: string;
}

/** A competitor: an implementation that computes workloads. */
export interface Competitor extends Omit<Contestant, "prepare"> {
  /** Whether it takes part in a workload. */
  takes(workload: Workload): boolean;
  /** Prepares a workload. */
  prepare(job: Job): Promise<Ready>;
}

/** The groups of peers: all, or those of one library. */
const FIELDS: readonly Ratio["fastestOf"][] = ["peers", "torch", "jax"];

/**
 * Compares each result of this library with the fastest peer, and with the fastest peer of each
 * library: over its versions and implementations, each at its best setting. Failed competitors are
 * left out.
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

/** The result of a competitor on a workload. */
export interface Result extends Finding {
  /** The speed or duration in the workload's unit; null if the competitor failed. */
  readonly value: number | null;
  /** The lower bound of the seconds of a step on its device, from the measured speeds. */
  readonly floor: number;
}

/** How many times as fast this library is as the fastest of some peers. */
export interface Ratio {
  /** The name of this library's competitor. */
  readonly name: string;
  /** The peers of which this is the fastest: all, or those of one library. */
  readonly fastestOf: "peers" | Library;
  /** The peer's name, and its fastest setting. */
  readonly peer: string;
  readonly setting: string;
  readonly times: number;
  /** Whether the checks of both agree with those of the reference. */
  readonly agrees: boolean;
}

/** A workload and the results of every competitor that takes it. */
export interface Row {
  readonly workload: Workload;
  /** The lower bound of its operations. */
  readonly operations: Operations;
  /** The competitor whose checks are the reference; null if all failed. */
  readonly reference: string | null;
  readonly results: readonly Result[];
  /** This library compared with the fastest peers. */
  readonly ratios: readonly Ratio[];
}

/** A measured speed of the machine. */
export interface Speed {
  /** The name of the implementation. */
  readonly name: string;
  /** The number of threads; null if it is unknown. */
  readonly threads: number | null;
  readonly flopsPerSecond: number;
}

/** The result of the learning comparison, in seconds per seed. */
export interface LearningReport {
  /** The number of seeds that this library trains together; a peer trains one per run. */
  readonly seeds: number;
  /** The epochs and the training sequences of each network. */
  readonly epochs: number;
  readonly sequences: number;
  /** The contestant whose checks are the reference; null if all failed. */
  readonly reference: string | null;
  readonly findings: readonly Finding[];
}

/** The result of the training of sentence classifiers, in seconds of one network. */
export interface ClassifierReport {
  /** The number of networks that this library trains side by side; a peer trains one a run. */
  readonly networks: number;
  /** The training of each network. */
  readonly epochs: number;
  readonly batchSize: number;
  /** The numbers of sentences that it is trained with, and that it classifies after each epoch. */
  readonly training: number;
  readonly validation: number;
  /** The contestant whose checks are the reference; null if all failed. */
  readonly reference: string | null;
  readonly findings: readonly ClassifierFinding[];
}

/** The outcome of a contestant with its mean accuracy on the validation sentences. */
export interface ClassifierFinding extends Finding {
  /** The mean over all networks after the last epoch; null if it failed. */
  readonly accuracy: number | null;
}

/** The machine on which a bench ran. */
export interface MachineFacts {
  /** The model of the processor, or its architecture if the system does not give a model. */
  readonly processor: string;
  /** The number of logical processors. */
  readonly threads: number;
  readonly os: string;
  /** The WebGPU adapters of the measured backends. */
  readonly adapters: readonly string[];
  /** The load average over the minute before the bench: the work of other programs. */
  readonly load: number;
}

/** The report of a bench. */
export interface BenchReport {
  /** The day of the bench, in UTC: `"2026-11-27"`. */
  readonly date: string;
  /** The commit of the checkout; null without git. */
  readonly commit: string | null;
  readonly machine: MachineFacts;
  /** The versions of the runtime and of tfjs. */
  readonly versions: Readonly<Record<string, string>>;
  /** The libraries of Python with their versions: `"PyTorch 2.13.0"`. */
  readonly peers: readonly string[];
  /** Speeds of matrix products. */
  readonly speeds: readonly Speed[];
  /** Bytes per second of the fastest copy, by size in bytes. */
  readonly bandwidth: readonly { readonly size: number; readonly bytesPerSecond: number }[];
  /** Lines about workloads and libraries that were left out, with the reasons. */
  readonly notes: readonly string[];
  /** The seconds of each measurement. */
  readonly seconds: number;
  readonly rows: readonly Row[];
  /** The learning comparison; null if it was not requested. */
  readonly learning: LearningReport | null;
  /** The training of sentence classifiers; null if it was not requested. */
  readonly classifier: ClassifierReport | null;
  /** The commands that train a model and generate texts; null if they were not requested. */
  readonly commands: CommandsReport | null;
}
