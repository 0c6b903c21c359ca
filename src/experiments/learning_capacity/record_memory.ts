import { ascending } from "../ascending.ts";
import { ratioBySeed } from "../ratios.ts";
import type { CellInput } from "../../harness/seed_values.ts";
import { parameterCount } from "../architectures.ts";
import { recordMemoryClaims } from "./record_memory_claims.ts";
import {
  gridInitialisations,
  type Outcome,
  outcomeOf,
  pairs,
  ratiosOf,
  settings,
  taskNames,
} from "./memory_tasks.ts";
import type { Context } from "./parameters.ts";
import { memoryNetworks } from "./jobs.ts";
import { geometricMean } from "../../statistics/descriptive.ts";

/** Records the tasks that need memory: the claims, the grids, losses and sizes. */
export function recordMemory(context: Context, outcomes: readonly Outcome[]): void {
  recordMemoryClaims(context, outcomes);
  recordGrid(context, outcomes);
  recordMemoryCurves(context, outcomes);
  recordTestLosses(context, outcomes);
  recordRatios(context, outcomes);
  recordRatiosByUpdate(context, outcomes);
  recordSizes(context, outcomes, ({ task: { inputSize, outputSize }, candidate }) => {
    const { architecture, hiddenSize } = candidate;
    return parameterCount(architecture, { inputSize, hiddenSize, outputSize });
  });
}

const task = { name: "task", label: "task" };
const network = { name: "network", label: "network" };
const setting = { name: "setting", label: "setting" };
const pairColumn = { name: "pair", label: "pair" };
const overBaseline = {
  label: "loss over the memoryless baseline",
  statistic: "geometric-mean",
} as const;
/**
 * The column of the points of curves. Tasks have different numbers of updates, so the points are
 * shares.
 */
const shareDone = { name: "x", label: "share of all updates done" };
const baseline = { mark: "rule", value: 1, label: "memoryless baseline" } as const;

/**
 * Records the learning curves with the best cell of the grid, relative to the memoryless baseline.
 */
