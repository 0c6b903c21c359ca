import { mean } from "../../statistics/descriptive.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { inTimeScales, timeScaleRatio } from "../time_scale_ratios.ts";
import { intervalCells } from "../../harness/intervals.ts";
import { networkNames, SEPARATE, sequenceKinds, stepsOf, time, timeColumn } from "./kinds.ts";
import { gateNames, type Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import { sigmoid } from "./survival.ts";
import type { Training, Trainings } from "./training.ts";

/** Where a gate is half open. */
const HALF = 0.5;

/** Records the mean activation of each gate, how far it is from a half, and from its bias. */
export function recordGateMeans(context: Context, trainings: Trainings): void {
  const n = context.seeds.length;
  const { joint: training } = trainings;
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
          [network, gate],
        )
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "All gates",
    caption: "Compare each line with the rule, where a gate is half open. Mean activation over " +
      `units and the notebook's sequences. Mean over ${n} seeds; bands: pointwise 95 % intervals ` +
      "over seeds.",
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
          return [network, sequences, gate, ...intervalCells(values)];
        })
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

/** How far from a half gates are, before and after training: of "balanced" there is no agreed meaning. */
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

/** How far from a half the mean of the gate lies that is furthest from it. */
function imbalance({ gates }: Measures): number {
  return Math.max(...gateNames.map((gate) => Math.abs(gates[gate].mean - HALF)));
}

/** The mean of all three gates. */
function overall({ gates }: Measures): number {
  return mean(gateNames.map((gate) => gates[gate].mean));
}
