import type { CellInput } from "../../harness/seed_values.ts";
import { mean } from "../../statistics/descriptive.ts";
import { inTimeScales, timeScaleRatio } from "../ratios.ts";
import {
  type Context,
  networkNames,
  SEPARATE,
  sequenceKinds,
  stepsOf,
  time,
  timeColumn,
} from "./parameters.ts";
import { gateNames, type Measures, stepKinds } from "./measure.ts";
import { sigmoid } from "./survival.ts";
import type { Training, Trainings } from "./training.ts";
import type { StepSummary } from "../../analysis/activations.ts";
import type { Column } from "../../result/result.ts";

/** The activation of a gate that is half open. */
const HALF = 0.5;

/**
 * Records the mean activation of each gate, and its distance from one half and from the sigmoid of
 * the bias.
 */
export function recordGateMeans(context: Context, trainings: Trainings): void {
  const n = context.seeds.length;
  const { joint: training } = trainings;
  context.curves({
    id: "gate-means-by-time",
    title: "Mean activation of each gate over time",
    names: [{ name: "network", label: "network" }, { name: "gate", label: "gate" }],
    x: { ...timeColumn, values: stepsOf(context) },
    value: { label: "mean activation over units and sequences" },
    curves: networkNames.flatMap((network) =>
      gateNames.map((gate) => ({
        names: [network, gate],
        values: training[network].map(({ patterns }) =>
          patterns.gates[gate].spread.map((step) => step.mean)
        ),
      }))
    ),
    figure: {
      title: "All gates",
      caption: "Compare each line with the rule, where a gate is half open. Mean activation over " +
        `units and the notebook's sequences. Mean over ${n} seeds; bands: pointwise 95 % intervals ` +
        "over seeds.",
      alt: "Two charts, of the untrained and the trained network: a line with a band for each of " +
        "three gates against time, and a rule at a half.",
      y: { label: "mean activation", domain: [0, 1] },
      series: "gate",
      facet: "network",
      under: [{ mark: "rule", axis: "y", value: HALF, label: "half open" }],
    },
  });

  context.intervals({
    id: "gate-means",
    title: "Mean activation of each gate over units, sequences and steps",
    names: [
      { name: "network", label: "network" },
      { name: "sequences", label: "sequences" },
      { name: "gate", label: "gate" },
    ],
    value: { label: "mean activation" },
    rows: networkNames.flatMap((network) =>
      sequenceKinds.flatMap(([kind, sequences]) =>
        gateNames.map((gate) => ({
          names: [network, sequences, gate],
          values: training[network].map((seed) => seed[kind].gates[gate].mean),
        }))
      )
    ),
  });
  for (const gate of gateNames) {
    context.metric({
      id: `${gate}-mean`,
      label: `mean activation of the ${gate} gates before training`,
      values: training.untrained.map(({ patterns }) => patterns.gates[gate].mean),
    });
  }
  recordBalance(context, training);
  recordNear(context, trainings);
}

/** Records the claim that forget gates stay near the sigmoid of their bias. */
function recordNear(context: Context, { joint, separate }: Trainings): void {
  const wanted = sigmoid(context.parameters.forgetBias);
  const forget = (seeds: Training["untrained"], kind: "patterns" | "task") =>
    seeds.map((seed) => seed[kind].gates.forget.mean / wanted);
  const means = joint.untrained.map(({ patterns }) => patterns.gates.forget.mean);
  context.claim("forget-near-bias", {
    values: forget(joint.untrained, "patterns"),
    parts: { "mean forget gate": means },
    alternatives: [
      ...inTimeScales(means.map((one) => timeScaleRatio(one, wanted))),
      { name: SEPARATE, values: forget(separate.untrained, "patterns") },
      { name: "sequences of the adding problem", values: forget(joint.untrained, "task") },
    ],
  });
}

/**
 * Records the distance of gates from one half, before and after training, without a verdict:
 * "balanced" has no agreed meaning.
 */
function recordBalance(context: Context, { untrained, trained }: Training): void {
  const networks = [
    [
      "untrained",
      "before training, the notebook's sequences",
      untrained.map((seed) => seed.patterns),
    ],
    ["trained", "after training, the adding problem", trained.map((seed) => seed.task)],
  ] as const;
  context.metric({
    id: "imbalance-by-bias",
    label: "distance from 0.5 of a forget gate without weights",
    labels: ["theory"],
    values: [Math.abs(sigmoid(context.parameters.forgetBias) - HALF)],
  });
  for (const [network, when, measures] of networks) {
    context.metric({
      id: `imbalance-${network}`,
      label: `distance from 0.5 of the mean of the gate that is furthest from it, ${when}`,
      values: measures.map(imbalance),
    });
    context.metric({
      id: `all-gates-${network}`,
      label: `mean activation of all three gates, ${when}`,
      values: measures.map(overall),
    });
  }
}

/** Computes the largest distance of the mean of a gate from one half. */
function imbalance({ gates }: Measures): number {
  return Math.max(...gateNames.map((gate) => Math.abs(gates[gate].mean - HALF)));
}

/** Computes the mean of all three gates. */
function overall({ gates }: Measures): number {
  return mean(gateNames.map((gate) => gates[gate].mean));
}

/** A panel of the figure: the spread of activations by step, for each seed. */
interface Panel {
  readonly name: string;
  readonly spreads: readonly (readonly StepSummary[])[];
  /** The activation without weights, by the bias before training. */
  readonly theory: number;
}

/**
 * Records the spread of the gates and the candidate over units at each step, on the notebook's
 * sequences.
 */