export function recordMemoryCurves(context: Context, outcomes: readonly Outcome[]): void {
  const { hiddenSize } = context.parameters;
  context.curves({
    id: "curves-memory",
    title: "Training loss over the memoryless baseline, best of the grid",
    names: [task, network],
    x: shareDone,
    value: overBaseline,
    curves: outcomes.map(({ task: { name, memoryless }, network, found }) => {
      const { xs, curves } = found["best of the grid"];
      return {
        names: [name, network],
        points: doneOf(xs),
        values: curves.map((curve) => curve.map((loss) => loss / memoryless.value)),
      };
    }),
    figure: {
      title: "Learning tasks that need memory",
      caption: "A network that uses its memory falls below 1. Training loss over the memoryless " +
        `baseline by update; each point is the mean since the ` +
        `one before. ${updatesText(context)} Each network has the best of its grid. ${
          sizesText(hiddenSize)
        } Geometric mean ` +
        `over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
      alt:
        `A chart for each task (${taskNames(outcomes).join("; ")}): the training loss over the ` +
        `memoryless baseline on a log axis against the share of updates done, a line with a band for each of ` +
        `${memoryNetworks.join("; ")}, and a rule at 1.`,
      x: { domain: [0, 1] },
      y: { scale: "log" },
      series: "network",
      facet: "task",
      under: [{ ...baseline, axis: "y" }],
    },
  });
}

/** Records test losses relative to the memoryless baseline, by task and setting. */
export function recordTestLosses(context: Context, outcomes: readonly Outcome[]): void {
  const { hiddenSize } = context.parameters;
  context.intervals({
    id: "test-loss",
    title: "Test loss over the memoryless baseline",
    names: [task, network, setting, { name: "baseline", label: "memoryless baseline" }],
    value: overBaseline,
    rows: outcomes.flatMap(({ task: { name, memoryless }, network, found }) =>
      settings.map((one) => ({
        names: [name, network, one, memoryless.value],
        values: found[one].tests.map((loss) => loss / memoryless.value),
      }))
    ),
    figure: {
      title: "Test losses on tasks that need memory",
      caption:
        "Left of 1 a network remembers something; the distance between the two settings is what the " +
        `grid contributes. Test loss after training, over the memoryless baseline. ${
          sizesText(hiddenSize)
        } ` +
        `${
          referenceText(context)
        } Geometric mean over ${context.seeds.length} seeds with its 95 % ` +
        "interval.",
      alt:
        `A chart for each task (${taskNames(outcomes).join("; ")}): for each network and each of ` +
        "two settings a symbol at its test loss over the memoryless baseline on a log axis, with an " +
        "interval, and a rule at 1.",
      x: { scale: "log" },
      y: "network",
      series: "setting",
      facet: "task",
      under: [{ ...baseline, axis: "x" }],
    },
  });
}

/** Records the ratios of test losses of pairs of networks, by task and setting. */
export function recordRatios(context: Context, outcomes: readonly Outcome[]): void {
  const names = taskNames(outcomes);
  const { length } = context.seeds;
  context.intervals({
    id: "ratios",
    title: "Ratio of test losses, seed by seed",
    names: [task, pairColumn, setting],
    value: { label: "ratio of test losses", statistic: "geometric-mean" },
    more: [
      { name: "wins", label: "seeds in which it is below 1" },
      { name: "seeds", label: "of" },
    ],
    rows: names.flatMap((name) =>
      Object.values(pairs).flatMap((pair) =>
        settings.map((one) => {
          const { values } = ratiosOf(outcomes, name, pair, one);
          const wins = values.filter((value) => value < 1).length;
          return { names: [name, pair.name, one], values, more: [wins, length] };
        })
      )
    ),
    figure: {
      title: "Two networks compared, seed by seed",
      caption:
        "Left of 1 the first network of a pair has the lower test loss. If the two settings " +
        "lie on different sides, the choice of learning rate and initial weights decides. Matched: the " +
        `RNN has as many parameters as the LSTM. ${referenceText(context)} Geometric mean of the ` +
        `ratios of ${length} seeds with its 95 % interval.`,
      alt:
        `A chart for each task (${names.join("; ")}): for each pair of networks and each of two ` +
        "settings a symbol at the ratio of test losses on a log axis, with an interval, and a rule " +
        "at 1.",
      x: { scale: "log" },
      y: "pair",
      series: "setting",
      facet: "task",
      under: [{ mark: "rule", axis: "x", value: 1, label: "equal" }],
    },
  });
}

/** Records how ratios of training losses change with the number of updates. */
export function recordRatiosByUpdate(context: Context, outcomes: readonly Outcome[]): void {
  const names = taskNames(outcomes);
  const shown = [pairs.lstmMatched, pairs.gruMatched];
  recordEarlierRatio(context, outcomes);
  context.curves({
    id: "ratios-by-update",
    title: "Ratio of training losses by update, best of the grid",
    names: [task, pairColumn],
    x: shareDone,
    value: { label: "ratio of training losses", statistic: "geometric-mean" },
    curves: names.flatMap((name) =>
      shown.map(({ name: pair, first, second }) => {
        const [above, below] = [first, second].map((one) => {
          return outcomeOf(outcomes, name, one).found["best of the grid"];
        });
        return {
          names: [name, pair],
          points: doneOf(above?.xs ?? []),
          values: (above?.curves ?? []).map((curve, seed) => {
            return ratioBySeed(curve, below?.curves[seed] ?? []);
          }),
        };
      })
    ),
    figure: {
      title: "Does the number of updates decide?",
      caption:
        "A curve that crosses 1 says that training for fewer or more updates would turn the " +
        "comparison over. Training loss of the first network of a pair over that of the second, each " +
        `with the best of its grid. ${
          updatesText(context)
        } Geometric mean over ${context.seeds.length} seeds; bands: pointwise ` +
        "95 % intervals.",
      alt:
        `A chart for each task (${names.join("; ")}): the ratio of training losses on a log axis ` +
        `against the share of updates done, a line with a band for each of ${
          shown.map(({ name }) => name).join("; ")
        }, and a rule at 1.`,
      x: { domain: [0, 1] },
      y: { scale: "log" },
      series: "pair",
      facet: "task",
      under: [{ mark: "rule", axis: "y", value: 1, label: "equal" }],
    },
  });
}

/**
 * The share of updates after which the ratio on the adding problem is also recorded as a metric.
 */
const EARLIER = 0.4;

/** Records the ratio of LSTM and parameter-matched RNN on the adding problem after fewer updates. */
function recordEarlierRatio(context: Context, outcomes: readonly Outcome[]): void {
  const [adding = ""] = taskNames(outcomes);
  const { name, first, second } = pairs.lstmMatched;
  const { xs, curves } = outcomeOf(outcomes, adding, first).found["best of the grid"];
  const below = outcomeOf(outcomes, adding, second).found["best of the grid"];
  const done = doneOf(xs).map((share) => Math.abs(share - EARLIER));
  const place = done.indexOf(Math.min(...done));
  context.metric({
    id: "adding-lstm-loss-earlier",
    label: `${name}: ratio of training losses on the adding problem after ${xs[place]} updates, ` +
      "best of the grid",
    statistic: "geometric-mean",
    values: curves.map((curve, seed) => {
      return (curve[place] ?? NaN) / (below.curves[seed]?.[place] ?? NaN);
    }),
  });
  context.metric({
    id: "adding-earlier-updates",
    label: "updates after which the earlier ratio of training losses is taken",
    unit: "updates",
    labels: ["all seeds"],
    values: [xs[place] ?? NaN],
  });
}

/** Records the trainable parameters of each network on each task. */
export function recordSizes(
  context: Context,
  outcomes: readonly Outcome[],
  count: (outcome: Outcome) => number,
): void {
  context.table({
    id: "sizes",
    title: "Sizes of the networks",
    columns: [
      task,
      network,
      { name: "hidden", label: "hidden units" },
      { name: "parameters", label: "trainable parameters" },
    ],
    rows: taskNames(outcomes).flatMap((name) =>
      memoryNetworks.map((network): CellInput[] => {
        const outcome = outcomeOf(outcomes, name, network);
        return [name, network, outcome.candidate.hiddenSize, count(outcome)];
      })
    ),
  });
}

/**
 * Converts numbers of updates to shares of all updates, since tasks have different numbers of
 * updates.
 */
function doneOf(xs: readonly number[]): number[] {
  const last = xs.at(-1) ?? NaN;
  return xs.map((x) => x / last);
}

/** Returns the sentence of captions about updates. */
function updatesText({ parameters }: Context): string {
  const { trainingSteps, copyTrainingSteps, trainingBatch } = parameters;
  return `All updates are ${trainingSteps} on the adding problem and ${copyTrainingSteps} on copy ` +
    `memory, each of ${trainingBatch} fresh sequences.`;
}

/** Returns the sentence of captions about sizes. */
function sizesText(hiddenSize: number): string {
  return `Networks have ${hiddenSize} units; the matched RNN has as many parameters as the LSTM.`;
}

/** Returns the sentence of captions about the reference setting. */
function referenceText({ parameters: { learningRate } }: Context): string {
  return `Reference: every network at a learning rate of ${learningRate} from PyTorch's weights.`;
}

/** Records the validation losses of every cell of the grids, and the chosen cells. */
export function recordGrid(context: Context, outcomes: readonly Outcome[]): void {
  const { validationSeeds, rates } = context.parameters;
  const labels = Array.from({ length: validationSeeds }, (_, i) => `validation ${i + 1}`);
  for (const name of taskNames(outcomes)) {
    const own = outcomes.filter(({ task }) => task.name === name);
    recordTask(context, gridId(context, own[0]?.lag ?? null), name, own, labels);
  }
  const [lowest, highest] = [ascending(rates).at(0), ascending(rates).at(-1)];
  context.table({
    id: "chosen",
    title: "The best of each grid",
    columns: [
      { name: "task", label: "task" },
      { name: "network", label: "network" },
      { name: "initialisation", label: "initial weights" },
      { name: "rate", label: "learning rate" },
      { name: "edge", label: "at an edge of the grid" },
      { name: "loss", label: "validation loss, geometric mean" },
    ],
    rows: outcomes.map(({ task, network, best, grid }): CellInput[] => {
      const edge = best.rate === lowest ? "lowest" : best.rate === highest ? "highest" : "no";
      const losses = grid.find(({ cell }) => cell === best)?.losses ?? [];
      return [task.name, network, best.initialisation, best.rate, edge, geometricMean(losses)];
    }),
  });
  recordRnnRates(context, outcomes);
}

/** Records the best learning rates of both RNNs on the adding problem. */
function recordRnnRates(context: Context, outcomes: readonly Outcome[]): void {
  const [adding = ""] = taskNames(outcomes);
  for (const [id, name] of [["rnn", "RNN"], ["rnn-matched", pairs.lstmMatched.second]] as const) {
    context.metric({
      id: `adding-best-rate-${id}`,
      label: `best learning rate of the ${name} on the adding problem`,
      labels: ["all seeds"],
      values: [outcomeOf(outcomes, adding, name).best.rate],
    });
  }
}

/**
 * Returns the id of the table and figure of a task's grid. The id does not depend on the values of
 * the lags.
 */
function gridId({ parameters: { shortLag, longLag } }: Context, lag: number | null): string {
  if (lag === null) return "grid-adding";
  if (lag === shortLag) return "grid-copy-short";
  return lag === longLag ? "grid-copy-long" : `grid-copy-lag-${lag}`;
}

/** Records the validation losses of the grids on one task. */
function recordTask(
  context: Context,
  id: string,
  name: string,
  outcomes: readonly Outcome[],
  labels: readonly string[],
): void {
  const label = "validation loss over the memoryless baseline";
  context.intervals({
    id,
    title: `Validation loss by learning rate and initial weights: ${name}`,
    labels,
    names: [
      { name: "network", label: "network" },
      { name: "initialisation", label: "initial weights" },
      { name: "rate", label: "learning rate" },
    ],
    value: { label, statistic: "geometric-mean" },
    rows: outcomes.flatMap(({ network, grid, task: { memoryless } }) =>
      grid.map(({ cell, losses }) => ({
        names: [network, cell.initialisation, cell.rate],
        values: losses.map((loss) => loss / memoryless.value),
      }))
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: `The grid: ${name}`,
    caption: "The lowest point of each chart is the cell that the network is then trained with. " +
      "Validation loss over the memoryless baseline by learning rate and initial weights; " +
      `geometric mean over ${labels.length} networks, whose seeds are used for nothing else.`,
    alt: `A chart for each network (${memoryNetworks.join("; ")}): the validation loss over the ` +
      "memoryless baseline on a log axis against the learning rate on a log axis, a line for each " +
      "of two initialisations, and a rule at 1.",
    x: { label: "learning rate", scale: "log" },
    y: { label, scale: "log" },
    series: gridInitialisations,
    seriesLabel: "initial weights",
    facet: "network",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "memoryless baseline" },
      {
        mark: "line",
        table: id,
        x: "rate",
        y: "value",
        series: "initialisation",
        role: "measured",
      },
    ],
  });
}
