import { Random } from "../../../src/core/random.ts";
import type { PartProgress } from "../../../src/harness/experiment.ts";
import type { Measuring } from "../../../src/experiments/notebook/parameters.ts";

/** Returns the part of an experiment's context that the notebook's measurements need. */
export function measuring(seeds: readonly number[], parameters: {
  readonly epochs?: number;
  readonly textEpochs?: number;
} = {}): Measuring {
  return {
    seeds,
    parameters: {
      ...{ epochs: 50, learningSeeds: 30, textSeeds: 10, textEpochs: 20 },
      ...parameters,
    },
    random: (...path: readonly (string | number)[]): Random =>
      path.reduce((source: Random, label) => source.fork(label), new Random(0).fork("notebook")),
  };
}

/** A part of a run that ignores progress and is never stopped. */
export const part: PartProgress = {
  signal: new AbortController().signal,
  progress: () => {},
};