export function recordOverTime(context: Context, training: Training): void {
  const { forgetBias } = context.parameters;
  const seeds = context.seeds.length;
  const panels = (
    activation: string,
    theory: number,
    of: (measures: Measures) => readonly StepSummary[],
  ) =>
    networkNames.map((network): Panel => ({
      name: `${activation}, ${network}`,
      spreads: training[network].map(({ patterns }) => of(patterns)),
      theory,
    }));
  const gates = gateNames.map((gate) => {
    const theory = sigmoid(gate === "forget" ? forgetBias : 0);
    return panels(gate, theory, ({ gates }) => gates[gate].spread);
  });
  const look = "Compare the mean with the dashed line, what the bias alone gives.";
  const caption = "on the notebook's sequences. " +
    "Wide band: from the least to the most active of " +
    "all units and sequences; narrow band: mean plus and minus one standard deviation; each a " +
    `mean over ${seeds} seeds.`;
  const bands = `a line of the mean against time from 1 to ${context.parameters.length} steps, ` +
    "in a narrow band within a wide one, and a dashed level.";
  recordSpreads(context, {
    id: "gate-statistics",
    title: "Gates over time",
    // A row of panels for each network.
    panels: networkNames.flatMap((_, network) => gates.flatMap((gate) => gate[network] ?? [])),
    caption: `${look} Activations of the three gates ${caption}`,
    alt:
      `Six charts, one for each of three gates of the untrained and the trained network: ${bands}`,
    label: "activation",
    domain: [0, 1],
  });
  recordSpreads(context, {
    id: "candidate-statistics",
    title: "The candidate over time",
    panels: panels("candidate", 0, ({ candidate }) => candidate),
    caption: `${look} Activations of the candidate ${caption}`,
    alt: `Two charts, of the untrained and the trained network: ${bands}`,
    label: "candidate",
    domain: [-1, 1],
  });
}

/** The texts and panels of {@link recordSpreads}. */
interface Text {
  readonly id: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly caption: string;
  readonly alt: string;
  readonly label: string;
  readonly domain: readonly [number, number];
}

/** Records the table and figure of the spread of activations over time. */
function recordSpreads(context: Context, { id, panels, label, domain, ...text }: Text): void {
  const column = (name: string, label: string): Column => ({ name, label });
  context.table({
    id,
    title: `${text.title}: spread over units and sequences, as means over seeds`,
    columns: [
      column("panel", "activation and network"),
      timeColumn,
      column("mean", "mean"),
      column("deviation", "standard deviation"),
      column("below", "mean less the standard deviation"),
      column("above", "mean plus the standard deviation"),
      column("least", "smallest"),
      column("most", "largest"),
      column("theory", "by the bias before training"),
    ],
    rows: panels.flatMap(({ name, spreads, theory }) =>
      stepsOf(context).map((t, i): CellInput[] => {
        const over = (of: (spread: StepSummary) => number) =>
          mean(spreads.flatMap((steps) => steps.slice(i, i + 1).map(of)));
        const middle = over((spread) => spread.mean);
        const deviation = over((spread) => spread.deviation);
        return [
          ...[name, t, middle, deviation, middle - deviation, middle + deviation],
          ...[over((spread) => spread.low), over((spread) => spread.high), theory],
        ];
      })
    ),
  });
  context.figure({
    id,
    kind: "chart",
    ...text,
    x: time,
    y: { label, scale: "linear", domain },
    facet: "panel",
    layers: [
      { mark: "band", table: id, x: "time", low: "least", high: "most" },
      { mark: "band", table: id, x: "time", low: "below", high: "above" },
      { mark: "line", table: id, x: "time", y: "theory", role: "theory", label: "bias alone" },
      { mark: "line", table: id, x: "time", y: "mean", role: "measured" },
    ],
  });
}

/** Records the means of gates at the marks of the adding problem. */
export function recordMarks(context: Context, training: Training): void {
  const { heldOut } = context.parameters;
  context.curves({
    id: "gates-at-marks",
    title: "Mean activation of each gate at marked and unmarked steps of the adding problem",
    names: [{ name: "panel", label: "gate and network" }, { name: "step", label: "step" }],
    x: { ...timeColumn, values: stepsOf(context) },
    value: { label: "mean activation over units and sequences" },
    curves: networkNames.flatMap((network) =>
      gateNames.flatMap((gate) =>
        stepKinds.map((kind) => ({
          names: [`${gate}, ${network}`, kind],
          values: training[network].map(({ marks }) => marks[gate][kind]),
        }))
      )
    ),
  });
  context.curves({
    id: "gate-gaps-at-marks",
    title: "Mean activation of each gate at marked less at unmarked steps of the adding problem",
    names: [{ name: "gate", label: "gate" }, { name: "network", label: "network" }],
    x: { ...timeColumn, values: stepsOf(context) },
    value: { label: "difference of mean activations" },
    curves: gateNames.flatMap((gate) =>
      networkNames.map((network) => ({
        names: [gate, network],
        values: training[network].map(({ marks }) =>
          marks[gate].marked.map((at, t) => (at ?? NaN) - (marks[gate].unmarked[t] ?? NaN))
        ),
      }))
    ),
    figure: {
      id: "gates-at-marks",
      title: "Gates at the marks",
      caption: "Above the rule a gate is more open at a mark than without one. " +
        `Mean activation over units and those of ${heldOut} sequences of the adding ` +
        "problem, not seen in training, that have a mark at step t, less that over units and the " +
        `other sequences. Mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds. Gaps: steps at which some ` +
        "seed has no such sequence.",
      alt:
        "Three charts, one for each gate: the difference of mean activations against time, a line " +
        "with a band for the untrained and one for the trained network, and a rule at 0.",
      y: { label: "marked less unmarked" },
      series: "network",
      facet: "gate",
      under: [{ mark: "rule", axis: "y", value: 0, label: "no difference" }],
    },
  });
}
