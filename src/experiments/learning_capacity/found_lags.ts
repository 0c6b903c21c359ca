import type { Estimate } from "../../core/result.ts";
import type { Likeness } from "../contenders.ts";
import { beats, type Pair } from "./pairs.ts";
import type { Outcome } from "./train.ts";

/** The lags at which one network beats another. */
export interface FoundLags {
  /** The shortest and the longest of them, of those that were tested. */
  readonly from: number;
  readonly to: number;
  /** The lowest probability among them. */
  readonly estimate: Estimate;
}

/** What each of so many intervals covers for all of them to hold at once with 95 % (Bonferroni). */
export function simultaneous(intervals: number): number {
  return 1 - 0.05 / intervals;
}

/**
 * Finds the lags of copy memory at which one network beats another: the longest run of neighbouring
 * lags whose intervals, which hold for all lags at once, lie above a half. It has an end as well as a
 * beginning, since from some lag on no network learns the task in so few steps.
 *
 * @param tasks The names of the task by lag, the shortest first.
 * @returns `null` where there is no such lag.
 */
export function findLags(
  outcomes: readonly Outcome[],
  tasks: readonly string[],
  pair: Pair,
  likeness: Likeness,
): FoundLags | null {
  const estimates = tasks.map((task) =>
    beats(outcomes, task, pair, likeness, simultaneous(tasks.length))
  );
  let best: readonly number[] = [];
  let run: number[] = [];
  for (const [i, { low }] of estimates.entries()) {
    run = low !== null && low > 0.5 ? [...run, i] : [];
    if (run.length > 0 && run.length >= best.length) best = run;
  }
  const lags = best.map((i) => outcomes.find(({ task }) => task.name === tasks[i])?.lag ?? NaN);
  const [lowest] = best.flatMap((i) => estimates[i] ?? []).toSorted((a, b) => a.value - b.value);
  const [from, to] = [lags[0], lags.at(-1)];
  if (!lowest || from === undefined || to === undefined) return null;
  return { from, to, estimate: lowest };
}
