import type { Random } from "../../core/random.ts";
import type { Estimate } from "../../core/result.ts";
import type { Likeness } from "../contenders.ts";
import { beats, type Pair } from "./pairs.ts";
import type { Outcome } from "./train.ts";

/** From which lag on one network beats another, and how surely. */
export interface FoundLag {
  /** The shortest lag from which on every interval lies above a half; `null` for none. */
  readonly lag: number | null;
  /** The lowest probability from that lag on; where there is none, that at the longest lag. */
  readonly estimate: Estimate;
}

/**
 * Finds the lag of copy memory from which on one network beats another.
 *
 * The search looks at every lag, so the intervals cover all of them at once with 95 %: of m lags
 * each with 1 - 0.05 / m (Bonferroni).
 *
 * @param tasks The names of the task by lag, the shortest first.
 */
export function findLag(
  outcomes: readonly Outcome[],
  tasks: readonly string[],
  pair: Pair,
  likeness: Likeness,
  random: Random,
): FoundLag {
  const confidence = 1 - 0.05 / tasks.length;
  const estimates = tasks.map((task) =>
    beats(outcomes, task, pair, likeness, random.fork(task), confidence)
  );
  const first = estimates.findLastIndex(({ low }) => low === null || low <= 0.5) + 1;
  const [lowest] = estimates.slice(Math.min(first, tasks.length - 1))
    .toSorted((a, b) => (a.low ?? 0) - (b.low ?? 0));
  if (!lowest) throw new RangeError("no lag");
  return {
    lag: outcomes.find(({ task }) => task.name === tasks[first])?.lag ?? null,
    estimate: lowest,
  };
}
