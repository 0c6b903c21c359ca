import { winProbability } from "../../analysis/win_probability.ts";
import type { Estimate } from "../../core/result.ts";
import type { Architecture } from "../architectures.ts";
import { isAlike, type Likeness } from "../contenders.ts";
import type { Outcome } from "./train.ts";

/** Two architectures of which the first may beat the second. */
export type Pair = readonly [Architecture, Architecture];

/** The pairs that are compared. */
export const pairs: readonly Pair[] = [["LSTM", "RNN"], ["GRU", "RNN"], ["GRU", "LSTM"]];

/** `"LSTM beats RNN"`. */
export function pairName([first, second]: Pair): string {
  return `${first} beats ${second}`;
}

/** The outcome of an architecture on a task, at the size that makes it alike to the others. */
export function outcomeOf(
  outcomes: readonly Outcome[],
  task: string,
  architecture: Architecture,
  likeness: Likeness,
): Outcome {
  const found = outcomes.find((one) =>
    one.task.name === task && one.contender.architecture === architecture &&
    isAlike(one.contender, likeness)
  );
  if (!found) throw new RangeError(`no outcome of ${architecture} on ${task}`);
  return found;
}

/** The probability that the first of a pair has the lower test loss on a task. */
export function beats(
  outcomes: readonly Outcome[],
  task: string,
  [first, second]: Pair,
  likeness: Likeness,
  confidence = 0.95,
): Estimate {
  const [a, b] = [first, second].map((one) => scores(outcomeOf(outcomes, task, one, likeness)));
  return winProbability(a ?? [], b ?? [], confidence);
}

/**
 * Test losses as they are compared. On fresh sequences, one above what is lost without memory counts
 * as that: networks that have learnt nothing tie, and none has won by being less wrong.
 */
function scores({ setting, task: { memoryless }, tests }: Outcome): number[] {
  if (setting === "memorising" || memoryless.value === 0) return [...tests];
  return tests.map((loss) => Math.min(loss, memoryless.value));
}
