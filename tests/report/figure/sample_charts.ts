import type { Chart } from "../../../src/result/figure.ts";
import type { Table } from "../../../src/result/result.ts";
import { Random } from "../../../src/core/random.ts";

/** A chart of these layers; by default on linear axes x and y. */
export function chartOf(layers: Chart["layers"], more: Partial<Chart> = {}): Chart {
  return {
    kind: "chart",
    id: "f",
    title: "F",
    caption: "C",
    alt: "A",
    x: { label: "x", scale: "linear" },
    y: { label: "y", scale: "linear" },
    layers,
    ...more,
  };
}

/** A table t with these columns, whose labels are their names. */
export function tableOf(names: string, rows: Table["rows"], id = "t"): Table {
  const columns = names.split(" ").map((name) => ({ name, label: name }));
  return { id, title: id, columns, rows };
}

const random = new Random(5);
const networks = [
  "LSTM",
  "LSTM, forget bias 1",
  "GRU with reset after matmul",
  "one_word_of_24_characters",
];
const tasks = ["copy", "adding", "pattern"];
const states = ["input gate", "forget gate", "cell state", "hidden state"];
const parts = ["forward", "backward", "update"];

/** Charts of the marks that need categories or colours, and of bands on bands. */
export const sampleCharts: readonly Chart[] = [
  chartOf([
    {
      mark: "interval",
      table: "scores",
      x: "mean",
      low: "low",
      high: "high",
      y: "network",
      series: "layers",
    },
    { mark: "rule", axis: "x", value: 0.125, label: "chance" },
  ], {
    id: "intervals",
    x: { label: "accuracy on sequences that were held out", scale: "linear" },
    y: { label: "architecture", scale: "category", categories: networks },
    series: ["1 layer", "2 layers"],
    seriesLabel: "depth",
    facet: "task",
  }),
  chartOf([
    { mark: "rule", axis: "x", value: 1, label: "no difference" },
    { mark: "interval", table: "ratios", x: "mean", low: "low", high: "high", y: "network" },
    { mark: "rule", axis: "x", value: 3, label: "expected from the parameters" },
    { mark: "rule", axis: "x", value: 100, label: "limit" },
  ], {
    id: "ratios",
    x: { label: "ratio to the first", unit: "times", scale: "log", domain: [0.8, 300] },
    y: { label: "architecture", scale: "category", categories: networks },
  }),
  chartOf([
    { mark: "bar", table: "times", x: "time", y: "network", series: "part" },
    { mark: "rule", axis: "x", value: 10, label: "real time" },
  ], {
    id: "bars",
    x: { label: "time of a training step", unit: "ms", scale: "linear" },
    y: { label: "architecture", scale: "category", categories: networks },
    series: parts,
    seriesLabel: "part of the step",
  }),
  chartOf([{ mark: "cell", table: "states", x: "step", y: "unit", value: "state" }], {
    id: "heat-maps",
    x: { label: "step", scale: "linear" },
    y: { label: "unit", scale: "linear" },
    colour: { label: "activation" },
    facet: "of",
  }),
  chartOf([
    { mark: "band", table: "gates", x: "step", low: "min", high: "max" },
    { mark: "band", table: "gates", x: "step", low: "low", high: "high" },
    { mark: "line", table: "gates", x: "step", y: "mean", role: "measured" },
  ], { id: "gates", facet: "gate" }),
];

/** The tables of {@link sampleCharts}. */
export const sampleTables: readonly Table[] = [
  tableOf(
    "task network layers mean low high",
    tasks.flatMap((task) =>
      networks.flatMap((network, i) =>
        ["1 layer", "2 layers"].map((layers, j) => {
          const mean = 0.2 + 0.2 * i + 0.1 * j + 0.05 * random.normal();
          return [task, network, layers, mean, mean - 0.1 * random.uniform(), mean + 0.08];
        })
      )
    ),
    "scores",
  ),
  tableOf(
    "network mean low high",
    networks.map((network, i) => {
      const mean = 10 ** (0.7 * i);
      return [network, mean, mean / 2, mean * 2.5];
    }),
    "ratios",
  ),
  tableOf(
    "network part time",
    networks.flatMap((network, i) =>
      parts.map((part, j) => [network, part, (1 + i) * (1 + 0.7 * j)])
    ),
    "times",
  ),
  tableOf(
    "of step unit state",
    states.flatMap((of, k) =>
      Array.from({ length: 400 }, (_, i) => {
        const [step, unit] = [i % 20, Math.floor(i / 20)];
        return [of, step, unit, Math.sin(step / (2 + unit / 6) + k) * Math.cos(unit / 5)];
      })
    ),
    "states",
  ),
  tableOf(
    "gate step mean min low high max",
    ["i1", "f1", "o1", "i2", "f2", "o2"].flatMap((gate, k) =>
      Array.from({ length: 40 }, (_, step) => {
        const mean = 0.5 + 0.3 * Math.sin(step / 6 + k);
        return [gate, step, mean, mean - 0.2, mean - 0.07, mean + 0.07, mean + 0.2];
      })
    ),
    "gates",
  ),
];
