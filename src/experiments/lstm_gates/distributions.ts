import type { TemporalDeviation } from "../../analysis/activations.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { networkNames, sequenceKinds } from "./kinds.ts";
import { BIN, gateNames } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Training } from "./training.ts";

/** Records how activations are distributed, and how much they move over time. */
export function recordDistributions(context: Context, training: Training): void {
  recordBins(context, training);
  recordStability(context, training);
}

function recordBins(context: Context, training: Training): void {
  const table = "gate-distributions";
  const bins = Math.round(1 / BIN);
  const middles = Array.from({ length: bins }, (_, i) => (i + 0.5) / bins);
  context.table({
    id: table,
    title: `Shares of activations by bin of ${BIN}`,
    columns: [
      { name: "panel", label: "network and sequences" },
      { name: "gate", label: "gate" },
      { name: "activation", label: "middle of the bin" },
      ...curveColumns({ label: "share of activations" }),
    ],
    rows: sequenceKinds.flatMap(([kind, , sequences]) =>
      networkNames.flatMap((network) =>
        gateNames.flatMap((gate) =>
          curveRows(middles, training[network].map((seed) => seed[kind].gates[gate].bins), [
            `${network}, ${sequences}`,
            gate,
          ])
        )
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Distributions of activations",
    caption: "The ends of each chart are saturated gates. " +
      `Shares of activations of all units, sequences and steps by bin of ${BIN}, on the ` +
      "notebook's sequences and on new ones of the adding problem. Mean over " +
      `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt: "Four charts, of the untrained and the trained network on two kinds of sequences: the " +
      "share of activations against the activation from 0 to 1, a line with a band for each of " +
      "three gates.",
    x: { label: "activation", scale: "linear", domain: [0, 1] },
    y: { label: "share of activations", scale: "linear" },
    series: gateNames,
    seriesLabel: "gate",
    facet: "panel",
    layers: [...curveLayers(table, "activation", "gate")],
  });
}

function recordStability(context: Context, training: Training): void {
  const table = "gate-stability";
  const kinds: readonly [string, (stability: TemporalDeviation) => number][] = [
    ["of the mean activation", ({ ofMean }) => ofMean],
    ["of single units", ({ ofUnits }) => ofUnits],
  ];
  context.table({
    id: table,
    title: "Standard deviation of activations over time, on the notebook's sequences",
    columns: [
      { name: "of", label: "of what" },
      { name: "gate", label: "gate" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "standard deviation over time" }),
    ],
    rows: kinds.flatMap(([name, of]) =>
      gateNames.flatMap((gate) =>
        networkNames.map((network): Cell[] => {
          const values = training[network].map(({ patterns }) =>
            of(patterns.gates[gate].stability)
          );
          return [name, gate, network, ...intervalCells(values)];
        })
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "How much gates move over time",
    caption:
      "A mean over units hides how much single units move. Standard deviation over time on the notebook's sequences: of the mean over units and " +
      `sequences, and of single units, as a mean over them. Mean over ${context.seeds.length} ` +
      "seeds; lines: 95 % intervals over seeds.",
    alt: "Two charts, of the mean activation and of single units: for each of three gates the " +
      "standard deviation over time of the untrained and of the trained network, with intervals.",
    x: { label: "standard deviation over time", scale: "linear" },
    y: { label: "gate", scale: "category", categories: gateNames },
    series: networkNames,
    seriesLabel: "network",
    facet: "of",
    layers: [intervalLayer(table, "gate", "network")],
  });
}
