import { linearRegression } from "simple-statistics";
import { estimate } from "../../analysis/estimate.ts";
import type { LossPlace } from "../../analysis/input_gradients.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { isAlike } from "../contenders.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { tutorialStarts } from "../initialisations.ts";
import type { Measured } from "./measure.ts";
import { type Context, EARLY_STEP, lengthsBeyond } from "./parameters.ts";

/** Where the loss is, in words. */
const places = { last: "loss on the last step", all: "loss over all steps" } as const;

const networkColumn = { name: "network", label: "network" };
const lengthColumn = { name: "length", label: "sequence length T", unit: "steps" };
const norm = `norm of ∂L/∂x_${EARLY_STEP}`;
const lengthAxis = { label: lengthColumn.label, unit: lengthColumn.unit, scale: "linear" } as const;
const normAxis = { label: norm, scale: "log" } as const;

/** A network as the tutorial has it: its size and its start. */
export function asInTutorial(measured: readonly Measured[], architecture: Architecture): Measured {
  const found = measured.find(({ contender, initialisation }) =>
    contender.architecture === architecture && isAlike(contender, "same hidden size") &&
    initialisation === tutorialStarts[architecture]
  );
  if (!found) throw new RangeError(`no ${architecture} was measured`);
  return found;
}

/** Records the gradient at an early step by length, for a loss at the end and for one everywhere. */
export function recordPlaces(context: Context, measured: readonly Measured[]): void {
  const networks = architectures.map((name) => asInTutorial(measured, name));
  recordBoth(context, networks);
  recordTutorial(context, networks);
  recordExponents(context, networks);
  recordClaim(context, measured);
}

/** The rows of a network for one place of the loss: network, length, value, low, high. */
function rowsOf(context: Context, { contender, early }: Measured, place: LossPlace): Cell[][] {
  return curveRows(lengthsBeyond(context), early[place], {
    statistic: "geometric-mean",
    random: context.random("bootstrap", "early-gradient", place, contender.architecture),
  }, [contender.architecture]);
}

function rangeOf(context: Context): string {
  const lengths = lengthsBeyond(context);
  return `lengths from ${lengths[0]} to ${lengths.at(-1)} steps`;
}

function recordBoth(context: Context, networks: readonly Measured[]): void {
  const table = "early-gradient";
  context.table({
    id: table,
    title: `Gradient with respect to the input of step ${EARLY_STEP} by sequence length`,
    columns: [
      { name: "loss", label: "loss" },
      networkColumn,
      lengthColumn,
      ...curveColumns({ label: norm }),
    ],
    rows: (["last", "all"] as const).flatMap((place) =>
      networks.flatMap((network) =>
        rowsOf(context, network, place).map((row) => [places[place], ...row])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Where the loss must be to show it",
    caption: `‖∂L/∂x_${EARLY_STEP}‖ by sequence length T, networks started as in the tutorial; ` +
      `left, the loss of the last step, right, the mean over all steps. Geometric mean over ` +
      `${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: "Two charts, for a loss on the last step and for one over all steps: the norm on a log " +
      `axis against ${rangeOf(context)}, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: lengthAxis,
    y: normAxis,
    series: architectures,
    seriesLabel: networkColumn.label,
    facet: "loss",
    layers: curveLayers(table, "length", "network"),
  });
}

function recordTutorial(context: Context, networks: readonly Measured[]): void {
  const table = "tutorial-measure";
  const lengths = lengthsBeyond(context);
  const [shortest = NaN] = lengths;
  context.table({
    id: table,
    title: `Gradient at step ${EARLY_STEP} of a loss over all steps, and how a mean over T falls`,
    columns: [
      networkColumn,
      lengthColumn,
      ...curveColumns({ label: norm }),
      { name: "share", label: `that at length ${shortest} times ${shortest}/T` },
    ],
    rows: networks.flatMap((network) => {
      const rows = rowsOf(context, network, "all");
      const first = Number(rows[0]?.[2]);
      return rows.map((row, i): Cell[] => [
        ...row,
        first > 0 ? first * shortest / (lengths[i] ?? NaN) : null,
      ]);
    }),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The tutorial's measure",
    caption: "The right part of the figure before, on an axis of its own. Dashed: from the " +
      "shortest length on, 1/T: the weight in a mean over T steps of the few that are felt. Geometric " +
      `mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `The norm on a log axis against ${rangeOf(context)}, a line with a band for each of ` +
      `${architectures.join(", ")}, each with a dashed line that falls as 1/T.`,
    x: lengthAxis,
    y: normAxis,
    series: architectures,
    seriesLabel: networkColumn.label,
    layers: [
      { mark: "line", table, x: "length", y: "share", series: "network", role: "theory" },
      ...curveLayers(table, "length", "network"),
    ],
  });
}

function recordClaim(context: Context, measured: readonly Measured[]): void {
  const lengths = lengthsBeyond(context);
  const [shortest, longest] = [lengths[0], lengths.at(-1)];
  const left = (architecture: Architecture): number[] =>
    asInTutorial(measured, architecture).early.all.map((norms) =>
      (norms.at(-1) ?? NaN) / (norms[0] ?? NaN)
    );
  const lstm = left("LSTM");
  context.claim({
    id: "early-gradient",
    statement: `The gradient at step ${EARLY_STEP} of a loss over all steps tells the ` +
      `architectures apart: of its norm at length ${shortest}, less than half as large a share is ` +
      `left at length ${longest} in the RNN as in the LSTM.`,
    source: "the notebook's own measure",
    measure: `share of the norm that is left at length ${longest}, RNN over LSTM`,
    estimate: estimate(left("RNN").map((share, seed) => share / (lstm[seed] ?? NaN)), {
      statistic: "geometric-mean",
      random: context.random("bootstrap", "claim", "early-gradient"),
    }),
    threshold: { relation: "below", value: 0.5 },
  });
}

/** Records the power of the length by which the tutorial's measure falls. */
function recordExponents(context: Context, networks: readonly Measured[]): void {
  const lengths = lengthsBeyond(context).map(Math.log);
  for (const { contender: { architecture }, early } of networks) {
    const id = `exponent-${architecture.toLowerCase()}`;
    context.metric({
      id,
      label: `power of the length T by which the gradient at step ${EARLY_STEP} of a loss over ` +
        `all steps falls in the ${architecture}`,
      estimate: estimate(
        early.all.map((norms) =>
          linearRegression(norms.map((norm, i) => [lengths[i] ?? NaN, Math.log(norm)])).m
        ),
        { random: context.random("bootstrap", id) },
      ),
    });
  }
}
