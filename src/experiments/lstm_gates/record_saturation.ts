import type { CellInput } from "../../harness/seed_values.ts";
import type { TemporalDeviation } from "../../analysis/activations.ts";
import { type Context, networkNames, SEPARATE, sequenceKinds } from "./parameters.ts";
import { BIN, gateNames, type Measures } from "./measure.ts";
import type { Training, Trainings } from "./training.ts";
import { type Saturation, timeScale } from "../../analysis/gates.ts";
import { estimate } from "../../statistics/estimate.ts";
import { mean } from "../../statistics/descriptive.ts";
import { sigmoid } from "./survival.ts";

/** Records how activations are distributed, and how much they move over time. */
export function recordDistributions(context: Context, training: Training): void {
  recordBins(context, training);
  recordStability(context, training);
}

/** Records the distribution of the activations of each gate. */
function recordBins(context: Context, training: Training): void {
  const bins = Math.round(1 / BIN);
  const middles = Array.from({ length: bins }, (_, i) => (i + 0.5) / bins);
  context.curves({
    id: "gate-distributions",
    title: `Shares of activations by bin of ${BIN}`,
    names: [{ name: "panel", label: "network and sequences" }, { name: "gate", label: "gate" }],
    x: { name: "activation", label: "middle of the bin", values: middles },
    value: { label: "share of activations" },
    curves: sequenceKinds.flatMap(([kind, , sequences]) =>
      networkNames.flatMap((network) =>
        gateNames.map((gate) => ({
          names: [`${network}, ${sequences}`, gate],
          values: training[network].map((seed) => seed[kind].gates[gate].bins),
        }))
      )
    ),
    figure: {
      title: "Distributions of activations",
      caption: "The ends of each chart are saturated gates. " +
        `Shares of activations of all units, sequences and steps by bin of ${BIN}, on the ` +
        "notebook's sequences and on new ones of the adding problem. Mean over " +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt: "Four charts, of the untrained and the trained network on two kinds of sequences: the " +
        "share of activations against the activation from 0 to 1, a line with a band for each of " +
        "three gates.",
      x: { label: "activation", domain: [0, 1] },
      series: "gate",
      facet: "panel",
    },
  });
}

/** Records how much each gate moves over time. */
function recordStability(context: Context, training: Training): void {
  const kinds: readonly [string, (stability: TemporalDeviation) => number][] = [
    ["of the mean activation", ({ ofMean }) => ofMean],
    ["of single units", ({ ofUnits }) => ofUnits],
  ];
  context.intervals({
    id: "gate-stability",
    title: "Standard deviation of activations over time, on the notebook's sequences",
    names: [
      { name: "of", label: "of what" },
      { name: "gate", label: "gate" },
      { name: "network", label: "network" },
    ],
    value: { label: "standard deviation over time" },
    rows: kinds.flatMap(([name, of]) =>
      gateNames.flatMap((gate) =>
        networkNames.map((network) => ({
          names: [name, gate, network],
          values: training[network].map(({ patterns }) => of(patterns.gates[gate].stability)),
        }))
      )
    ),
    figure: {
      title: "How much gates move over time",
      caption:
        "A mean over units hides how much single units move. Standard deviation over time on the notebook's sequences: of the mean over units and " +
        `sequences, and of single units, as a mean over them. Mean over ${context.seeds.length} ` +
        "seeds; lines: 95 % intervals over seeds.",
      alt: "Two charts, of the mean activation and of single units: for each of three gates the " +
        "standard deviation over time of the untrained and of the trained network, with intervals.",
      y: "gate",
      series: "network",
      facet: "of",
    },
  });
}

/**
 * The largest number of seeds whose units are drawn. The units of more seeds would hide each other.
 */
const SHOWN = 5;

const sides: readonly [string, (saturation: Saturation) => number][] = [
  ["below 0.1", ({ left }) => left],
  ["above 0.9", ({ right }) => right],
];

/** Records the share of steps in which gates are nearly closed and nearly open. */
export function recordSaturation(context: Context, { joint, separate }: Trainings): void {
  recordShares(context, joint);
  recordUnits(context, joint);
  const shares: readonly [string, string, readonly number[]][] = [
    [
      "saturated-untrained",
      "saturated share of activations of all gates before training, adding problem",
      joint.untrained.map(({ task }) => saturatedShare(task)),
    ],
    [
      "saturated-trained",
      "the same after training",
      joint.trained.map(({ task }) => saturatedShare(task)),
    ],
    ["saturation-rise", "rise of this share in training", rises(joint, "task")],
    [
      "saturation-rise-patterns",
      "the same rise on the notebook's sequences",
      rises(joint, "patterns"),
    ],
    ["saturation-rise-separate", `the same rise, ${SEPARATE}`, rises(separate, "task")],
  ];
  for (const [id, label, values] of shares) context.metric({ id, label, values });
}

/** Computes the rise of the saturated share of activations in training, by seed. */
function rises({ untrained, trained }: Training, kind: "patterns" | "task"): number[] {
  return trained.map((seed, i) => {
    const before = untrained[i];
    return saturatedShare(seed[kind]) - (before ? saturatedShare(before[kind]) : NaN);
  });
}

