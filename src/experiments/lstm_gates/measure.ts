import { histogram, type Saturation, saturation, unitTimeScales } from "../../analysis/gates.ts";
import {
  type Activations,
  maskedMeans,
  seriesVariation,
  smallestRatio,
  stateNorms,
  type StepSummary,
  summaryByStep,
  type TemporalDeviation,
  temporalDeviation,
} from "../../analysis/activations.ts";
import { correlation } from "../../statistics/correlation.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { RunningSums, Traced } from "./networks.ts";
import { partialRSquared, type ReadoutRows } from "../../analysis/linear_readout.ts";

/** The gates, in the order of the figures. */
export const gateNames = ["input", "forget", "output"] as const;

/** One of the gates. */
export type GateName = (typeof gateNames)[number];

/** The width of a bin of activations. */
export const BIN = 0.05;

/** One gate on sequences of one kind. */
export interface GateMeasures {
  /** The spread of activations, by step. */
  readonly spread: readonly StepSummary[];
  /** The mean over all units, sequences and steps. */
  readonly mean: number;
  /** The shares of activations by bin. */
  readonly bins: readonly number[];
  readonly stability: TemporalDeviation;
  /** How often each unit is saturated. */
  readonly saturation: readonly Saturation[];
}

/**
 * The hidden or the cell state on sequences of one kind. All values except `sample` are means over
 * the batch.
 */
export interface StateMeasures {
  /** The course of the first sequence. */
  readonly sample: StateCourse;
  readonly population: StateCourse;
  /** The standard deviation of the norm over time. */
  readonly deviation: number;
  /** The range of the norm over time. */
  readonly range: number;
}

/** Norms and means of a state by step. */
export interface StateCourse {
  readonly norms: readonly number[];
  /** The means over units. */
  readonly means: readonly number[];
}

/** The measures of a network of one seed on sequences of one kind. */
export interface Measures {
  readonly gates: Readonly<Record<GateName, GateMeasures>>;
  readonly candidate: readonly StepSummary[];
  /**
   * The time scale of each unit, from its forget gate, the longest first; `null` if the unit never
   * forgets.
   */
  readonly timeScales: readonly (number | null)[];
  readonly hidden: StateMeasures;
  readonly cell: StateMeasures;
  /** The correlation over time of the norms of both states, averaged over the batch. */
  readonly correlation: number;
  /** The same correlation of the first sequence only, as in the notebook. */
  readonly firstCorrelation: number;
  /**
   * The correlation of the changes of the norms from step to step; 0 if there is only one change.
   */
  readonly changeCorrelation: number;
  /**
   * The smallest ratio of the cell's to the hidden state's norm over steps and sequences; `null`
   * if the hidden state is always 0.
   */
  readonly smallestRatio: number | null;
  /** The largest |h| / |c| of a unit over steps and sequences; 0 if all cell states are 0. */
  readonly largestShare: number;
}

/** Measures the gates and states of a network of one seed. */
export function measure(traced: Traced): Measures {
  const norms = { hidden: stateNorms(traced.hidden), cell: stateNorms(traced.cell) };
  const ratio = smallestRatio(norms.cell.flat(), norms.hidden.flat());
  const share = 1 / smallestRatio(magnitudes(traced.cell), magnitudes(traced.hidden));
  const changes = (of: readonly (readonly number[])[]) =>
    of.map((series) => seriesVariation(series).changes);
  return {
    gates: {
      input: measureGate(traced.inputGate),
      forget: measureGate(traced.forgetGate),
      output: measureGate(traced.outputGate),
    },
    candidate: summaryByStep(traced.candidate),
    timeScales: unitTimeScales(traced.forgetGate).sort((a, b) => b - a)
      .map((scale) => Number.isFinite(scale) ? scale : null),
    hidden: measureState(traced.hidden, norms.hidden),
    cell: measureState(traced.cell, norms.cell),
    correlation: normCorrelation(norms),
    firstCorrelation: firstCorrelation(norms),
    changeCorrelation: traced.hidden.length < 3
      ? 0
      : normCorrelation({ hidden: changes(norms.hidden), cell: changes(norms.cell) }),
    smallestRatio: Number.isFinite(ratio) ? ratio : null,
    largestShare: share,
  };
}

