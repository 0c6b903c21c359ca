import type { CellInput } from "../../harness/seed_values.ts";
import {
  type Architecture,
  architectures,
  type Candidate,
  candidateName,
  candidateNames,
  isMatched,
  parameterCount,
  type ParameterParts,
  parameterParts,
} from "../architectures.ts";
import { type Context, sortedLengths } from "./parameters.ts";
import { linearRegression } from "simple-statistics";
import { mean, median, quantile } from "../../statistics/descriptive.ts";
import { curveLayers } from "../../harness/seed_figures.ts";
import type { CandidateCost } from "./cost.ts";

/** The parts of a network, in the order in which a bar shows them. */
const parts = {
  input: "input weights",
  recurrent: "recurrent weights",
  biases: "biases",
  head: "head",
} as const satisfies Record<keyof ParameterParts, string>;

/** The biases of the notebook's networks. */
const biases: Readonly<Record<Architecture, { readonly each: number; readonly why: string }>> = {
  RNN: { each: 1, why: "a class of its own with one bias for each unit; PyTorch's has two" },
  LSTM: { each: 1, why: "a class of its own with one bias for each gate; PyTorch's has two" },
  GRU: { each: 2, why: "PyTorch's class, with two biases for each gate" },
};

/** Records the trainable parameters of each network. */
export function recordParameters(context: Context, candidates: readonly Candidate[]): void {
  recordParts(context, candidates);
  recordNotebook(context);
}

/**
 * Records the parameter counts of the notebook's classes beside those of PyTorch, which the
 * networks of this experiment have.
 */
function recordNotebook({ parameters, table }: Context): void {
  table({
    id: "parameters-notebook",
    title: "Trainable parameters here and in the notebook's classes, of the same sizes",
    columns: [
      { name: "network", label: "network" },
      { name: "notebook", label: "in the notebook's class" },
      { name: "here", label: "here" },
      { name: "why", label: "the notebook's class" },
    ],
    rows: architectures.map((architecture): CellInput[] => {
      const here = parameterCount(architecture, parameters);
      const { each, why } = biases[architecture];
      const own = parameterParts(architecture, parameters).biases;
      return [architecture, here - own + own * each / 2, here, why];
    }),
  });
}

/** Records the trainable parameters of each network by part, as stacked bars. */
function recordParts(context: Context, candidates: readonly Candidate[]): void {
  const table = "parameters-by-part";
  context.table({
    id: table,
    title: "Trainable parameters by part",
    columns: [
      { name: "network", label: "network" },
      { name: "hidden", label: "hidden units" },
      { name: "part", label: "part" },
      { name: "parameters", label: "trainable parameters" },
    ],
    rows: candidates.flatMap((candidate) => {
      const { architecture, hiddenSize } = candidate;
      const counts = parameterParts(architecture, { ...context.parameters, hiddenSize });
      return (["input", "recurrent", "biases", "head"] as const).map((part): CellInput[] => [
        candidateName(candidate),
        hiddenSize,
        parts[part],
        counts[part],
      ]);
    }),
  });
  const sizes = candidates.map((candidate) =>
    `${candidateName(candidate)}: ${candidate.hiddenSize}`
  );
  context.figure({
    id: table,
    kind: "chart",
    title: "Trainable parameters by part",
    caption:
      "Matched networks are as large as the LSTM, as nearly as there is a size; at the same " +
      `hidden size the LSTM has the most parameters. Hidden units: ${sizes.join("; ")}.`,
    alt: "For each network a bar of its number of parameters, in parts: " +
      `${Object.values(parts).join(", ")}.`,
    x: { label: "trainable parameters", scale: "linear" },
    y: { label: "network", scale: "category", categories: candidateNames },
    series: Object.values(parts),
    seriesLabel: "part",
    layers: [{ mark: "bar", table, x: "parameters", y: "network", series: "part" }],
  });
}

const network = { name: "network", label: "network" };
const length = { name: "length", label: "sequence length", unit: "steps" };

/** Records the time and memory of a forward and backward pass on this machine, for the manifest. */
export function recordCost(context: Context, all: readonly CandidateCost[]): void {
  recordTime(context, all);
  recordGrowth(context, all);
  recordBytes(context, all);
  recordEfficiency(context, all);
}

/** Returns a row for each network and length. */
function rowsOf(
  all: readonly CandidateCost[],
  cells: (cost: CandidateCost["costs"][number]) => CellInput[],
): CellInput[][] {
  return all.flatMap(({ candidate, costs }) =>
    costs.map((cost) => [candidateName(candidate), cost.length, ...cells(cost)])
  );
}

function rangeOf(context: Context): string {
  const lengths = sortedLengths(context);
  return `lengths from ${lengths[0]} to ${lengths.at(-1)} steps`;
}

