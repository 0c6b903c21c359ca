import { mean } from "../../statistics/descriptive.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { bestOf } from "./gradient_flow.ts";
import { type Arm, type ArmResults, arms, convergenceEpoch, type TaskResult } from "./learning.ts";
import { type Context, learningSeeds } from "./parameters.ts";
import { share } from "./record_sections.ts";
import { metricName, type NetworkKey, networkKeys, type TaskKey, taskKeys } from "./settings.ts";

/** What every network learned, by arm. */
export type Learned = Readonly<Record<Arm, Readonly<Record<NetworkKey, ArmResults>>>>;

/** The average over the three tasks of a number, of each seed. */
export function averages(results: ArmResults, of: (result: TaskResult) => number): number[] {
  return results.copy_task.map((_, seed) =>
    mean(taskKeys.map((task) => {
      const result = results[task][seed];
      return result ? of(result) : NaN;
    }))
  );
}

/** The loss on the test sequences. */
export const testLoss = ({ test }: TaskResult): number => test;
/** The first epoch with a low training loss. */
export const convergence = ({ losses }: TaskResult): number => convergenceEpoch(losses);

/** The network with the lowest average, of each seed; the first of equal ones. */
export function lowest(
  learned: Readonly<Record<NetworkKey, ArmResults>>,
  of: (result: TaskResult) => number = testLoss,
): NetworkKey[] {
  const [rnn, lstm, gru] = networkKeys.map((key) => averages(learned[key], of));
  return (rnn ?? []).map((own, seed) =>
    bestOf({
      Vanilla_RNN: own,
      Custom_LSTM: lstm?.[seed] ?? NaN,
      PyTorch_GRU: gru?.[seed] ?? NaN,
    }, networkKeys)
  );
}

/** Whether all losses of a seed are finite numbers. */
export function allFinite(learned: Readonly<Record<NetworkKey, ArmResults>>): boolean[] {
  const [first] = Object.values(learned);
  return (first?.copy_task ?? []).map((_, seed) =>
    networkKeys.every((key) =>
      taskKeys.every((task) => {
        const { losses = [], test = NaN } = learned[key][task][seed] ?? {};
        return [...losses, test].every(Number.isFinite);
      })
    )
  );
}

const network = { name: "network", label: "network" };
const task = { name: "task", label: "task" };

/** Records section 4.2. */
export function recordLearning(context: Context, learned: Learned): void {
  recordCurves(context, learned);
  recordAverages(context, learned);
  recordCarrying(context, learned);
}

