import { linearRegression } from "simple-statistics";
import type { LossPlace } from "../../analysis/gradient_flow.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import { architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import type { NotebookMeasured } from "./notebook_measure.ts";
import { type Context, EARLY_STEP, lengthsBeyond } from "./parameters.ts";

/** Where the loss is, in words. */
const places = { last: "loss on the last step", all: "loss over all steps" } as const;

const geometric = "geometric-mean";
const networkColumn = { name: "network", label: "network" };
const lengthColumn = { name: "length", label: "sequence length T", unit: "steps" };
const norm = `norm of ∂L/∂x_${EARLY_STEP}`;
const lengthAxis = { label: lengthColumn.label, unit: lengthColumn.unit, scale: "linear" } as const;
const normAxis = { label: norm, scale: "log" } as const;

/** Records the gradient at an early step by length, for a loss at the end and for one everywhere. */
export function recordPlaces(context: Context, networks: readonly NotebookMeasured[]): void {
  recordBoth(context, networks);
  recordAll(context, networks);
  recordExponents(context, networks);
}

/** The longest sequence of the first figure: of longer ones, hardly any gradient is left. */
const LONGEST = 50;

/** The rows of a network for one place of the loss. */
function rowsOf(context: Context, measured: NotebookMeasured, place: LossPlace): Cell[][] {
  return curveRows(lengthsBeyond(context), measured.early[place], [measured.architecture]);
}

/** The lengths that the first figure shows: at least two. */
function shownLengths(context: Context): number[] {
  const lengths = lengthsBeyond(context);
  return lengths.filter((length, i) => length <= LONGEST || i < 2);
}

function rangeOf(lengths: readonly number[]): string {
  return `lengths from ${lengths[0]} to ${lengths.at(-1)} steps`;
}

function recordBoth(context: Context, networks: readonly NotebookMeasured[]): void {
  const table = "early-gradient";
  const shown = shownLengths(context);
  context.table({
    id: table,
    title: `Gradient with respect to the input of step ${EARLY_STEP} by sequence length`,
    columns: [
      { name: "loss", label: "loss" },
      networkColumn,
      lengthColumn,
      ...curveColumns({ label: norm }, geometric),
    ],
    rows: (["last", "all"] as const).flatMap((place) =>
      networks.flatMap((network) =>
        rowsOf(context, network, place).slice(0, shown.length)
          .map((row) => [places[place], ...row])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Where the loss must be to show decay",
    caption: "A loss on the last step shows how fast gradients decay; a loss over all steps can " +
      `only show the weight 1/T of the outputs near step ${EARLY_STEP}. ‖∂L/∂x_${EARLY_STEP}‖ by ` +
      `sequence length T, with the notebook's initial weights. Geometric mean over ` +
      `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt: "Two charts, for a loss on the last step and for one over all steps: the norm on a log " +
      `axis against ${rangeOf(shown)}, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: lengthAxis,
    y: normAxis,
    series: architectures,
    seriesLabel: networkColumn.label,
    facet: "loss",
    layers: curveLayers(table, "length", "network"),
  });
}

function recordAll(context: Context, networks: readonly NotebookMeasured[]): void {
  const table = "loss-over-all-steps";
  const lengths = lengthsBeyond(context);
  const [shortest = NaN] = lengths;
  context.table({
    id: table,
    title: `Gradient at step ${EARLY_STEP} of a loss over all steps, and how a mean over T falls`,
    columns: [
      networkColumn,
      lengthColumn,
      ...curveColumns({ label: norm }, geometric),
      { name: "share", label: `that at length ${shortest} times ${shortest}/T` },
    ],
    rows: networks.flatMap((network) => {
      const first = geometricMean(network.early.all.map(([norm = NaN]) => norm));
      return rowsOf(context, network, "all").map((row, i): Cell[] => [
        ...row,
        first > 0 ? first * shortest / (lengths[i] ?? NaN) : null,
      ]);
    }),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The gradient of a loss over all steps",
    caption: "A line along its dashed one falls as 1/T, which is the weight of a step in a mean " +
      "over T steps, whatever the decay. The right part of the figure before, at more lengths; the " +
      "notebook's end at 30. " +
      `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over ` +
      "seeds.",
    alt: `The norm on a log axis against ${rangeOf(lengths)}, a line with a band for each of ` +
      `${architectures.join(", ")}, each with a dashed line that falls as 1/T.`,
    x: lengthAxis,
    y: normAxis,
    series: architectures,
    seriesLabel: networkColumn.label,
    layers: [
      {
        ...{ mark: "line", table, x: "length", y: "share", series: "network" },
        ...{ role: "theory", label: "falling as 1/T" },
      },
      ...curveLayers(table, "length", "network"),
    ],
  });
}

/** Records the power of the length by which the gradient of a loss over all steps falls. */
function recordExponents(context: Context, networks: readonly NotebookMeasured[]): void {
  const lengths = lengthsBeyond(context).map(Math.log);
  for (const { architecture, early } of networks) {
    context.metric({
      id: `exponent-${architecture.toLowerCase()}`,
      label: `power of the length T by which the gradient at step ${EARLY_STEP} of a loss over ` +
        `all steps falls in the ${architecture}`,
      values: early.all.map((norms) =>
        linearRegression(norms.map((norm, i) => [lengths[i] ?? NaN, Math.log(norm)])).m
      ),
    });
  }
}
