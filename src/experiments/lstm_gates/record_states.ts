import type { CellInput } from "../../harness/seed_values.ts";
import { seriesVariation } from "../../analysis/activations.ts";
import { curveLayers, type IntervalsFigureInput } from "../../harness/seed_figures.ts";
import {
  type Context,
  networkNames,
  SEPARATE,
  sequenceKinds,
  stepsOf,
  time,
  timeColumn,
} from "./parameters.ts";
import type { Measures, StateCourse } from "./measure.ts";
import type { Training, Trainings } from "./training.ts";

/** The states that are compared. */
export const stateNames = ["hidden", "cell"] as const;

/** The texts and the measure of a figure of both states over time. */
interface Text {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly caption: string;
  /** Reads the quantity by step. */
  readonly of: (course: StateCourse) => readonly number[];
}

/** Records the cell and the hidden state over time on the notebook's sequences. */
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

/** Records a quantity of both states over time: means over seeds, and one sequence. */
function recordCourse(context: Context, training: Training, text: Text): void {
  const { id, title, label, caption, of } = text;
  const n = context.seeds.length;
  const sample = `${id}-sample`;
  const names = [
    { name: "panel", label: "sequences and network" },
    { name: "state", label: "state" },
  ];
  /** The curves of both networks and both states, by seed. */
  const curves = (which: "sample" | "population") =>
    networkNames.flatMap((network) =>
      stateNames.map((state) => ({
        names: [`${which === "sample" ? "sample" : "mean"}, ${network}`, state],
        values: training[network].map(({ patterns }) => of(patterns[state][which])),
      }))
    );
  const population = curves("population");
  // Curves of changes begin at the second step.
  const steps = stepsOf(context).slice(-(population[0]?.values[0]?.length ?? 0));
  context.curves({
    id,
    title: `${title} over time, on the notebook's sequences`,
    names,
    x: { ...timeColumn, values: steps },
    value: { label },
    curves: population,
  });
  context.table({
    id: sample,
    title: `${title} over time, on the first of the notebook's sequences with the first seed`,
    columns: [...names, timeColumn, { name: "value", label }],
    rows: curves("sample").flatMap(({ names, values: [first = []] }) =>
      first.map((value, i) => [...names, steps[i] ?? null, value])
    ),
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
  recordQuantities(context, training, "state-stability", "range and deviation", spreads, {
    title: "Range and deviation of the norms",
    caption:
      "The further right, the more a norm moves. Range and standard deviation over time of ‖h_t‖ and ‖c_t‖, as means over sequences. " +
      `Mean over ${n} seeds; lines: 95 % intervals over seeds.`,
    alt: "Two charts, on the notebook's sequences and on the adding problem: range and standard " +
      "deviation of the hidden and of the cell state's norm, for the untrained and the trained " +
      "network, with intervals.",
    x: { label: "of the norm, over time" },
    y: { column: "quantity", label: "quantity and state" },
    series: "network",
    facet: "sequences",
  });
  recordQuantities(context, training, "state-relation", "what they have in common", relations);
  recordCorrelations(context, trainings);
}

/** Records quantities of the norms over time, for each network and kind of sequences. */
function recordQuantities(
  context: Context,
  training: Training,
  id: string,
  what: string,
  quantities: readonly Quantity[],
  figure?: IntervalsFigureInput,
): void {
  context.intervals({
    id,
    title: `Norms of cell and hidden state over time: ${what}`,
    names: [
      { name: "sequences", label: "sequences" },
      { name: "quantity", label: "of the norms" },
      { name: "network", label: "network" },
    ],
    value: { label: "value" },
    rows: sequenceKinds.flatMap(([kind, sequences]) =>
      quantities.flatMap(([quantity, of]) =>
        networkNames.map((network) => ({
          names: [sequences, quantity, network],
          values: training[network].map((seed) => of(seed[kind])),
        }))
      )
    ),
    ...(figure ? { figure } : {}),
  });
}

/** Records the correlations of the norms of both states, and the check that |h| is below |c|. */
function recordCorrelations(context: Context, trainings: Trainings): void {
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

/** The most units that are drawn, since more would be indistinguishable and enlarge the result. */
const UNITS = 40;

/** The magnitude with the full colour in both figures, as in the notebook's heat maps. */
const FULL = 2;

/** Records each unit of both states over time, for one sequence and the first seed. */
export function recordHeatMaps(context: Context, training: Training): void {
  for (const state of stateNames) recordHeatMap(context, training, state);
}

/** Records a heat map of the units of a state. */
function recordHeatMap(
  context: Context,
  { states }: Training,
  state: (typeof stateNames)[number],
): void {
  const { hiddenSize, length } = context.parameters;
  const table = `${state}-heat-map`;
  const units = Math.min(hiddenSize, UNITS);
  context.table({
    id: table,
    title: `Units of the ${state} state over time, one sequence`,
    columns: [
      { name: "network", label: "network" },
      timeColumn,
      { name: "unit", label: "unit" },
      { name: "value", label: `${state} state` },
    ],
    rows: networkNames.flatMap((network) =>
      stepsOf(context).flatMap((t, i) =>
        (states[network][state][i] ?? []).slice(0, units)
          .map((value, unit): CellInput[] => [network, t, unit + 1, value])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: `The ${state} state unit by unit`,
    caption: "A long bar of one colour is a unit that keeps its value. " +
      `${units < hiddenSize ? `The first ${units} of ${hiddenSize} units` : "Each unit"} of ` +
      `the ${state} state on the first of the notebook's sequences, seed ` +
      `${
        context.seeds[0] ?? ""
      }. Colours are full at ±${FULL}, as in the notebook; cells with a short line are below 0.`,
    alt: `Two heat maps of ${units} units over ${length} steps: the ${state} state before and ` +
      "after training.",
    x: time,
    y: { label: "unit", scale: "linear" },
    colour: { label: `${state} state`, limit: FULL },
    facet: "network",
    layers: [{ mark: "cell", table, x: "time", y: "unit", value: "value" }],
  });
}
