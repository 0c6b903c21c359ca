import * as tf from "@tensorflow/tfjs";
import type { BackendDescription } from "../../src/core/backend.ts";
import type { Tensor } from "./data.ts";
import { type Timed, timeFor } from "./timed.ts";
import type { Workload } from "./workload.ts";

/** A workload with the numbers that it starts from. */
export interface Job {
  readonly workload: Workload;
  readonly drawn: readonly Tensor[];
  /** A file of the numbers of all tensors, float32, one tensor behind the other. */
  readonly file: string;
}

/** A competitor that has a workload ready. */
export interface Ready {
  /** As {@link Timed.checks}. */
  readonly checks: readonly number[];
  /** What was chosen where there was a choice. */
  readonly setting: string;
  /** Seconds of each setting that was tried, one step each. */
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /** Runs for about so many seconds; gives the seconds of one step of all networks. */
  time(seconds: number): Promise<number>;
  /** Frees what it holds. */
  dispose(): Promise<void>;
}

/** The name of a backend of tfjs. */
export type BackendName = BackendDescription["name"];

/** Who computes the workloads. */
export interface Competitor {
  /** Its column in the table. */
  readonly name: string;
  /** What it is to the others. */
  readonly kind: "ours" | "stock" | "peer";
  /** The backend of tfjs that it computes on; null outside of this process. */
  readonly backend: BackendName | null;
  /** Whether it has this workload. */
  takes(workload: Workload): boolean;
  /** Makes a workload ready. */
  prepare(job: Job): Promise<Ready>;
}

/**
 * A competitor that computes in this process, on a backend that is made current for it.
 *
 * @param make Makes a workload ready on the current backend.
 */
export function onBackend(
  { name, kind }: Pick<Competitor, "name" | "kind">,
  backend: BackendName,
  takes: Competitor["takes"],
  make: (job: Job) => Promise<Timed>,
): Competitor {
  // The backends have been started and checked; this only makes one of them current again.
  const select = async (): Promise<void> => {
    if (!await tf.setBackend(backend)) throw new Error(`the backend ${backend} did not start`);
  };
  return {
    ...{ name, kind, backend, takes },
    async prepare(job) {
      await select();
      const timed = await make(job);
      let times = 1;
      return {
        ...{ checks: timed.checks, setting: timed.setting, tried: [] },
        async time(seconds) {
          await select();
          const found = await timeFor(timed, seconds, times);
          times = found.times;
          return found.seconds;
        },
        async dispose() {
          await select();
          timed.dispose();
        },
      };
    },
  };
}