/** The norms of both states, each of shape [batch][sequence]. */
interface Norms {
  readonly hidden: readonly (readonly number[])[];
  readonly cell: readonly (readonly number[])[];
}

/** Computes the correlation over time of the norms of both states, averaged over sequences. */
export function normCorrelation({ hidden, cell }: Norms): number {
  return mean(hidden.map((series, b) => correlation(series, cell[b] ?? [])));
}

/** Computes the correlation over time of the norms of both states in the first sequence. */
export function firstCorrelation({ hidden, cell }: Norms): number {
  return correlation(hidden[0] ?? [], cell[0] ?? []);
}

/** Returns the magnitudes of all units at all steps. */
function magnitudes(states: Activations): number[] {
  return states.flat(2).map(Math.abs);
}

function measureGate(gate: Activations): GateMeasures {
  const spread = summaryByStep(gate);
  return {
    spread,
    mean: mean(spread.map((step) => step.mean)),
    bins: histogram(gate.flat(2), Math.round(1 / BIN)),
    stability: temporalDeviation(gate),
    saturation: saturation(gate),
  };
}

/** Measures a state on all sequences, and its course on the first. */
function measureState(
  states: Activations,
  norms: readonly (readonly number[])[],
): StateMeasures {
  const movements = norms.map(seriesVariation);
  const times = states.map((_, t) => t);
  return {
    sample: {
      norms: norms[0] ?? [],
      means: states.map((step) => mean(step[0] ?? [])),
    },
    population: {
      norms: times.map((t) => mean(norms.map((series) => series[t] ?? NaN))),
      means: states.map((step) => mean(step.flat())),
    },
    deviation: mean(movements.map(({ deviation }) => deviation)),
    range: mean(movements.map(({ range }) => range)),
  };
}

/** The kinds of steps. */
export const stepKinds = ["marked", "unmarked"] as const;

/**
 * The mean of a gate over units and sequences, by kind of step and step; `null` if no sequence has
 * a step of this kind at that time.
 */
type ByMark = Readonly<Record<(typeof stepKinds)[number], readonly (number | null)[]>>;

/** The means of gates at marked and at other steps of the adding problem. */
export type MarkMeasures = Readonly<Record<GateName, ByMark>>;

/**
 * Measures the gates of a network of one seed at marked and at other steps.
 *
 * @param marks Whether a step is marked, of shape [sequence, batch].
 */
export function measureMarks(
  { inputGate, forgetGate, outputGate }: Traced,
  marks: readonly (readonly boolean[])[],
): MarkMeasures {
  const others = marks.map((step) => step.map((marked) => !marked));
  const byMark = (gate: Traced["inputGate"]): ByMark => ({
    marked: maskedMeans(gate, marks),
    unmarked: maskedMeans(gate, others),
  });
  return { input: byMark(inputGate), forget: byMark(forgetGate), output: byMark(outputGate) };
}

/** The parts of the state that are inputs of a readout, with their names in tables. */
export const readouts = [
  ["cell", "all cells"],
  ["hidden", "hidden state"],
  ["open", "most open quarter of cells"],
  ["closed", "least open quarter of cells"],
] as const;

/** One of the {@link readouts}. */
type Readout = (typeof readouts)[number][0];

/**
 * The share of the variance of the running sum that a linear readout explains on new sequences,
 * beyond the share that the number of marks so far explains.
 */
export type StorageMeasures = Readonly<Record<Readout, number>>;

/** The states of a network of one seed on sequences, with the running sums. */
export interface Observed {
  readonly traced: Pick<Traced, "cell" | "hidden" | "forgetGate">;
  readonly sums: RunningSums;
}

/**
 * Measures how well linear readouts recover the running sum from the states of a network of one
 * seed.
 *
 * @param training The sequences on which readouts are fitted and units are sorted.
 * @param test The sequences on which readouts are tested.
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

/** Sorts the units by the mean of their forget gate, the most open first. */
function unitsByOpenness(forget: Traced["forgetGate"]): number[] {
  const all = forget.flat();
  const means = (all[0] ?? []).map((_, unit) => mean(all.map((units) => units[unit] ?? NaN)));
  return Array.from(means.keys()).sort((a, b) => (means[b] ?? NaN) - (means[a] ?? NaN));
}

/** Lists the steps of every sequence from its first mark on. Before the first mark the sum is 0. */
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
