import type { Ending, Limits, StabilityRuns } from "./stability.ts";
import { shareBySeed } from "./stability.ts";

/** The endings of a run that has failed. */
export const failed: readonly Ending[] = ["diverged", "stalled"];

/** A difference between two groups of runs. */
export interface Effect {
  /** What figures call it. */
  readonly name: string;
  /** Which runs should fail more often. */
  readonly more: (runs: StabilityRuns) => boolean;
  /** Which should fail less often. */
  readonly less: (runs: StabilityRuns) => boolean;
}

/** The differences that are measured, by the ids of their claims. */
export const effects = {
  "clipping-prevents-failure": {
    name: "without clipping less with it",
    more: ({ condition }) => !condition.clipping,
    less: ({ condition }) => condition.clipping,
  },
  "schedule-prevents-failure": {
    name: "constant rate less schedule",
    more: ({ condition }) => !condition.schedule,
    less: ({ condition }) => condition.schedule,
  },
  "rnn-fails-more": {
    name: "RNN less LSTM",
    more: ({ architecture }) => architecture === "RNN",
    less: ({ architecture }) => architecture === "LSTM",
  },
} as const satisfies Readonly<Record<string, Effect>>;

/** The difference of the shares of failed runs in each seed. */
export function effectBySeed(
  runs: readonly StabilityRuns[],
  { more, less }: Effect,
  limits: Limits,
): number[] {
  const below = shareBySeed(runs.filter(less), limits, failed);
  return shareBySeed(runs.filter(more), limits, failed).map((share, i) =>
    share - (below[i] ?? NaN)
  );
}
