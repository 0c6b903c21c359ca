import type { CellInput } from "../../harness/seed_values.ts";
import { median } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type NotebookOutcome, recordNotebookMetrics } from "./notebook_tasks.ts";
import { meanBySeed, ratioBySeed } from "../ratios.ts";
import type { Context } from "./parameters.ts";

const task = { name: "task", label: "task" };
const network = { name: "network", label: "network" };
const pairs: readonly (readonly [Architecture, Architecture])[] = [
  ["LSTM", "RNN"],
  ["GRU", "RNN"],
  ["GRU", "LSTM"],
];
const OVER_TASKS = "mean over tasks";

/**
 * Records the notebook's tasks: learning curves, the epochs at which tasks are solved, and losses
 * on new sequences.
 */
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

/** Records the training losses by epoch. */
function recordCurves(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const { solved, epochs, trainSequences, hiddenSize } = context.parameters;
  context.curves({
    id: "curves-notebook",
    title: "Training loss on the notebook's tasks",
    names: [task, network],
    x: { name: "epoch", label: "epoch" },
    value: { label: "mean squared error", statistic: "geometric-mean" },
    curves: outcomes.map(({ task: { name }, architecture, xs, curves }) => ({
      names: [name, architecture],
      points: xs.map((x) => x / trainSequences),
      values: curves,
    })),
    figure: {
      title: "Learning the notebook's tasks",
      caption:
        `Where a curve crosses the rule, the notebook counts the task as learnt. Mean training ` +
        `loss of each epoch on ${trainSequences} sequences, networks of ${hiddenSize} units. Geometric ` +
        `mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
      alt:
        `A chart for each task (${
          names.join("; ")
        }): the training loss on a log axis against the ` +
        `epoch, a line with a band for each of ${
          architectures.join(", ")
        }, and a rule at ${solved}.`,
      x: { domain: [0, epochs] },
      y: { scale: "log" },
      series: "network",
      facet: "task",
      under: [{ mark: "rule", axis: "y", value: solved, label: `${solved}` }],
    },
  });
}

/** Records when and in how many seeds the training loss falls below the notebook's mark. */
function recordSolved(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const { solved, epochs, trainSequences } = context.parameters;
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
    rows: outcomes.map((outcome): CellInput[] => {
      const found = epochsOf(outcome);
      const shown = (epoch: number): CellInput => Number.isFinite(epoch) ? epoch : "never";
      return [
        ...[outcome.task.name, outcome.architecture],
        ...[found.filter(Number.isFinite).length, found.length],
        ...[medianOf(found), Math.min(...found), Math.max(...found)].map(shown),
      ];
    }),
  });
  context.intervals({
    id: "share-solved",
    title: `Share of seeds with a training loss below ${solved} in some epoch`,
    names: [task, network],
    value: { label: "share of seeds", statistic: "share" },
    rows: outcomes.map((outcome) => ({
      names: [outcome.task.name, outcome.architecture],
      values: epochsOf(outcome).map((epoch) => Number.isFinite(epoch) ? 1 : 0),
    })),
    figure: {
      title: "Which tasks are solved, by the notebook's mark?",
      caption:
        `A symbol at 1 means that every seed gets there. Share of ${context.seeds.length} seeds whose mean ` +
        `training loss is below ${solved} in at least one of ${epochs} epochs, with its exact 95 % ` +
        "interval.",
      alt:
        `A chart for each task (${names.join("; ")}): for each of ${architectures.join(", ")} a ` +
        "symbol at the share of seeds from 0 to 1, with an interval.",
      x: { domain: [0, 1] },
      y: "network",
      facet: "task",
    },
  });
}

/** Records the loss on new sequences relative to the loss on the training sequences. */
function recordNew(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const { trainSequences, testSequences } = context.parameters;
  context.intervals({
    id: "new-sequences",
    title: "Test loss over the loss on the training sequences, both after training",
    names: [task, network],
    value: { label: "test loss over training loss", statistic: "geometric-mean" },
    rows: outcomes.map(({ task: { name }, architecture, tests, known }) => ({
      names: [name, architecture],
      values: ratioBySeed(tests, known),
    })),
    figure: {
      title: "Known sequences and new ones",
      caption:
        "The farther right of 1, the more of the low training loss is memory of the training " +
        `sequences. Loss on ${testSequences} test sequences over that on the ${trainSequences} that ` +
        `were trained on, both after training. Geometric mean over ${context.seeds.length} seeds with ` +
        "its 95 % interval.",
      alt:
        `A chart for each task (${names.join("; ")}): for each network a symbol at the ratio of ` +
        "losses on a log axis, with an interval, and a rule at 1.",
      x: { scale: "log" },
      y: "network",
      facet: "task",
      under: [{ mark: "rule", axis: "x", value: 1, label: "equal" }],
    },
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

/** Records the ratios of test losses of pairs of networks. */
function recordRatios(
  context: Context,
  outcomes: readonly NotebookOutcome[],
  names: readonly string[],
): void {
  const ratios = (
    name: string,
    [first, second]: readonly [Architecture, Architecture],
  ): number[] => {
    const of = (architecture: Architecture): readonly number[] =>
      outcomes.find((one) => one.task.name === name && one.architecture === architecture)?.tests ??
        [];
    return ratioBySeed(of(first), of(second));
  };
  context.intervals({
    id: "ratios-notebook",
    title: "Ratio of test losses on the notebook's tasks, seed by seed",
    names: [task, { name: "pair", label: "pair" }],
    value: { label: "ratio of test losses", statistic: "geometric-mean" },
    more: [
      { name: "wins", label: "seeds in which it is below 1" },
      { name: "seeds", label: "of" },
    ],
    rows: [...names, OVER_TASKS].flatMap((name) =>
      pairs.map((pair) => {
        const values = name === OVER_TASKS
          ? meanBySeed(names.map((one) => ratios(one, pair)))
          : ratios(name, pair);
        const wins = values.filter((value) => value < 1).length;
        return { names: [name, pair.join(" / ")], values, more: [wins, values.length] };
      })
    ),
    figure: {
      title: "Two networks compared on the notebook's tasks",
      caption:
        "Left of 1 the first network of a pair has the lower test loss. Geometric mean of the " +
        `ratios of ${context.seeds.length} seeds with its 95 % interval; for the mean over tasks, of ` +
        "each seed's geometric mean over the three.",
      alt:
        `A chart for each of ${[...names, OVER_TASKS].join("; ")}: for each pair of networks a ` +
        "symbol at the ratio of test losses on a log axis, with an interval, and a rule at 1.",
      x: { scale: "log" },
      y: "pair",
      facet: "task",
      under: [{ mark: "rule", axis: "x", value: 1, label: "equal" }],
    },
  });
}

/**
 * Finds for each seed the first epoch with a mean loss below `solved`; `Infinity` if no epoch has one.
 */
function firstEpochs(
  epochs: readonly number[],
  curves: readonly (readonly number[])[],
  solved: number,
): number[] {
  return curves.map((curve) => epochs[curve.findIndex((one) => one < solved)] ?? Infinity);
}

/** Computes the median of values, some of which may be infinite. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [(sorted.length - 1) >> 1, sorted.length >> 1].map((i) => sorted[i] ?? NaN);
  return middle.every(Number.isFinite) ? median(middle) : Infinity;
}
