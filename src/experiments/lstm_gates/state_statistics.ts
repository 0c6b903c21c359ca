import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { networkNames, SEPARATE, sequenceKinds } from "./kinds.ts";
import type { Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Training, Trainings } from "./training.ts";

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

/** Records how the norms of both states move over time, and the claims on them. */
export function recordStateStatistics(context: Context, trainings: Trainings): void {
  const { joint: training } = trainings;
  const n = context.seeds.length;
  recordQuantities(context, training, "state-stability", "range and deviation", spreads);
  recordQuantities(context, training, "state-relation", "what they have in common", relations);
  context.figure({
    id: "state-stability",
    kind: "chart",
    title: "Range and deviation of the norms",
    caption:
      "The further right, the more a norm moves. Range and standard deviation over time of ‖h_t‖ and ‖c_t‖, as means over sequences. " +
      `Mean over ${n} seeds; lines: 95 % intervals over seeds.`,
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
  recordClaims(context, trainings);
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
          return [sequences, quantity, network, ...intervalCells(values)];
        })
      )
    ),
  });
}

function recordClaims(context: Context, trainings: Trainings): void {
  const { joint: { untrained, trained }, separate } = trainings;
  const shares = Object.values(trainings).flatMap(({ untrained, trained }) =>
    [...untrained, ...trained].flatMap(({ patterns, task }) => [patterns, task])
  ).map(({ largestShare }) => largestShare);
  const { hiddenSize, length, batch, heldOut } = context.parameters;
  context.check("cell-exceeds-hidden", {
    cases: shares.length / 2 * hiddenSize * length * (batch + heldOut),
    worst: Math.max(...shares),
  });
  const metrics: readonly [string, string, Training["trained"], (of: Measures) => number][] = [
    [
      "correlation-untrained",
      "correlation over time of the norms before training",
      untrained,
      ({ correlation }) => correlation,
    ],
    [
      "first-correlation",
      "correlation over time of the norms before training, the first sequence alone",
      untrained,
      ({ firstCorrelation }) => firstCorrelation,
    ],
    [
      "correlation-separate",
      `correlation over time of the norms before training, ${SEPARATE}`,
      separate.untrained,
      ({ correlation }) => correlation,
    ],
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
    context.metric({ id, label, values: seeds.map(({ patterns }) => of(patterns)) });
  }
}
