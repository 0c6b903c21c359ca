import type { BackendName, Competitor } from "./competitor.ts";
import type { Operations } from "./operations.ts";
import type { Measured } from "./rounds.ts";
import type { Workload } from "./workload.ts";

/** What came of one competitor on one workload. */
export interface Result {
  /** The competitor's name, kind and backend. */
  readonly name: string;
  readonly kind: Competitor["kind"];
  readonly backend: BackendName | null;
  /** Why there is no measurement; null where there is one. */
  readonly failure: string | null;
  /** What was measured; null where it failed. */
  readonly measured: Measured | null;
  /** Its speed or duration in the workload's unit; null where it failed. */
  readonly value: number | null;
  /** What was chosen where there was a choice, and what else was tried, seconds a step each. */
  readonly setting: string;
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /** The numbers that must agree, and whether they do with the row's reference. */
  readonly checks: readonly number[];
  readonly agrees: boolean | null;
  /** The least seconds that a step can take where this one computes, from what was measured. */
  readonly floor: number;
}

/** A workload and what came of every competitor that has it. */
export interface Row {
  readonly workload: Workload;
  /** What it cannot do without. */
  readonly operations: Operations;
  /** The competitor whose checks the others are compared with; null where all failed. */
  readonly reference: string | null;
  readonly results: readonly Result[];
}

/** A measured speed of the machine. */
export interface Speed {
  /** Whose matrix product it is. */
  readonly name: string;
  /** How many threads, where that is known. */
  readonly threads: number | null;
  readonly flopsPerSecond: number;
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
}
