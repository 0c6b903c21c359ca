import { estimate } from "../../analysis/estimate.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "./intervals.ts";
import { networkNames, sequenceKinds } from "./kinds.ts";
import type { Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Training } from "./training.ts";

/** A quantity of the norms of both states over time, by name. */
type Quantity = readonly [string, (measures: Measures) => number];

const spreads: readonly Quantity[] = [
  ["range, hidden", ({ hidden }) => hidden.range],
  ["range, cell", ({ cell }) => cell.range],
  ["deviation, hidden", ({ hidden }) => hidden.deviation],
  ["deviation, cell", ({ cell }) => cell.deviation],
];

const relations: readonly Quantity[] = [
  ["correlation", ({ correlation }) => correlation],
  ["smallest ratio of cell to hidden", smallestRatio],
];

/** Records how the norms of both states move over time, and the claims on them. */
export function recordStateStatistics(context: Context, training: Training): void {
  const n = context.seeds.length;
  recordQuantities(context, training, "state-stability", "range and deviation", spreads);
  recordQuantities(context, training, "state-relation", "what they have in common", relations);
  context.figure({
    id: "state-stability",
    kind: "chart",
    title: "Range and deviation of the norms",
    caption:
      "Range and standard deviation over time of ‖h_t‖ and ‖c_t‖, as means over sequences. " +
      `Mean over ${n} seeds; lines: 95 % intervals.`,
    alt: "Two charts, on the notebook's sequences and on the adding problem: range and standard " +
      "deviation of the hidden and of the cell state's norm, for the untrained and the trained " +
      "network, with intervals.",
    x: { label: "of the norm, over time", scale: "linear" },
    y: {
      label: "quantity and state",
      scale: "category",
      categories: spreads.map(([name]) => name),
    },
    series: networkNames,
    seriesLabel: "network",
    facet: "sequences",
    layers: [intervalLayer("state-stability", "quantity")],
  });
  recordClaims(context, training);
}

function recordQuantities(
  context: Context,
  training: Training,
  table: string,
  what: string,
  quantities: readonly Quantity[],
): void {
  context.table({
    id: table,
    title: `Norms of cell and hidden state over time: ${what}`,
    columns: [
      { name: "sequences", label: "sequences" },
      { name: "quantity", label: "of the norms" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "value" }),
    ],
    rows: sequenceKinds.flatMap(([kind, sequences]) =>
      quantities.flatMap(([quantity, of]) =>
        networkNames.map((network): Cell[] => {
          const values = training[network].map((seed) => of(seed[kind]));
          const cells = intervalCells(context, values, table, kind, quantity, network);
          return [sequences, quantity, network, ...cells];
        })
      )
    ),
  });
}

function recordClaims(context: Context, { untrained, trained }: Training): void {
  const least = untrained.map((before, seed) => {
    const all = [before, ...trained.slice(seed, seed + 1)];
    return Math.min(...all.flatMap(({ patterns, task }) => [patterns, task].map(smallestRatio)));
  });
  context.claim({
    id: "cell-exceeds-hidden",
    statement: "The norm of the cell state exceeds that of the hidden state at every step.",
    source: "the equations: h = o tanh(c), and both factors shrink",
    measure: "smallest ratio of the norms over steps, both networks and both kinds of sequences",
    estimate: estimate(least, { random: context.random("bootstrap", "cell-exceeds-hidden") }),
    threshold: { relation: "above", value: 1 },
  });
  context.claim({
    id: "norms-correlate",
    statement: "The norms of cell and hidden state rise and fall together.",
    source: "the notebook's state analysis, which states their correlation",
    measure:
      "correlation over time of the norms, as a mean over the notebook's sequences, before " +
      "training",
    estimate: estimate(untrained.map(({ patterns }) => patterns.correlation), {
      random: context.random("bootstrap", "norms-correlate"),
    }),
    threshold: { relation: "above", value: 0 },
  });
  context.metric({
    id: "correlation-trained",
    label: "the same correlation after training",
    estimate: estimate(trained.map(({ patterns }) => patterns.correlation), {
      random: context.random("bootstrap", "correlation-trained"),
    }),
  });
}

/** The smallest ratio over time of the cell's to the hidden state's norm, as means over the batch. */
function smallestRatio({ hidden, cell }: Measures): number {
  return Math.min(
    ...cell.population.norms.map((norm, t) => norm / (hidden.population.norms[t] ?? NaN)),
  );
}
