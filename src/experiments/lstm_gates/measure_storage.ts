import { partialRSquared, type ReadoutRows } from "../../analysis/linear_readout.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { Traced } from "./networks.ts";
import type { RunningSums } from "./sequences.ts";

/** What a readout reads, with what tables call it. */
export const readouts = [
  ["cell", "all cells"],
  ["hidden", "hidden state"],
  ["open", "most open quarter of cells"],
  ["closed", "least open quarter of cells"],
] as const;

/** One of the things that a readout reads. */
type Readout = (typeof readouts)[number][0];

/**
 * The share of the variance of the running sum, beyond the number of marks so far, that a linear
 * readout explains on new sequences.
 */
export type StorageMeasures = Readonly<Record<Readout, number>>;

/** What a network of one seed computed on sequences, with the sums that it may hold. */
export interface Observed {
  readonly traced: Pick<Traced, "cell" | "hidden" | "forgetGate">;
  readonly sums: RunningSums;
}

/**
 * Measures what a network of one seed holds of the running sum.
 *
 * @param training What readouts are fitted to, and units sorted by.
 * @param test What they are judged by.
 */
export function measureStorage(training: Observed, test: Observed): StorageMeasures {
  const byOpenness = unitsByOpenness(training.traced.forgetGate);
  const quarter = Math.max(1, Math.floor(byOpenness.length / 4));
  const share = (state: "cell" | "hidden", units: readonly number[]) =>
    partialRSquared(rows(training, state, units), rows(test, state, units));
  return {
    cell: share("cell", byOpenness),
    hidden: share("hidden", byOpenness),
    open: share("cell", byOpenness.slice(0, quarter)),
    closed: share("cell", byOpenness.slice(-quarter)),
  };
}

/** The units by the mean of their forget gate, the most open first. */
function unitsByOpenness(forget: Traced["forgetGate"]): number[] {
  const all = forget.flat();
  const means = (all[0] ?? []).map((_, unit) => mean(all.map((units) => units[unit] ?? NaN)));
  return Array.from(means.keys()).sort((a, b) => (means[b] ?? NaN) - (means[a] ?? NaN));
}

/** Every step of every sequence from its first mark on: before it the sum is 0. */
function rows(
  { traced, sums }: Observed,
  state: "cell" | "hidden",
  units: readonly number[],
): ReadoutRows {
  const marked = sums.counts.flatMap((step, t) =>
    step.flatMap((count, b) => count > 0 ? [{ t, b, count }] : [])
  );
  return {
    features: marked.map(({ t, b }) => units.map((unit) => traced[state][t]?.[b]?.[unit] ?? NaN)),
    groups: marked.map(({ count }) => count),
    target: marked.map(({ t, b }) => sums.sums[t]?.[b] ?? NaN),
  };
}
