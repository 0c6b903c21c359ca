import { estimate } from "../../analysis/estimate.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
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
  ["correlation of changes", ({ changeCorrelation }) => changeCorrelation],
  ["smallest ratio of cell to hidden", ({ smallestRatio }) => smallestRatio ?? NaN],
];

/** Above which correlation norms are said to rise and fall together. */
const TOGETHER = 0.5;

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
    layers: [intervalLayer("state-stability", "quantity", "network")],
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
          const random = context.random("bootstrap", table, kind, quantity, network);
          return [sequences, quantity, network, ...intervalCells(values, { random })];
        })
      )
    ),
  });
}

function recordClaims(context: Context, { untrained, trained }: Training): void {
  const random = (what: string) => context.random("bootstrap", what);
  const least = untrained.map((before, seed) => {
    const both = [before, ...trained.slice(seed, seed + 1)];
    const all = both.flatMap(({ patterns, task }) => [patterns, task]);
    return Math.min(...all.flatMap(({ smallestRatio }) => smallestRatio ?? []));
  });
  context.claim({
    id: "cell-exceeds-hidden",
    statement: "At every step of every sequence, the norm of the cell state exceeds that of the " +
      "hidden state.",
    source: "the equations: h = o tanh(c), and both factors shrink",
    measure: "smallest ratio of the norm of the cell to that of the hidden state over all steps " +
      "and sequences, both networks and both kinds of sequences",
    estimate: estimate(least, { random: random("cell-exceeds-hidden") }),
    threshold: { relation: "above", value: 1 },
  });
  context.claim({
    id: "norms-correlate",
    statement: "The norms of cell and hidden state rise and fall together: their correlation " +
      `over time is above ${TOGETHER}.`,
    source: "the notebook's state analysis, which states their correlation",
    measure:
      "correlation over time of the norms, as a mean over the notebook's sequences, before " +
      "training",
    estimate: estimate(untrained.map(({ patterns }) => patterns.correlation), {
      random: random("norms-correlate"),
    }),
    threshold: { relation: "above", value: TOGETHER },
  });
  const metrics: readonly [string, string, Training["trained"], (of: Measures) => number][] = [
    [
      "correlation-trained",
      "correlation over time of the norms after training",
      trained,
      ({ correlation }) => correlation,
    ],
    [
      "change-correlation",
      "correlation of the norms' changes from step to step before training",
      untrained,
      ({ changeCorrelation }) => changeCorrelation,
    ],
    [
      "change-correlation-trained",
      "correlation of the norms' changes from step to step after training",
      trained,
      ({ changeCorrelation }) => changeCorrelation,
    ],
  ];
  for (const [id, label, seeds, of] of metrics) {
    const values = seeds.map(({ patterns }) => of(patterns));
    context.metric({ id, label, estimate: estimate(values, { random: random(id) }) });
  }
}
