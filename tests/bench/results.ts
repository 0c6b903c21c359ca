import type { Finding } from "./contest.ts";
import type { Library } from "./library.ts";
import type { Operations } from "./operations.ts";
import type { Workload } from "./workload.ts";

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
