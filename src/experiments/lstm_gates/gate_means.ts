import { estimate } from "../../analysis/estimate.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { intervalCells } from "../intervals.ts";
import { networkNames, sequenceKinds, stepsOf, time, timeColumn } from "./kinds.ts";
import { gateNames, type Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import { sigmoid } from "./survival.ts";
import type { Training } from "./training.ts";

/** How far from a value a mean activation may lie and still be called near it. */
const NEAR = 0.05;
/** Where a gate is half open. */
const HALF = 0.5;

/** Records the mean activation of each gate, and the claims on where it lies. */
export function recordGateMeans(context: Context, training: Training): void {
  const n = context.seeds.length;
  const random = (what: string) => context.random("bootstrap", what);
  const table = "gate-means-by-time";
  context.table({
    id: table,
    title: "Mean activation of each gate over time",
    columns: [
      { name: "network", label: "network" },
      { name: "gate", label: "gate" },
      timeColumn,
      ...curveColumns({ label: "mean activation over units and sequences" }),
    ],
    rows: networkNames.flatMap((network) =>
      gateNames.flatMap((gate) =>
        curveRows(
          stepsOf(context),
          training[network].map(({ patterns }) => patterns.gates[gate].spread.map((s) => s.mean)),
          { random: random(`${table} ${network} ${gate}`) },
          [network, gate],
        )
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "All gates",
    caption: `Mean activation over units and the notebook's sequences. Mean over ${n} seeds; ` +
      "bands: 95 % intervals. Rule: half open.",
    alt: "Two charts, of the untrained and the trained network: a line with a band for each of " +
      "three gates against time, and a rule at a half.",
    x: time,
    y: { label: "mean activation", scale: "linear", domain: [0, 1] },
    series: gateNames,
    seriesLabel: "gate",
    facet: "network",
    layers: [
      { mark: "rule", axis: "y", value: HALF, label: "half open" },
      ...curveLayers(table, "time", "gate"),
    ],
  });

  context.table({
    id: "gate-means",
    title: "Mean activation of each gate over units, sequences and steps",
    columns: [
      { name: "network", label: "network" },
      { name: "sequences", label: "sequences" },
      { name: "gate", label: "gate" },
      ...curveColumns({ label: "mean activation" }),
    ],
    rows: networkNames.flatMap((network) =>
      sequenceKinds.flatMap(([kind, sequences]) =>
        gateNames.map((gate): Cell[] => {
          const values = training[network].map((seed) => seed[kind].gates[gate].mean);
          const random = context.random("bootstrap", "gate-means", network, kind, gate);
          return [network, sequences, gate, ...intervalCells(values, { random })];
        })
      )
    ),
  });
  for (const gate of gateNames) {
    context.metric({
      id: `${gate}-mean`,
      label: `mean activation of the ${gate} gates before training`,
      estimate: estimate(training.untrained.map(({ patterns }) => patterns.gates[gate].mean), {
        random: random(`${gate}-mean`),
      }),
    });
  }
  recordClaims(context, training);
}

function recordClaims(context: Context, { untrained, trained }: Training): void {
  const { forgetBias } = context.parameters;
  const wanted = sigmoid(forgetBias);
  const random = (what: string) => context.random("bootstrap", what);
  context.claim({
    id: "forget-near-bias",
    statement: "Before training the forget gates stand near the sigmoid of their bias, " +
      `sigmoid(${forgetBias}) = ${wanted.toPrecision(2)}: no further than ${NEAR} from it.`,
    source: "the notebook's bias of 1, to “remember by default”; Jozefowicz et al. (2015)",
    measure: "mean activation of the forget gates on the notebook's sequences, less " +
      `sigmoid(${forgetBias})`,
    estimate: estimate(untrained.map(({ patterns }) => patterns.gates.forget.mean - wanted), {
      random: random("forget-near-bias"),
    }),
    threshold: { relation: "within", low: -NEAR, high: NEAR },
  });
  const source =
    "the notebook's summary (“balanced activations around 0.5” that “effectively control " +
    "information flow”)";
  context.claim({
    id: "balanced-untrained",
    statement:
      "Before training, the gates are balanced around 0.5: the mean of none lies further " +
      `than ${NEAR} from it.`,
    source,
    measure: "distance from 0.5 of the mean of the gate that is furthest, notebook's sequences",
    estimate: estimate(untrained.map(({ patterns }) => imbalance(patterns)), {
      random: random("balanced-untrained"),
    }),
    threshold: { relation: "below", value: NEAR },
  });
  context.claim({
    id: "balanced-trained",
    statement: "After training, the gates are balanced around 0.5: the mean of none lies further " +
      `than ${NEAR} from it.`,
    source,
    measure: "distance from 0.5 of the mean of the gate that is furthest, new sequences of the " +
      "adding problem",
    estimate: estimate(trained.map(({ task }) => imbalance(task)), {
      random: random("balanced-trained"),
    }),
    threshold: { relation: "below", value: NEAR },
  });
  context.metric({
    id: "imbalance-trained",
    label: "the same distance after training, on the notebook's sequences",
    estimate: estimate(trained.map(({ patterns }) => imbalance(patterns)), {
      random: random("imbalance-trained"),
    }),
  });
}

/** How far from a half the mean of the gate lies that is furthest from it. */
function imbalance({ gates }: Measures): number {
  return Math.max(...gateNames.map((gate) => Math.abs(gates[gate].mean - HALF)));
}
