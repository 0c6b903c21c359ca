import { histogram, type Saturation, saturation, unitTimeScales } from "../../analysis/gates.ts";
import {
  type Activations,
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
import type { Traced } from "./networks.ts";

/** The gates, in the order of the figures. */
export const gateNames = ["input", "forget", "output"] as const;

/** One of the gates. */
export type GateName = (typeof gateNames)[number];

/** How wide a bin of activations is. */
export const BIN = 0.05;

/** One gate on sequences of one kind. */
export interface GateMeasures {
  /** By step. */
  readonly spread: readonly StepSummary[];
  /** Over all units, sequences and steps. */
  readonly mean: number;
  /** The shares of activations by bin. */
  readonly bins: readonly number[];
  readonly stability: TemporalDeviation;
  /** By unit. */
  readonly saturation: readonly Saturation[];
}

/** The hidden or the cell state on sequences of one kind; all but `sample` are means over the batch. */
export interface StateMeasures {
  /** The first sequence. */
  readonly sample: StateCourse;
  readonly population: StateCourse;
  /** The standard deviation of the norm over time. */
  readonly deviation: number;
  /** The range of the norm over time. */
  readonly range: number;
}

/** How a state goes on: by step. */
export interface StateCourse {
  readonly norms: readonly number[];
  /** Means over the units. */
  readonly means: readonly number[];
}

/** What a network of one seed does on sequences of one kind. */
export interface Measures {
  readonly gates: Readonly<Record<GateName, GateMeasures>>;
  readonly candidate: readonly StepSummary[];
  /** The time scale of each unit by its forget gate, the longest first; `null` where it has none. */
  readonly timeScales: readonly (number | null)[];
  readonly hidden: StateMeasures;
  readonly cell: StateMeasures;
  /** The correlation over time of the norms of both states, as a mean over the batch. */
  readonly correlation: number;
  /** The same of the first sequence alone, as the notebook takes it. */
  readonly firstCorrelation: number;
  /** The same of the norms' changes from each step to the next; 0 where there is only one. */
  readonly changeCorrelation: number;
  /**
   * The smallest ratio of the cell's to the hidden state's norm over steps and sequences; `null`
   * where the hidden state is always 0.
   */
  readonly smallestRatio: number | null;
  /** The largest |h| / |c| of a unit over steps and sequences; 0 if all cell states are 0. */
  readonly largestShare: number;
}

/** Measures what a network of one seed computed. */
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

/** The correlation over time of the norms of both states, as a mean over sequences. */
export function normCorrelation({ hidden, cell }: Norms): number {
  return mean(hidden.map((series, b) => correlation(series, cell[b] ?? [])));
}

/** The correlation over time of the norms of both states in the first sequence. */
export function firstCorrelation({ hidden, cell }: Norms): number {
  return correlation(hidden[0] ?? [], cell[0] ?? []);
}

/** The magnitudes of all units at all steps. */
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
