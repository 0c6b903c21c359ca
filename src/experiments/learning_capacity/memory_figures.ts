import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { memoryNetworks } from "./jobs.ts";
import { type Outcome, outcomeOf, settings, taskNames } from "./memory_tasks.ts";
import { pairs, ratioBySeed, ratiosOf } from "./pairs.ts";
import type { Context } from "./parameters.ts";

const task = { name: "task", label: "task" };
const network = { name: "network", label: "network" };
const setting = { name: "setting", label: "setting" };
const overBaseline = "loss over the memoryless baseline";
const doneLabel = "share of all updates done";
const baseline = { mark: "rule", value: 1, label: "memoryless baseline" } as const;

/** Records the learning curves of the best of the grid, over what is lost without memory. */
export function recordMemoryCurves(context: Context, outcomes: readonly Outcome[]): void {
  const id = "curves-memory";
  context.table({
    id,
    title: "Training loss over the memoryless baseline, best of the grid",
    columns: [
      task,
      network,
      { name: "x", label: doneLabel },
      ...curveColumns({ label: overBaseline }, "geometric-mean"),
    ],
    rows: outcomes.flatMap(({ task: { name, memoryless }, network, found }) => {
      const { xs, curves } = found["best of the grid"];
      const shares = curves.map((curve) => curve.map((loss) => loss / memoryless.value));
      return curveRows(doneOf(xs), shares, [name, network]);
    }),
  });
  const { hiddenSize } = context.parameters;
  context.figure({
    id,
    kind: "chart",
    title: "Learning tasks that need memory",
    caption: "A network that uses its memory falls below 1. Training loss over the memoryless " +
      `baseline by update; each point is the mean since the ` +
      `one before. ${updatesText(context)} Each network has the best of its grid. ${
        sizesText(hiddenSize)
      } Geometric mean ` +
      `over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
    alt: `A chart for each task (${taskNames(outcomes).join("; ")}): the training loss over the ` +
      `memoryless baseline on a log axis against the share of updates done, a line with a band for each of ` +
      `${memoryNetworks.join("; ")}, and a rule at 1.`,
    x: { label: doneLabel, scale: "linear", domain: [0, 1] },
    y: { label: overBaseline, scale: "log" },
    series: memoryNetworks,
    seriesLabel: "network",
    facet: "task",
    layers: [{ ...baseline, axis: "y" }, ...curveLayers(id, "x", "network")],
  });
}

/** Records test losses over what is lost without memory, by task and setting. */
export function recordTestLosses(context: Context, outcomes: readonly Outcome[]): void {
  const id = "test-loss";
  context.table({
    id,
    title: "Test loss over the memoryless baseline",
    columns: [
      task,
      network,
      setting,
      { name: "baseline", label: "memoryless baseline" },
      ...curveColumns({ label: overBaseline }, "geometric-mean"),
    ],
    rows: outcomes.flatMap(({ task: { name, memoryless }, network, found }) =>
      settings.map((one): Cell[] => [
        ...[name, network, one, memoryless.value],
        ...intervalCells(found[one].tests.map((loss) => loss / memoryless.value)),
      ])
    ),
  });
  const { hiddenSize } = context.parameters;
  context.figure({
    id,
    kind: "chart",
    title: "Test losses on tasks that need memory",
    caption:
      "Left of 1 a network remembers something; the distance between the two settings is what the " +
      `grid contributes. Test loss after training, over the memoryless baseline. ${
        sizesText(hiddenSize)
      } ` +
      `${referenceText(context)} Geometric mean over ${context.seeds.length} seeds with its 95 % ` +
      "interval.",
    alt:
      `A chart for each task (${taskNames(outcomes).join("; ")}): for each network and each of ` +
      "two settings a symbol at its test loss over the memoryless baseline on a log axis, with an " +
      "interval, and a rule at 1.",
    x: { label: overBaseline, scale: "log" },
    y: { label: "network", scale: "category", categories: memoryNetworks },
    series: settings,
    seriesLabel: "setting",
    facet: "task",
    layers: [{ ...baseline, axis: "x" }, intervalLayer(id, "network", "setting")],
  });
}

/** Records the ratios of test losses of pairs of networks, by task and setting. */
export function recordRatios(context: Context, outcomes: readonly Outcome[]): void {
  const id = "ratios";
  const names = taskNames(outcomes);
  const all = Object.values(pairs);
  const { length } = context.seeds;
  context.table({
    id,
    title: "Ratio of test losses, seed by seed",
    columns: [
      task,
      { name: "pair", label: "pair" },
      setting,
      ...curveColumns({ label: "ratio of test losses" }, "geometric-mean"),
      { name: "wins", label: "seeds in which it is below 1" },
      { name: "seeds", label: "of" },
    ],
    rows: names.flatMap((name) =>
      all.flatMap((pair) =>
        settings.map((one): Cell[] => {
          const { values } = ratiosOf(outcomes, name, pair, one);
          const wins = values.filter((value) => value < 1).length;
          return [name, pair.name, one, ...intervalCells(values), wins, length];
        })
      )
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Two networks compared, seed by seed",
    caption: "Left of 1 the first network of a pair has the lower test loss. If the two settings " +
      "lie on different sides, the choice of learning rate and initial weights decides. Matched: the " +
      `RNN has as many parameters as the LSTM. ${referenceText(context)} Geometric mean of the ` +
      `ratios of ${length} seeds with its 95 % interval.`,
    alt: `A chart for each task (${names.join("; ")}): for each pair of networks and each of two ` +
      "settings a symbol at the ratio of test losses on a log axis, with an interval, and a rule " +
      "at 1.",
    x: { label: "ratio of test losses", scale: "log" },
    y: { label: "pair", scale: "category", categories: all.map(({ name }) => name) },
    series: settings,
    seriesLabel: "setting",
    facet: "task",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "equal" },
      intervalLayer(id, "pair", "setting"),
    ],
  });
}

/** Records how ratios of training losses change with the number of updates. */
export function recordRatiosByUpdate(context: Context, outcomes: readonly Outcome[]): void {
  const id = "ratios-by-update";
  const names = taskNames(outcomes);
  const shown = [pairs.lstmMatched, pairs.gruMatched];
  context.table({
    id,
    title: "Ratio of training losses by update, best of the grid",
    columns: [
      task,
      { name: "pair", label: "pair" },
      { name: "x", label: doneLabel },
      ...curveColumns({ label: "ratio of training losses" }, "geometric-mean"),
    ],
    rows: names.flatMap((name) =>
      shown.flatMap(({ name: pair, first, second }) => {
        const [above, below] = [first, second].map((one) => {
          return outcomeOf(outcomes, name, one).found["best of the grid"];
        });
        const ratios = (above?.curves ?? []).map((curve, seed) => {
          return ratioBySeed(curve, below?.curves[seed] ?? []);
        });
        return curveRows(doneOf(above?.xs ?? []), ratios, [name, pair]);
      })
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Does the number of updates decide?",
    caption: "A curve that crosses 1 says that training for fewer or more updates would turn the " +
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
    x: { label: doneLabel, scale: "linear", domain: [0, 1] },
    y: { label: "ratio of training losses", scale: "log" },
    series: shown.map(({ name }) => name),
    seriesLabel: "pair",
    facet: "task",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "equal" },
      ...curveLayers(id, "x", "pair"),
    ],
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
      memoryNetworks.map((network): Cell[] => {
        const outcome = outcomeOf(outcomes, name, network);
        return [name, network, outcome.contender.hiddenSize, count(outcome)];
      })
    ),
  });
}

/** Updates done as shares of all, since tasks have different numbers of them. */
function doneOf(xs: readonly number[]): number[] {
  const last = xs.at(-1) ?? NaN;
  return xs.map((x) => x / last);
}

function updatesText({ parameters }: Context): string {
  const { trainingSteps, copyTrainingSteps, trainingBatch } = parameters;
  return `All updates are ${trainingSteps} on the adding problem and ${copyTrainingSteps} on copy ` +
    `memory, each of ${trainingBatch} fresh sequences.`;
}

function sizesText(hiddenSize: number): string {
  return `Networks have ${hiddenSize} units; the matched RNN has as many parameters as the LSTM.`;
}

function referenceText({ parameters: { learningRate } }: Context): string {
  return `Reference: every network at a learning rate of ${learningRate} from PyTorch's weights.`;
}
