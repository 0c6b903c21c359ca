import type { Saturation } from "../../analysis/gates.ts";
import { estimate } from "../../statistics/estimate.ts";
import { mean } from "../../statistics/descriptive.ts";
import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { networkNames, SEPARATE, sequenceKinds } from "./kinds.ts";
import { gateNames, type Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Training, Trainings } from "./training.ts";

/** The most seeds whose units are drawn: more would hide each other. */
const SHOWN = 5;

const sides: readonly [string, (saturation: Saturation) => number][] = [
  ["below 0.1", ({ left }) => left],
  ["above 0.9", ({ right }) => right],
];

/** Records how much of the time gates are nearly closed and nearly open. */
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

/** By how much the saturated share of activations rises in training, by seed. */
function rises({ untrained, trained }: Training, kind: "patterns" | "task"): number[] {
  return trained.map((seed, i) => {
    const before = untrained[i];
    return saturatedShare(seed[kind]) - (before ? saturatedShare(before[kind]) : NaN);
  });
}

function recordShares(context: Context, training: Training): void {
  const table = "saturation";
  const rows = sequenceKinds.toReversed().flatMap(([kind, sequences]) =>
    sides.flatMap(([side, of]) =>
      gateNames.flatMap((gate) =>
        networkNames.map((network) => ({
          before: [`${side}, ${sequences}`, gate, network],
          values: training[network].map((seed) => mean(seed[kind].gates[gate].saturation.map(of))),
        }))
      )
    )
  );
  context.table({
    id: table,
    title: "Shares of saturated activations",
    columns: [
      { name: "panel", label: "activations and sequences" },
      { name: "gate", label: "gate" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "share of activations" }),
    ],
    rows: rows.map(({ before, values }): Cell[] => [...before, ...intervalCells(values)]),
  });
  const highs = rows.map(({ values }) => estimate(values).high ?? Math.max(...values));
  context.figure({
    id: table,
    kind: "chart",
    title: "Saturation",
    caption:
      "The further right, the more gates are saturated. Share of activations below 0.1 (nearly closed) and above 0.9 (nearly open) over " +
      "units, sequences and steps, on sequences of the adding problem that training has not seen " +
      `and on the notebook's. Mean over ${context.seeds.length} seeds; lines: 95 % intervals over ` +
      "seeds.",
    alt:
      "Four charts, of activations below 0.1 and above 0.9 on two kinds of sequences: for each " +
      "of three gates the share in the untrained and in the trained network, with intervals.",
    x: { label: "share of activations", scale: "linear", domain: [0, axisEnd(highs)] },
    y: { label: "gate", scale: "category", categories: gateNames },
    series: networkNames,
    seriesLabel: "network",
    facet: "panel",
    layers: [intervalLayer(table, "gate", "network")],
  });
}

/** Where an axis of shares ends that begins at 0: the next tenth. */
function axisEnd(shares: readonly number[]): number {
  return Math.min(1, (Math.floor(Math.max(...shares) * 10) + 1) / 10);
}

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
          task.gates[gate].saturation.map(({ left, right }, unit): Cell[] => {
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

/** The share of activations of all gates that are saturated. */
function saturatedShare({ gates }: Measures): number {
  return mean(
    gateNames.flatMap((gate) => gates[gate].saturation.map(({ left, right }) => left + right)),
  );
}
