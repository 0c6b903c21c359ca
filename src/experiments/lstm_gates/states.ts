import { movement } from "../../analysis/states.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import type { StateCourse } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Training } from "./training.ts";

/** The states that are compared. */
export const stateNames = ["hidden", "cell"] as const;

/** What is drawn of both states over time. */
interface Text {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly caption: string;
  /** By step. */
  readonly of: (course: StateCourse) => readonly number[];
}

/** Records how the cell and the hidden state go on over the notebook's sequences. */
export function recordStates(context: Context, training: Training): void {
  const texts: readonly Text[] = [
    {
      id: "state-norms",
      title: "Norms of cell and hidden state",
      label: "norm",
      caption: "‖h_t‖ and ‖c_t‖",
      of: ({ norms }) => norms,
    },
    {
      id: "state-means",
      title: "Mean activation of cell and hidden state",
      label: "mean over the units",
      caption: "Mean over the units of h_t and c_t",
      of: ({ means }) => means,
    },
    {
      id: "state-changes",
      title: "From step to step",
      label: "change of the norm",
      caption: "Change of ‖h_t‖ and ‖c_t‖ from the step before",
      of: ({ norms }) => movement(norms).changes,
    },
  ];
  for (const text of texts) recordCourse(context, training, text);
}

function recordCourse(context: Context, training: Training, text: Text): void {
  const { id, title, label, caption, of } = text;
  const n = context.seeds.length;
  context.table({
    id,
    title: `${title} over time, on the notebook's sequences`,
    columns: [
      { name: "panel", label: "sequences and network" },
      { name: "state", label: "state" },
      timeColumn,
      ...curveColumns({ label }),
    ],
    rows: networkNames.flatMap((network) =>
      (["sample", "population"] as const).flatMap((which) =>
        stateNames.flatMap((state): Cell[][] => {
          const seeds = which === "sample" ? training[network].slice(0, 1) : training[network];
          const curves = seeds.map(({ patterns }) => of(patterns[state][which]));
          // Changes begin one step later.
          const steps = stepsOf(context).slice(-(curves[0]?.length ?? 0));
          const panel = which === "sample" ? `sample, ${network}` : `mean, ${network}`;
          return curveRows(steps, curves, {
            random: context.random("bootstrap", id, network, which, state),
          }, [panel, state]);
        })
      )
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title,
    caption: `${caption}: for a sample, the first of the notebook's sequences with seed ` +
      `${context.seeds[0] ?? ""}, and as a mean over ${context.parameters.batch} sequences and ` +
      `${n} seeds; bands: 95 % intervals.`,
    alt: "Four charts, of a sample and of the mean, before and after training: a line for the " +
      `hidden and one for the cell state, ${label} against time.`,
    x: time,
    y: { label, scale: "linear" },
    series: stateNames,
    seriesLabel: "state",
    facet: "panel",
    layers: [...curveLayers(id, "time", "state")],
  });
}
