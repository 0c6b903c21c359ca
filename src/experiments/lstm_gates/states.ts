import { seriesVariation } from "../../analysis/activations.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
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
      caption: "Look for how alike both lines run. ‖h_t‖ and ‖c_t‖",
      of: ({ norms }) => norms,
    },
    {
      id: "state-means",
      title: "Mean activation of cell and hidden state",
      label: "mean over the units",
      caption: "Look for a drift away from 0. Mean over the units of h_t and c_t",
      of: ({ means }) => means,
    },
    {
      id: "state-changes",
      title: "From step to step",
      label: "change of the norm",
      caption:
        "Look whether both norms change at the same steps. Change of ‖h_t‖ and ‖c_t‖ from the step before",
      of: ({ norms }) => seriesVariation(norms).changes,
    },
  ];
  for (const text of texts) recordCourse(context, training, text);
}

function recordCourse(context: Context, training: Training, text: Text): void {
  const { id, title, label, caption, of } = text;
  const n = context.seeds.length;
  const sample = `${id}-sample`;
  const columns = [
    { name: "panel", label: "sequences and network" },
    { name: "state", label: "state" },
    timeColumn,
  ];
  /** Rows of both networks and both states; changes begin one step later. */
  const rows = (panel: string, cells: (before: Cell[], curves: Curves) => Cell[][]) =>
    networkNames.flatMap((network) =>
      stateNames.flatMap((state) =>
        cells(
          [`${panel}, ${network}`, state],
          (which) => training[network].map(({ patterns }) => of(patterns[state][which])),
        )
      )
    );
  context.table({
    id,
    title: `${title} over time, on the notebook's sequences`,
    columns: [...columns, ...curveColumns({ label })],
    rows: rows("mean", (before, curves) => {
      const found = curves("population");
      return curveRows(stepsOf(context).slice(-(found[0]?.length ?? 0)), found, before);
    }),
  });
  context.table({
    id: sample,
    title: `${title} over time, on the first of the notebook's sequences with the first seed`,
    columns: [...columns, { name: "value", label }],
    rows: rows("sample", (before, curves) => {
      const [first = []] = curves("sample");
      const steps = stepsOf(context).slice(-first.length);
      return first.map((value, i) => [...before, steps[i] ?? null, value]);
    }),
  });
  context.figure({
    id,
    kind: "chart",
    title,
    caption: `${caption} for a sample, the first of the notebook's sequences with seed ` +
      `${context.seeds[0] ?? ""}, and as a mean over ${context.parameters.batch} sequences and ` +
      `${n} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt: "Four charts, of a sample and of the mean, before and after training: a line for the " +
      `hidden and one for the cell state, ${label} against time.`,
    x: time,
    y: { label, scale: "linear" },
    series: stateNames,
    seriesLabel: "state",
    facet: "panel",
    layers: [
      { mark: "line", table: sample, x: "time", y: "value", series: "state", role: "measured" },
      ...curveLayers(id, "time", "state"),
    ],
  });
}

/** A curve of each seed. */
type Curves = (which: "sample" | "population") => (readonly number[])[];
