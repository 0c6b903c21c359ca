import { estimate } from "../../analysis/estimate.ts";
import { type Architecture, architectures } from "../architectures.ts";
import {
  contenderName,
  contenderNames,
  isAlike,
  type Likeness,
  likenesses,
} from "../contenders.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type Initialisation, initialisations } from "../initialisations.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import type { Measured } from "./measure.ts";
import { type Context, longest, sortedLengths } from "./parameters.ts";

const geometric = "geometric-mean";

/** How networks start, in a sentence. */
const starts: Readonly<Record<Initialisation, string>> = {
  "PyTorch's weights": "PyTorch's weights",
  "Glorot (LSTM: forget bias 1)": "Glorot weights (LSTM: forget bias 1)",
};

/** Records the factor by which gradients change for each step back, and who keeps more of them. */
export function recordDecay(context: Context, measured: readonly Measured[]): void {
  recordLongest(context, measured);
  recordLengths(context, measured);
  for (const likeness of likenesses) {
    for (const initialisation of initialisations) {
      for (const architecture of ["LSTM", "GRU"] as const) {
        recordClaim(context, measured, { likeness, initialisation, architecture });
      }
    }
  }
}

function recordLongest(context: Context, measured: readonly Measured[]): void {
  const table = "decay";
  context.table({
    id: table,
    title: "Factor for each step back, fitted over all lags",
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "factor for each step back" }),
    ],
    rows: measured.map((one): Cell[] => {
      const name = contenderName(one.contender);
      return [
        one.initialisation,
        name,
        ...intervalCells(longestRates(one), {
          statistic: geometric,
          random: context.random("bootstrap", table, one.initialisation, name),
        }),
      ];
    }),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "What is left for each step back",
    caption: "Factor by which the norm of ∂L/∂x changes for each step back, by a straight line " +
      `through its logarithm over all lags at T = ${longest(context)}. Geometric mean over ` +
      `${context.seeds.length} seeds with its 95 % interval. Matched: with as many parameters as ` +
      "the LSTM.",
    alt: `A chart for each way of starting (${initialisations.join("; ")}): for each network a ` +
      "symbol at its factor for each step back, with an interval, and a rule at 1.",
    x: { label: "factor for each step back", scale: "linear" },
    y: { label: "network", scale: "category", categories: contenderNames },
    facet: "initialisation",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "nothing lost" },
      intervalLayer(table, "network"),
    ],
  });
}

/** The same by sequence length. */
function recordLengths(context: Context, measured: readonly Measured[]): void {
  const table = "decay-by-length";
  const lengths = sortedLengths(context);
  const same = measured.filter(({ contender }) => isAlike(contender, "same hidden size"));
  const length = { name: "length", label: "sequence length T", unit: "steps" };
  context.table({
    id: table,
    title: "Factor for each step back by sequence length, same hidden size",
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      length,
      ...curveColumns({ label: "factor for each step back" }),
    ],
    rows: same.flatMap(({ initialisation, contender: { architecture }, rates }): Cell[][] =>
      curveRows(lengths, rates, {
        statistic: geometric,
        random: context.random("bootstrap", table, initialisation, architecture),
      }, [initialisation, architecture])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "What is left for each step back, by length",
    caption:
      "The same factor in sequences of other lengths, with the same hidden size. Geometric " +
      `mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `A chart for each way of starting (${initialisations.join("; ")}): the factor against ` +
      `lengths from ${lengths[0]} to ${lengths.at(-1)} steps, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "factor for each step back", scale: "linear" },
    series: architectures,
    seriesLabel: "network",
    facet: "initialisation",
    layers: curveLayers(table, "length", "network"),
  });
}

interface Compared {
  readonly likeness: Likeness;
  readonly initialisation: Initialisation;
  readonly architecture: Architecture;
}

function recordClaim(context: Context, measured: readonly Measured[], compared: Compared): void {
  const { likeness, initialisation, architecture } = compared;
  const found = (name: Architecture): number[] => {
    const one = measured.find(({ contender, initialisation: start }) =>
      contender.architecture === name && isAlike(contender, likeness) && start === initialisation
    );
    return one ? longestRates(one) : [];
  };
  const rnn = found("RNN");
  const id = [
    "reach",
    architecture.toLowerCase(),
    ...(initialisation === "PyTorch's weights" ? [] : ["glorot"]),
    ...(likeness === "matched parameters" ? ["matched"] : []),
  ].join("-");
  const size = likeness === "matched parameters" ? "as many parameters" : "the same hidden size";
  context.claim({
    id,
    statement:
      `With ${starts[initialisation]} and ${size}, more of the gradient is left for each step ` +
      `back in the ${architecture} than in the RNN.`,
    source: architecture === "LSTM" ? "Hochreiter & Schmidhuber (1997)" : "Cho et al. (2014)",
    measure: `fitted factor for each step back in the ${architecture} over that in the RNN`,
    estimate: estimate(
      found(architecture).map((rate, seed) => rate / (rnn[seed] ?? NaN)),
      {
        statistic: geometric,
        random: context.random("bootstrap", "claim", id),
      },
    ),
    threshold: { relation: "above", value: 1 },
  });
}

/** The fitted factor of each seed at the longest length. */
function longestRates({ rates }: Measured): number[] {
  return rates.map((byLength) => byLength.at(-1) ?? NaN);
}
