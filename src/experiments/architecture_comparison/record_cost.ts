import { mean } from "../../analysis/statistics.ts";
import { architectures, parameterCount } from "../architectures.ts";
import { contenderName, contenderNames, isAlike } from "../contenders.ts";
import { type Cell, curveLayers } from "../curves.ts";
import type { ContenderCost } from "./cost.ts";
import { type Context, sortedLengths } from "./parameters.ts";

const network = { name: "network", label: "network" };
const length = { name: "length", label: "sequence length", unit: "steps" };

/** Records what forward and backward cost on this machine: for the manifest, not the result. */
export function recordCost(context: Context, all: readonly ContenderCost[]): void {
  recordTime(context, all);
  recordBytes(context, all);
  recordEfficiency(context, all);
}

/** A row for each network and length. */
function rowsOf(
  all: readonly ContenderCost[],
  cells: (cost: ContenderCost["costs"][number]) => Cell[],
): Cell[][] {
  return all.flatMap(({ contender, costs }) =>
    costs.map((cost) => [contenderName(contender), cost.length, ...cells(cost)])
  );
}

function rangeOf(context: Context): string {
  const lengths = sortedLengths(context);
  return `lengths from ${lengths[0]} to ${lengths.at(-1)} steps`;
}

function recordTime(context: Context, all: readonly ContenderCost[]): void {
  const { machine, parameters: { batch, repeats } } = context;
  const table = (id: string, title: string, costs: readonly ContenderCost[]): void =>
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
      rows: rowsOf(costs, ({ time }) => [time.median, time.low, time.high]),
    });
  const title = "Time of forward and backward by length";
  const same = all.filter(({ contender }) => isAlike(contender, "same hidden size"));
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
    caption: "Forward and backward pass of one network, gradients with respect to input and " +
      `weights, batch ${batch}, the same hidden size. Median of ${repeats}; bands: quartiles.`,
    alt: `The time against ${rangeOf(context)}, a line with a band for each of ` +
      `${architectures.join(", ")}.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "time of forward and backward", unit: "ms", scale: "linear" },
    series: architectures,
    seriesLabel: network.label,
    layers: curveLayers("time-by-length", "length", "network"),
  });
}

function recordBytes(context: Context, all: readonly ContenderCost[]): void {
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
    caption: "The most that tensors take up during forward and backward, weights and gradients " +
      "too, without the kernels' scratch memory.",
    alt: `Kilobytes of tensors against ${rangeOf(context)}, a line for each of ${
      contenderNames.join("; ")
    }.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "tensors at the peak", unit: "kB", scale: "linear" },
    series: contenderNames,
    seriesLabel: network.label,
    layers: [{
      ...{ mark: "line", table: "bytes-by-length", x: "length", y: "kilobytes" },
      ...{ series: "network", role: "measured" },
    }],
  });
}

function recordEfficiency({ machine, parameters }: Context, all: readonly ContenderCost[]): void {
  const table = "efficiency";
  machine.table({
    id: table,
    title: "Efficiency: one over parameters times mean time",
    columns: [
      network,
      { name: "parameters", label: "parameters" },
      { name: "time", label: "mean time over lengths", unit: "ms" },
      { name: "efficiency", label: "efficiency", unit: "1/s" },
    ],
    rows: all.map(({ contender, costs }): Cell[] => {
      const { architecture, hiddenSize } = contender;
      const count = parameterCount(architecture, { ...parameters, hiddenSize });
      const time = mean(costs.map((cost) => cost.time.median));
      return [contenderName(contender), count, time, 1000 / (count * time)];
    }),
  });
  machine.figure({
    id: table,
    kind: "chart",
    title: "Efficiency",
    caption: "The tutorial's score: one over the number of parameters times the mean time over " +
      "lengths. It prefers what is small and fast, whatever it can learn.",
    alt: "For each network a bar of its efficiency.",
    x: { label: "1 / (parameters × time)", unit: "1/s", scale: "linear" },
    y: { label: network.label, scale: "category", categories: contenderNames },
    layers: [{ mark: "bar", table, x: "efficiency", y: "network" }],
  });
}
