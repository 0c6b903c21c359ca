import { median } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { type NotebookOutcome, recordNotebookMetrics } from "./notebook_tasks.ts";
import { meanBySeed, ratioBySeed } from "./pairs.ts";
import type { Context } from "./parameters.ts";

const task = { name: "task", label: "task" };
const network = { name: "network", label: "network" };
const loss = { label: "mean squared error" };
const pairs: readonly (readonly [Architecture, Architecture])[] = [
  ["LSTM", "RNN"],
  ["GRU", "RNN"],
  ["GRU", "LSTM"],
];
const pairNames = pairs.map(([first, second]) => `${first} / ${second}`);
const OVER_TASKS = "mean over tasks";

/** Records the notebook's tasks: learning curves, when they are solved, and new sequences. */
export function recordNotebookTasks(
  context: Context,
  outcomes: readonly NotebookOutcome[],
): void {
  const names = [...new Set(outcomes.map((one) => one.task.name))];
  recordNotebookMetrics(context, outcomes);
  recordCurves(context, outcomes, names);
  recordSolved(context, outcomes, names);
  recordNew(context, outcomes, names);
  recordRatios(context, outcomes, names);
}

function recordCurves(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const id = "curves-notebook";
  const { solved, epochs, trainSequences, hiddenSize } = context.parameters;
  context.table({
    id,
    title: "Training loss on the notebook's tasks",
    columns: [
      task,
      network,
      { name: "epoch", label: "epoch" },
      ...curveColumns(loss, "geometric-mean"),
    ],
    rows: outcomes.flatMap(({ task: { name }, architecture, xs, curves }) =>
      curveRows(xs.map((x) => x / trainSequences), curves, [name, architecture])
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Learning the notebook's tasks",
    caption:
      `Where a curve crosses the rule, the notebook counts the task as learnt. Mean training ` +
      `loss of each epoch on ${trainSequences} sequences, networks of ${hiddenSize} units. Geometric ` +
      `mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
    alt:
      `A chart for each task (${names.join("; ")}): the training loss on a log axis against the ` +
      `epoch, a line with a band for each of ${architectures.join(", ")}, and a rule at ${solved}.`,
    x: { label: "epoch", scale: "linear", domain: [0, epochs] },
    y: { ...loss, scale: "log" },
    series: architectures,
    seriesLabel: "network",
    facet: "task",
    layers: [
      { mark: "rule", axis: "y", value: solved, label: `${solved}` },
      ...curveLayers(id, "epoch", "network"),
    ],
  });
}

function recordSolved(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const { solved, epochs, trainSequences } = context.parameters;
  const id = "share-solved";
  const epochsOf = ({ xs, curves }: NotebookOutcome): number[] => {
    return firstEpochs(xs.map((x) => x / trainSequences), curves, solved);
  };
  context.table({
    id: "first-epoch",
    title: `First epoch with a training loss below ${solved}`,
    columns: [
      task,
      network,
      { name: "reached", label: "seeds that get there" },
      { name: "seeds", label: "of" },
      { name: "median", label: "median epoch over all seeds" },
      { name: "earliest", label: "earliest" },
      { name: "latest", label: "latest" },
    ],
    rows: outcomes.map((outcome): Cell[] => {
      const found = epochsOf(outcome);
      const shown = (epoch: number): Cell => Number.isFinite(epoch) ? epoch : "never";
      return [
        ...[outcome.task.name, outcome.architecture],
        ...[found.filter(Number.isFinite).length, found.length],
        ...[medianOf(found), Math.min(...found), Math.max(...found)].map(shown),
      ];
    }),
  });
  context.table({
    id,
    title: `Share of seeds with a training loss below ${solved} in some epoch`,
    columns: [task, network, ...curveColumns({ label: "share of seeds" }, "share")],
    rows: outcomes.map((outcome): Cell[] => {
      const values = epochsOf(outcome).map((epoch) => Number.isFinite(epoch) ? 1 : 0);
      return [outcome.task.name, outcome.architecture, ...intervalCells(values)];
    }),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Which tasks are solved, by the notebook's mark?",
    caption:
      `A symbol at 1 means that every seed gets there. Share of ${context.seeds.length} seeds whose mean ` +
      `training loss is below ${solved} in at least one of ${epochs} epochs, with its exact 95 % ` +
      "interval.",
    alt: `A chart for each task (${names.join("; ")}): for each of ${architectures.join(", ")} a ` +
      "symbol at the share of seeds from 0 to 1, with an interval.",
    x: { label: "share of seeds", scale: "linear", domain: [0, 1] },
    y: { label: "network", scale: "category", categories: architectures },
    facet: "task",
    layers: [intervalLayer(id, "network")],
  });
}

function recordNew(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const id = "new-sequences";
  const { trainSequences, testSequences } = context.parameters;
  context.table({
    id,
    title: "Test loss over the loss on the training sequences, both after training",
    columns: [
      task,
      network,
      ...curveColumns({ label: "test loss over training loss" }, "geometric-mean"),
    ],
    rows: outcomes.map(({ task: { name }, architecture, tests, known }): Cell[] => {
      return [name, architecture, ...intervalCells(ratioBySeed(tests, known))];
    }),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Known sequences and new ones",
    caption:
      "The farther right of 1, the more of the low training loss is memory of the training " +
      `sequences. Loss on ${testSequences} test sequences over that on the ${trainSequences} that ` +
      `were trained on, both after training. Geometric mean over ${context.seeds.length} seeds with ` +
      "its 95 % interval.",
    alt: `A chart for each task (${names.join("; ")}): for each network a symbol at the ratio of ` +
      "losses on a log axis, with an interval, and a rule at 1.",
    x: { label: "test loss over training loss", scale: "log" },
    y: { label: "network", scale: "category", categories: architectures },
    facet: "task",
    layers: [{ mark: "rule", axis: "x", value: 1, label: "equal" }, intervalLayer(id, "network")],
  });
  const all = outcomes.map(({ tests, known }) => ratioBySeed(tests, known));
  context.metric({
    id: "new-sequences",
    label:
      "test loss over training loss, geometric mean over the notebook's tasks and three networks",
    statistic: "geometric-mean",
    values: meanBySeed(all),
  });
}

function recordRatios(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const id = "ratios-notebook";
  const ratios = (
    name: string,
    [first, second]: readonly [Architecture, Architecture],
  ): number[] => {
    const of = (architecture: Architecture): readonly number[] =>
      outcomes.find((one) => one.task.name === name && one.architecture === architecture)?.tests ??
        [];
    return ratioBySeed(of(first), of(second));
  };
  context.table({
    id,
    title: "Ratio of test losses on the notebook's tasks, seed by seed",
    columns: [
      task,
      { name: "pair", label: "pair" },
      ...curveColumns({ label: "ratio of test losses" }, "geometric-mean"),
      { name: "wins", label: "seeds in which it is below 1" },
      { name: "seeds", label: "of" },
    ],
    rows: [...names, OVER_TASKS].flatMap((name) =>
      pairs.map((pair, i): Cell[] => {
        const values = name === OVER_TASKS
          ? meanBySeed(names.map((one) => ratios(one, pair)))
          : ratios(name, pair);
        const wins = values.filter((value) => value < 1).length;
        return [name, pairNames[i] ?? "", ...intervalCells(values), wins, values.length];
      })
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Two networks compared on the notebook's tasks",
    caption:
      "Left of 1 the first network of a pair has the lower test loss. Geometric mean of the " +
      `ratios of ${context.seeds.length} seeds with its 95 % interval; for the mean over tasks, of ` +
      "each seed's geometric mean over the three.",
    alt: `A chart for each of ${[...names, OVER_TASKS].join("; ")}: for each pair of networks a ` +
      "symbol at the ratio of test losses on a log axis, with an interval, and a rule at 1.",
    x: { label: "ratio of test losses", scale: "log" },
    y: { label: "pair", scale: "category", categories: pairNames },
    facet: "task",
    layers: [{ mark: "rule", axis: "x", value: 1, label: "equal" }, intervalLayer(id, "pair")],
  });
}

/** The first epoch of each seed whose mean loss is below the mark, infinite if there is none. */
function firstEpochs(
  epochs: readonly number[],
  curves: readonly (readonly number[])[],
  solved: number,
): number[] {
  return curves.map((curve) => epochs[curve.findIndex((one) => one < solved)] ?? Infinity);
}

/** The median of values of which some may be infinite: with half of them, it is, too. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [(sorted.length - 1) >> 1, sorted.length >> 1].map((i) => sorted[i] ?? NaN);
  return middle.every(Number.isFinite) ? median(middle) : Infinity;
}
