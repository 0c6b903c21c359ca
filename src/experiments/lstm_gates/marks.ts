import { curveColumns, curveLayers, curveRows } from "../curves.ts";
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
  context.figure({
    id: table,
    kind: "chart",
    title: "Gates at the marks",
    caption: "A gap between both lines is what a gate does at a mark. " +
      `Mean activation over units and those of ${heldOut} sequences of the adding ` +
      "problem, not seen in training, that have a mark at step t, and over units and the others. " +
      `Mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds. Gaps: steps at which some ` +
      "seed has no such sequence.",
    alt: "Six charts, one for each of three gates of the untrained and the trained network: the " +
      "mean activation against time, a line with a band for marked and one for unmarked steps.",
    x: time,
    y: { label: "mean activation", scale: "linear", domain: [0, 1] },
    series: stepKinds,
    seriesLabel: "step",
    facet: "panel",
    layers: [...curveLayers(table, "time", "step")],
  });
}
