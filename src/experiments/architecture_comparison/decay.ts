import { architectures, contenderName, contenderNames, isAlike } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { initialisations } from "../initialisations.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { timeScale } from "./during.ts";
import { longestRates, type Measured } from "./measure.ts";
import { type Context, longest, sortedLengths } from "./parameters.ts";

const geometric = "geometric-mean";
const factor = { label: "per-step decay factor" } as const;

/** Records the per-step decay factor of every network before training. */
export function recordDecay(context: Context, measured: readonly Measured[]): void {
  recordLongest(context, measured);
  recordTimeScales(context, measured);
  recordLengths(context, measured);
}

function recordLongest(context: Context, measured: readonly Measured[]): void {
  const table = "decay";
  context.table({
    id: table,
    title: "Per-step decay factor before training, fitted over all lags",
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      ...curveColumns(factor, geometric),
    ],
    rows: measured.map((one): Cell[] => [
      one.initialisation,
      contenderName(one.contender),
      ...intervalCells(longestRates(one)),
    ]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Per-step decay factor before training",
    caption:
      "The further right, the further back a gradient reaches. Factor by which the norm of " +
      "∂L/∂x changes for each step back, by a straight line through its logarithm over all lags " +
      `at T = ${longest(context)}. Geometric mean over ${context.seeds.length} seeds with its ` +
      "95 % interval.",
    alt: `A chart for each initialisation (${initialisations.join("; ")}): for each network a ` +
      "symbol at its per-step decay factor, with an interval, and a rule at 1.",
    x: { label: factor.label, scale: "linear" },
    y: { label: "network", scale: "category", categories: contenderNames },
    facet: "initialisation",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "nothing lost" },
      intervalLayer(table, "network"),
    ],
  });
}

/** How far back gradients reach in networks of the same hidden size with Glorot weights. */
function recordTimeScales(context: Context, measured: readonly Measured[]): void {
  const [, glorot] = initialisations;
  for (const one of measured) {
    const { contender, initialisation } = one;
    if (initialisation !== glorot || !isAlike(contender, "same hidden size")) continue;
    const { architecture } = contender;
    context.metric({
      id: `time-scale-${architecture.toLowerCase()}`,
      label: `steps back after which 1/e of the gradient of the ${architecture} is left, before ` +
        "training, normal inputs, Glorot weights",
      unit: "steps",
      statistic: "geometric-mean",
      values: longestRates(one).map((rate) => timeScale(rate, longest(context))),
    });
  }
}

/** The same by sequence length. */
function recordLengths(context: Context, measured: readonly Measured[]): void {
  const table = "decay-by-length";
  const lengths = sortedLengths(context);
  const same = measured.filter(({ contender }) => isAlike(contender, "same hidden size"));
  const length = { name: "length", label: "sequence length T", unit: "steps" };
  context.table({
    id: table,
    title: "Per-step decay factor by sequence length, same hidden size",
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      length,
      ...curveColumns(factor, geometric),
    ],
    rows: same.flatMap(({ initialisation, contender: { architecture }, rates }): Cell[][] =>
      curveRows(lengths, rates, [initialisation, architecture])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Per-step decay factor by length",
    caption:
      "Where a line is flat, the factor does not depend on the length. The same hidden size. " +
      `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over ` +
      "seeds.",
    alt: `A chart for each initialisation (${initialisations.join("; ")}): the factor against ` +
      `lengths from ${lengths[0]} to ${lengths.at(-1)} steps, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: factor.label, scale: "linear" },
    series: architectures,
    seriesLabel: "network",
    facet: "initialisation",
    layers: curveLayers(table, "length", "network"),
  });
}