function recordCurves(context: Context, { carried }: Learned): void {
  const id = "learning-curves";
  const y = { label: "mean squared error" };
  const epochs = Array.from({ length: context.parameters.epochs }, (_, epoch) => epoch);
  context.table({
    id,
    labels: learningSeeds(context),
    title: "Section 4: training losses by epoch, networks carried from task to task",
    columns: [
      ...[task, network, { name: "epoch", label: "epoch" }],
      ...curveColumns(y, "geometric-mean"),
    ],
    rows: taskKeys.flatMap((name) =>
      networkKeys.flatMap((key) =>
        curveRows(epochs, carried[key][name].map(({ losses }) => losses), [name, key])
      )
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Learning, as the notebook trains",
    caption:
      "Each panel shows when the networks cross the notebook's limit of convergence, the rule. " +
      `Geometric mean over ${learningSeeds(context).length} seeds of an epoch's mean training ` +
      "loss; bands: pointwise 95 % intervals over seeds.",
    alt: "Three charts, one for each task: a line with a band for each network of the training " +
      "loss against the epoch, with a rule at 0.1.",
    x: { label: "epoch", scale: "linear" },
    y: { ...y, scale: "log" },
    series: networkKeys,
    seriesLabel: "network",
    facet: "task",
    layers: [
      { mark: "rule", axis: "y", value: 0.1, label: "converged" },
      ...curveLayers(id, "epoch", "network"),
    ],
  });
  context.table({
    id: "convergence",
    labels: learningSeeds(context),
    title: "Section 4: first epoch with a training loss below 0.1, else the number of epochs",
    columns: [task, network, ...curveColumns({ label: "epoch" })],
    rows: taskKeys.flatMap((name) =>
      networkKeys.map((key): Cell[] => [
        name,
        key,
        ...intervalCells(carried[key][name].map(convergence)),
      ])
    ),
  });
}

function recordAverages(context: Context, learned: Learned): void {
  const arm = { name: "arm", label: "networks" };
  context.table({
    id: "average-test-loss",
    labels: learningSeeds(context),
    title: "Section 4: average test loss over the three tasks",
    columns: [arm, network, ...curveColumns({ label: "average test loss" })],
    rows: arms.flatMap((name) =>
      networkKeys.map((key): Cell[] => [
        name,
        key,
        ...intervalCells(averages(learned[name][key], testLoss)),
      ])
    ),
  });
  context.table({
    id: "test-loss",
    labels: learningSeeds(context),
    title: "Section 4: test loss of each task",
    columns: [arm, task, network, ...curveColumns({ label: "test loss" })],
    rows: (["carried", "fresh"] as const).flatMap((name) =>
      taskKeys.flatMap((of) =>
        networkKeys.map((key): Cell[] => [
          ...[name, of, key],
          ...intervalCells(learned[name][key][of].map(testLoss)),
        ])
      )
    ),
  });
  context.table({
    id: "average-convergence",
    labels: learningSeeds(context),
    title: "Section 4: average convergence epoch over the three tasks",
    columns: [arm, network, ...curveColumns({ label: "average epoch" })],
    rows: arms.flatMap((name) =>
      networkKeys.map((key): Cell[] => [
        name,
        key,
        ...intervalCells(averages(learned[name][key], convergence)),
      ])
    ),
  });
  const id = "lowest-test-loss";
  context.table({
    id,
    labels: learningSeeds(context),
    title: "Which network has the lowest average test loss",
    columns: [arm, network, ...curveColumns({ label: "share of seeds" }, "share")],
    rows: arms.flatMap((name) =>
      networkKeys.map((key): Cell[] => [
        name,
        key,
        ...intervalCells(share(lowest(learned[name]).map((best) => best === key))),
      ])
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Which network tests best",
    caption:
      "If one network were superior, its share would be near 1. How often each has the lowest " +
      "test loss, averaged over the three tasks: " +
      "networks carried from task to task, as in the notebook; fresh ones for each task; and " +
      `carried, with ten outputs. Over ${
        learningSeeds(context).length
      } seeds, with 95 % intervals ` +
      "(Clopper-Pearson).",
    alt: "For each network three symbols with intervals: the share of seeds in which it has the " +
      "lowest average test loss.",
    x: { label: "share of seeds", scale: "linear", domain: [0, 1] },
    y: { label: "network", scale: "category", categories: networkKeys },
    series: arms,
    seriesLabel: "networks",
    layers: [intervalLayer(id, "network", "arm")],
  });
}

/** The test loss of a carried network over that of a fresh one, of each seed. */
export function carriedOverFresh(learned: Learned, key: NetworkKey, name: TaskKey): number[] {
  return learned.carried[key][name].map(({ test }, seed) =>
    test / (learned.fresh[key][name][seed]?.test ?? NaN)
  );
}

function recordCarrying(context: Context, learned: Learned): void {
  const id = "carrying";
  const later = taskKeys.slice(1);
  context.table({
    id,
    labels: learningSeeds(context),
    title: "Test loss of a network carried on from the task before over that of a fresh one",
    columns: [
      ...[task, network],
      ...curveColumns({ label: "ratio of test losses" }, "geometric-mean"),
    ],
    rows: later.flatMap((name) =>
      networkKeys.map((key): Cell[] => [
        name,
        key,
        ...intervalCells(carriedOverFresh(learned, key, name)),
      ])
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "What carrying over changes",
    caption: "Above 1 a network that comes from the task before tests worse than a fresh one on " +
      `the same sequences. Geometric mean over ${
        learningSeeds(context).length
      } seeds with its 95 % interval.`,
    alt:
      "For each network two symbols with intervals, one for each later task: the ratio of test " +
      "losses, with a rule at 1.",
    x: { label: "ratio of test losses", scale: "log" },
    y: { label: "network", scale: "category", categories: networkKeys },
    series: later,
    seriesLabel: "task",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "no difference" },
      intervalLayer(id, "network", "task"),
    ],
  });
  for (const key of networkKeys) {
    for (const name of later) {
      context.metric({
        id: `carrying-${name.replace("_task", "")}-${metricName[key]}`,
        labels: learningSeeds(context),
        label: `Test loss on ${name} of a carried ${key} over that of a fresh one`,
        statistic: "geometric-mean",
        values: carriedOverFresh(learned, key, name),
      });
    }
  }
  const [carried, fresh] = [lowest(learned.carried), lowest(learned.fresh)];
  context.metric({
    id: "winner-changes",
    labels: learningSeeds(context),
    label: "Share of seeds in which fresh networks have another winner than carried ones",
    statistic: "share",
    values: share(carried.map((best, seed) => best !== fresh[seed])),
  });
}
