import { mean } from "../../statistics/descriptive.ts";
import { bestOf } from "./sections.ts";
import { type Arm, type ArmResults, arms, convergenceEpoch, type TaskResult } from "./learning.ts";
import {
  type Context,
  learningSeeds,
  metricName,
  type NetworkKey,
  networkKeys,
  type TaskKey,
  taskKeys,
} from "./parameters.ts";
import { share } from "./record_sections.ts";

/** The results of every network, by arm. */
export type Learned = Readonly<Record<Arm, Readonly<Record<NetworkKey, ArmResults>>>>;

/** Computes for each seed the average of a number over the three tasks. */
export function averages(results: ArmResults, of: (result: TaskResult) => number): number[] {
  return results.copy_task.map((_, seed) =>
    mean(taskKeys.map((task) => {
      const result = results[task][seed];
      return result ? of(result) : NaN;
    }))
  );
}

/** Returns the loss on the test sequences. */
export const testLoss = ({ test }: TaskResult): number => test;
/** Returns the first epoch with a training loss below the notebook's limit. */
export const convergence = ({ losses }: TaskResult): number => convergenceEpoch(losses);

/** Finds for each seed the network with the lowest average; of equal averages the first. */
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

/** Returns for each seed whether all of its losses are finite. */
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

/** Records the training losses by epoch, and the first epoch with a low loss. */
function recordCurves(context: Context, { carried }: Learned): void {
  const epochs = Array.from({ length: context.parameters.epochs }, (_, epoch) => epoch);
  context.curves({
    id: "learning-curves",
    labels: learningSeeds(context),
    title: "Section 4: training losses by epoch, networks carried from task to task",
    names: [task, network],
    x: { name: "epoch", label: "epoch", values: epochs },
    value: { label: "mean squared error", statistic: "geometric-mean" },
    curves: taskKeys.flatMap((name) =>
      networkKeys.map((key) => ({
        names: [name, key],
        values: carried[key][name].map(({ losses }) => losses),
      }))
    ),
    figure: {
      title: "Learning, as the notebook trains",
      caption:
        "Each panel shows when the networks cross the notebook's limit of convergence, the rule. " +
        `Geometric mean over ${learningSeeds(context).length} seeds of an epoch's mean training ` +
        "loss; bands: pointwise 95 % intervals over seeds.",
      alt: "Three charts, one for each task: a line with a band for each network of the training " +
        "loss against the epoch, with a rule at 0.1.",
      y: { scale: "log" },
      series: "network",
      facet: "task",
      under: [{ mark: "rule", axis: "y", value: 0.1, label: "converged" }],
    },
  });
  context.intervals({
    id: "convergence",
    labels: learningSeeds(context),
    title: "Section 4: first epoch with a training loss below 0.1, else the number of epochs",
    names: [task, network],
    value: { label: "epoch" },
    rows: taskKeys.flatMap((name) =>
      networkKeys.map((key) => ({
        names: [name, key],
        values: carried[key][name].map(convergence),
      }))
    ),
  });
}

/** Records the averages over tasks by which the notebook compares networks. */
function recordAverages(context: Context, learned: Learned): void {
  const arm = { name: "arm", label: "networks" };
  const labels = learningSeeds(context);
  /** Returns a row for each network of each arm. */
  const byArm = (of: (key: NetworkKey, networks: Learned[Arm]) => readonly number[]) =>
    arms.flatMap((name) =>
      networkKeys.map((key) => ({ names: [name, key], values: of(key, learned[name]) }))
    );
  context.intervals({
    id: "average-test-loss",
    labels,
    title: "Section 4: average test loss over the three tasks",
    names: [arm, network],
    value: { label: "average test loss" },
    rows: byArm((key, networks) => averages(networks[key], testLoss)),
  });
  context.intervals({
    id: "test-loss",
    labels,
    title: "Section 4: test loss of each task",
    names: [arm, task, network],
    value: { label: "test loss" },
    rows: (["carried", "fresh"] as const).flatMap((name) =>
      taskKeys.flatMap((of) =>
        networkKeys.map((key) => ({
          names: [name, of, key],
          values: learned[name][key][of].map(testLoss),
        }))
      )
    ),
  });
  context.intervals({
    id: "average-convergence",
    labels,
    title: "Section 4: average convergence epoch over the three tasks",
    names: [arm, network],
    value: { label: "average epoch" },
    rows: byArm((key, networks) => averages(networks[key], convergence)),
  });
  context.intervals({
    id: "lowest-test-loss",
    labels,
    title: "Which network has the lowest average test loss",
    names: [arm, network],
    value: { label: "share of seeds", statistic: "share" },
    rows: byArm((key, networks) => share(lowest(networks).map((best) => best === key))),
    figure: {
      title: "Which network tests best",
      caption:
        "If one network were superior, its share would be near 1. How often each has the lowest " +
        "test loss, averaged over the three tasks: " +
        "networks carried from task to task, as in the notebook; fresh ones for each task; and " +
        `carried, with ten outputs. Over ${
          learningSeeds(context).length
        } seeds, with 95 % intervals ` +
        "(Clopper-Pearson).",
      alt:
        "For each network three symbols with intervals: the share of seeds in which it has the " +
        "lowest average test loss.",
      x: { domain: [0, 1] },
      y: "network",
      series: "arm",
    },
  });
}

/** Computes the test loss of a carried network over the test loss of a fresh one, by seed. */
export function carriedOverFresh(learned: Learned, key: NetworkKey, name: TaskKey): number[] {
  return learned.carried[key][name].map(({ test }, seed) =>
    test / (learned.fresh[key][name][seed]?.test ?? NaN)
  );
}

/** Records how the test losses of carried networks differ from those of fresh ones. */
function recordCarrying(context: Context, learned: Learned): void {
  const later = taskKeys.slice(1);
  context.intervals({
    id: "carrying",
    labels: learningSeeds(context),
    title: "Test loss of a network carried on from the task before over that of a fresh one",
    names: [task, network],
    value: { label: "ratio of test losses", statistic: "geometric-mean" },
    rows: later.flatMap((name) =>
      networkKeys.map((key) => ({
        names: [name, key],
        values: carriedOverFresh(learned, key, name),
      }))
    ),
    figure: {
      title: "What carrying over changes",
      caption:
        "Above 1 a network that comes from the task before tests worse than a fresh one on " +
        `the same sequences. Geometric mean over ${
          learningSeeds(context).length
        } seeds with its 95 % interval.`,
      alt:
        "For each network two symbols with intervals, one for each later task: the ratio of test " +
        "losses, with a rule at 1.",
      x: { scale: "log" },
      y: "network",
      series: "task",
      under: [{ mark: "rule", axis: "x", value: 1, label: "no difference" }],
    },
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