/** Records the share of saturated activations of each gate. */
function recordShares(context: Context, training: Training): void {
  const rows = sequenceKinds.toReversed().flatMap(([kind, sequences]) =>
    sides.flatMap(([side, of]) =>
      gateNames.flatMap((gate) =>
        networkNames.map((network) => ({
          names: [`${side}, ${sequences}`, gate, network],
          values: training[network].map((seed) => mean(seed[kind].gates[gate].saturation.map(of))),
        }))
      )
    )
  );
  const highs = rows.map(({ values }) => estimate(values).high ?? Math.max(...values));
  context.intervals({
    id: "saturation",
    title: "Shares of saturated activations",
    names: [
      { name: "panel", label: "activations and sequences" },
      { name: "gate", label: "gate" },
      { name: "network", label: "network" },
    ],
    value: { label: "share of activations" },
    rows,
    figure: {
      title: "Saturation",
      caption:
        "The further right, the more gates are saturated. Share of activations below 0.1 (nearly closed) and above 0.9 (nearly open) over " +
        "units, sequences and steps, on sequences of the adding problem that training has not seen " +
        `and on the notebook's. Mean over ${context.seeds.length} seeds; lines: 95 % intervals over ` +
        "seeds.",
      alt:
        "Four charts, of activations below 0.1 and above 0.9 on two kinds of sequences: for each " +
        "of three gates the share in the untrained and in the trained network, with intervals.",
      x: { domain: [0, axisEnd(highs)] },
      y: "gate",
      series: "network",
      facet: "panel",
    },
  });
}

/** Returns the upper end of an axis of shares: the next tenth above the largest share. */
function axisEnd(shares: readonly number[]): number {
  return Math.min(1, (Math.floor(Math.max(...shares) * 10) + 1) / 10);
}

/** Records how often each unit of each gate is nearly closed and nearly open. */
function recordUnits(context: Context, training: Training): void {
  const table = "saturation-by-unit";
  context.table({
    id: table,
    title:
      "Share of the time that each unit's gates are saturated, new sequences of the adding problem",
    columns: [
      { name: "panel", label: "gate and network" },
      { name: "seed", label: "seed" },
      { name: "unit", label: "unit" },
      { name: "left", label: "share of the time below 0.1" },
      { name: "right", label: "share of the time above 0.9" },
    ],
    rows: networkNames.flatMap((network) =>
      gateNames.flatMap((gate) =>
        training[network].slice(0, SHOWN).flatMap(({ task }, i) =>
          task.gates[gate].saturation.map(({ left, right }, unit): CellInput[] => {
            return [`${gate}, ${network}`, context.seeds[i] ?? null, unit + 1, left, right];
          })
        )
      )
    ),
  });
  const { hiddenSize } = context.parameters;
  const seeds = context.seeds.length;
  const shown = seeds > SHOWN ? `the first ${SHOWN} of ${seeds} seeds` : `${seeds} seeds`;
  context.figure({
    id: table,
    kind: "chart",
    title: "Saturation unit by unit",
    caption:
      "Upper left: gates that are always open; lower right: always closed. Share of the time, over steps and sequences, that a unit's gate is above 0.9 against " +
      "the share that it is below 0.1, on new sequences of the adding problem. " +
      `A symbol for each of ${hiddenSize} units of ` +
      `${shown}; units that are never saturated coincide at the lower left.`,
    alt:
      "Six charts, one for each of three gates of the untrained and the trained network: a symbol " +
      "for each unit, its share of time above 0.9 against its share of time below 0.1.",
    x: { label: "share of the time below 0.1", scale: "linear", domain: [0, 1] },
    y: { label: "share of the time above 0.9", scale: "linear", domain: [0, 1] },
    facet: "panel",
    layers: [{ mark: "point", table, x: "left", y: "right" }],
  });
}

/** Computes the share of activations of all gates that are saturated. */
function saturatedShare({ gates }: Measures): number {
  return mean(
    gateNames.flatMap((gate) => gates[gate].saturation.map(({ left, right }) => left + right)),
  );
}

/** Records the time scale over which each unit's forget gate keeps the cell value. */
export function recordTimeScales(context: Context, training: Training): void {
  const { hiddenSize, forgetBias } = context.parameters;
  const theory = timeScale(sigmoid(forgetBias));
  const ranks = Array.from({ length: hiddenSize }, (_, i) => i + 1);
  const longest = training.trained.map(({ task }) => task.timeScales[0] ?? NaN);
  if (longest.every((scale) => Number.isFinite(scale) && scale > 0)) {
    context.metric({
      id: "time-scale-longest",
      label: "time scale of the unit that remembers longest after training, adding problem",
      unit: "steps",
      statistic: "geometric-mean",
      values: longest,
    });
  }
  context.curves({
    id: "time-scales",
    title: "Time scale of each unit by its forget gate, the longest first",
    names: [{ name: "sequences", label: "sequences" }, { name: "network", label: "network" }],
    x: { name: "rank", label: "rank of the unit", values: ranks },
    value: { label: "time scale -1 / ln f", unit: "steps", statistic: "geometric-mean" },
    curves: sequenceKinds.flatMap(([kind, sequences]) =>
      networkNames.map((network) => ({
        names: [sequences, network],
        // A unit that never forgets has no time scale, which is a gap in the figure.
        values: training[network].map((seed) => seed[kind].timeScales),
      }))
    ),
    figure: {
      title: "Time scales of the units",
      caption:
        "Units above the rule keep their value for longer than the bias says. −1 / ln f of each unit, f the geometric mean of its forget gate over sequences and " +
        "steps, sorted in each network by length. Geometric mean over " +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds. Rule: a gate that is always ` +
        `sigmoid(${forgetBias}).`,
      alt: "Two charts, on the notebook's sequences and on the adding problem: the time scale in " +
        "steps on a log axis against the rank of the unit, a line with a band for the untrained and " +
        "for the trained network, and a rule at the time scale of the bias.",
      y: { label: "time scale", scale: "log" },
      series: "network",
      facet: "sequences",
      under: [{
        mark: "rule",
        axis: "y",
        value: theory,
        label: `${Number(theory.toPrecision(3))} steps at b = ${forgetBias}`,
      }],
    },
  });
}
