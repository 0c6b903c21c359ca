import type { Contestant } from "./contest.ts";
import type { Tensor } from "./data.ts";
import type { Ready } from "./ready.ts";
import type { Workload } from "./workload.ts";

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
