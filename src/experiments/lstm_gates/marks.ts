import { curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import { gateNames } from "./measure.ts";
import { stepKinds } from "./measure_marks.ts";
import type { Context } from "./parameters.ts";
import type { Training } from "./training.ts";

/** Records what gates do at the marks of the adding problem. */
export function recordMarks(context: Context, training: Training): void {
  const { heldOut } = context.parameters;
  const table = "gates-at-marks";
  context.table({
    id: table,
    title: "Mean activation of each gate at marked and unmarked steps of the adding problem",
    columns: [
      { name: "panel", label: "gate and network" },
      { name: "step", label: "step" },
      timeColumn,
      ...curveColumns({ label: "mean activation over units and sequences" }),
    ],
    rows: networkNames.flatMap((network) =>
      gateNames.flatMap((gate) =>
        stepKinds.flatMap((kind) =>
          curveRows(
            stepsOf(context),
            training[network].map(({ marks }) => marks[gate][kind].map((value) => value ?? NaN)),
            [`${gate}, ${network}`, kind],
          )
        )
      )
    ),
  });
  const gaps = "gate-gaps-at-marks";
  context.table({
    id: gaps,
    title: "Mean activation of each gate at marked less at unmarked steps of the adding problem",
    columns: [
      { name: "gate", label: "gate" },
      { name: "network", label: "network" },
      timeColumn,
      ...curveColumns({ label: "difference of mean activations" }),
    ],
    rows: gateNames.flatMap((gate) =>
      networkNames.flatMap((network) =>
        curveRows(
          stepsOf(context),
          training[network].map(({ marks }) =>
            marks[gate].marked.map((at, t) => (at ?? NaN) - (marks[gate].unmarked[t] ?? NaN))
          ),
          [gate, network],
        )
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Gates at the marks",
    caption: "Above the rule a gate is more open at a mark than without one. " +
      `Mean activation over units and those of ${heldOut} sequences of the adding ` +
      "problem, not seen in training, that have a mark at step t, less that over units and the " +
      `other sequences. Mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds. Gaps: steps at which some ` +
      "seed has no such sequence.",
    alt:
      "Three charts, one for each gate: the difference of mean activations against time, a line " +
      "with a band for the untrained and one for the trained network, and a rule at 0.",
    x: time,
    y: { label: "marked less unmarked", scale: "linear" },
    series: networkNames,
    seriesLabel: "network",
    facet: "gate",
    layers: [
      { mark: "rule", axis: "y", value: 0, label: "no difference" },
      ...curveLayers(gaps, "time", "network"),
    ],
  });
}
