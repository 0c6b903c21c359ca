import { geometricMean } from "../../statistics/descriptive.ts";
import { type Outcome, outcomeOf, type Setting } from "./memory_tasks.ts";

/** Two networks that are compared by the ratio of their test losses, seed by seed. */
export interface Pair {
  /** `"LSTM / RNN"`. */
  readonly name: string;
  /** The network above the line. */
  readonly first: string;
  /** The network below the line. */
  readonly second: string;
}

/** The pairs that are compared, in the order of figures. */
export const pairs = {
  lstm: { name: "LSTM / RNN", first: "LSTM", second: "RNN" },
  lstmMatched: { name: "LSTM / RNN, matched", first: "LSTM", second: "RNN, matched" },
  gru: { name: "GRU / RNN", first: "GRU", second: "RNN" },
  gruMatched: { name: "GRU / RNN, matched", first: "GRU", second: "RNN, matched" },
  gruLstm: { name: "GRU / LSTM", first: "GRU", second: "LSTM" },
} as const satisfies Readonly<Record<string, Pair>>;

/** Test losses of a pair [seed], and their ratios. */
export interface Ratios {
  readonly values: readonly number[];
  /** The losses by the networks' names. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/**
 * The ratio of test losses of a pair in each seed.
 *
 * @param outcomes What was trained.
 * @param task The task's name.
 * @param pair The two networks.
 * @param setting How they were trained.
 * @param capped Whether a loss above the memoryless baseline counts as the baseline.
 */
export function ratiosOf(
  outcomes: readonly Outcome[],
  task: string,
  { first, second }: Pair,
  setting: Setting,
  capped = false,
): Ratios {
  const losses = (network: string): number[] => {
    const { found, task: { memoryless } } = outcomeOf(outcomes, task, network);
    return found[setting].tests.map((loss) => capped ? Math.min(loss, memoryless.value) : loss);
  };
  const [above, below] = [losses(first), losses(second)];
  return { values: ratioBySeed(above, below), parts: { [first]: above, [second]: below } };
}

/** Numbers divided by others, place by place. */
export function ratioBySeed(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, i) => value / (below[i] ?? NaN));
}

/** The geometric mean of each place over lists of numbers. */
export function meanBySeed(lists: readonly (readonly number[])[]): number[] {
  const [first = []] = lists;
  return first.map((_, i) => geometricMean(lists.map((list) => list[i] ?? NaN)));
}