/** Records the time of a forward and backward pass by length. */
function recordTime(context: Context, all: readonly CandidateCost[]): void {
  const { machine, parameters: { batch, repeats } } = context;
  const table = (id: string, title: string, costs: readonly CandidateCost[]): void =>
    machine.table({
      id,
      title,
      columns: [
        network,
        length,
        { name: "value", label: "median", unit: "ms" },
        { name: "low", label: "lower quartile", unit: "ms" },
        { name: "high", label: "upper quartile", unit: "ms" },
      ],
      rows: rowsOf(costs, ({ times }) => [
        median(times),
        quantile(times, 0.25),
        quantile(times, 0.75),
      ]),
    });
  const title = "Time of forward and backward by length";
  const same = all.filter(({ candidate }) => isMatched(candidate, "same hidden size"));
  table("time-by-length", `${title}, same hidden size`, same);
  table(
    "time-by-length-matched",
    `${title}, matched parameters`,
    all.filter((one) => !same.includes(one)),
  );
  machine.figure({
    id: "time-by-length",
    kind: "chart",
    title: "Time by length",
    caption: "Straight lines of slope 1 would be a time in proportion to the length. Forward and " +
      `backward pass of one network, gradients by input and weights, batch ${batch}, the same ` +
      `hidden size. Median of ${repeats} repeats; bands: quartiles of the repeats.`,
    alt: `The time against ${rangeOf(context)}, both on log axes, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: { label: length.label, unit: length.unit, scale: "log" },
    y: { label: "time of forward and backward", unit: "ms", scale: "log" },
    series: architectures,
    seriesLabel: network.label,
    layers: curveLayers("time-by-length", "length", "network"),
  });
}

/** Records the power of the length by which time grows, fitted in each repeat. */
function recordGrowth({ machine }: Context, all: readonly CandidateCost[]): void {
  for (const { candidate, costs } of all) {
    if (!isMatched(candidate, "same hidden size")) continue;
    const { architecture } = candidate;
    const repeats = costs[0]?.times.length ?? 0;
    machine.metric({
      id: `time-power-${architecture.toLowerCase()}`,
      label: `power of the length by which the ${architecture}'s time grows, fitted in each repeat`,
      labels: Array.from({ length: repeats }, (_, i) => i + 1),
      values: Array.from({ length: repeats }, (_, i) =>
        linearRegression(
          costs.map(({ length, times }) => [Math.log(length), Math.log(times[i] ?? NaN)]),
        ).m),
    });
  }
}

/** Records the largest memory of a forward and backward pass by length. */
function recordBytes(context: Context, all: readonly CandidateCost[]): void {
  const { machine } = context;
  machine.table({
    id: "bytes-by-length",
    title: "Tensors at the peak of forward and backward by length",
    columns: [network, length, { name: "kilobytes", label: "tensors at the peak", unit: "kB" }],
    rows: rowsOf(all, ({ peakBytes }) => [peakBytes / 1000]),
  });
  machine.figure({
    id: "bytes-by-length",
    kind: "chart",
    title: "Memory by length",
    caption:
      "Memory grows in proportion to the length, since every step is kept for the backward " +
      "pass. The most that tensors take up during forward and backward, weights and gradients " +
      "too, without the kernels' scratch memory.",
    alt: `Kilobytes of tensors against ${rangeOf(context)}, a line for each of ${
      candidateNames.join("; ")
    }.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "tensors at the peak", unit: "kB", scale: "linear" },
    series: candidateNames,
    seriesLabel: network.label,
    layers: [{
      ...{ mark: "line", table: "bytes-by-length", x: "length", y: "kilobytes" },
      ...{ series: "network", role: "measured" },
    }],
  });
}

/** Records the notebook's efficiency: 1 / (parameters times mean time). */
function recordEfficiency({ machine, parameters }: Context, all: readonly CandidateCost[]): void {
  const table = "efficiency";
  machine.table({
    id: table,
    title: "Efficiency: one over parameters times mean time",
    columns: [
      network,
      { name: "parameters", label: "trainable parameters" },
      { name: "time", label: "mean time over lengths", unit: "ms" },
      { name: "efficiency", label: "efficiency", unit: "1/s" },
    ],
    rows: all.map(({ candidate, costs }): CellInput[] => {
      const { architecture, hiddenSize } = candidate;
      const count = parameterCount(architecture, { ...parameters, hiddenSize });
      const time = mean(costs.map(({ times }) => median(times)));
      return [candidateName(candidate), count, time, 1000 / (count * time)];
    }),
  });
  machine.figure({
    id: table,
    kind: "chart",
    title: "Efficiency",
    caption: "The score of the notebook's code prefers what is small and fast, whatever it can " +
      "learn. One over the number of trainable parameters times the mean time over lengths.",
    alt: "For each network a bar of its efficiency.",
    x: { label: "1 / (parameters × time)", unit: "1/s", scale: "linear" },
    y: { label: network.label, scale: "category", categories: candidateNames },
    layers: [{ mark: "bar", table, x: "efficiency", y: "network" }],
  });
}
