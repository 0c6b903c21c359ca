import * as tf from "@tensorflow/tfjs";
import type { BackendDescription } from "../../src/core/backend.ts";
import { type Timed, timeFor } from "./timed.ts";

/** The name of a backend of tfjs. */
export type BackendName = BackendDescription["name"];

/** A competitor that has its work ready. */
export interface Ready {
  /** As {@link Timed.checks}. */
  readonly checks: readonly number[];
  /** What was chosen where there was a choice. */
  readonly setting: string;
  /** Seconds of each setting that was tried, one step each. */
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /**
   * Runs for about so many seconds; gives the seconds of one step of all networks, or, of the
   * learning comparison, of one seed.
   */
  time(seconds: number): Promise<number>;
  /** Frees what it holds. */
  dispose(): Promise<void>;
}

/**
 * Makes work ready that is computed in this process, on a backend that is made current for it.
 *
 * @param make Makes it ready on the current backend.
 */
export async function readyOn(backend: BackendName, make: () => Promise<Timed>): Promise<Ready> {
  // The backends have been started and checked; this only makes one of them current again.
  const select = async (): Promise<void> => {
    if (!await tf.setBackend(backend)) throw new Error(`the backend ${backend} did not start`);
  };
  await select();
  const timed = await make();
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
}
