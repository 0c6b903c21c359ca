import type { CellInput } from "../../harness/seed_values.ts";
import type { SeedStatistic } from "../../result/result.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import { checkpoints, type Context } from "./parameters.ts";
import { ratioBySeed } from "../ratios.ts";
import { atCheckpoint, studentNames, type Trained } from "./train.ts";

const networkColumn = { name: "network", label: "network" };
const stepColumn = { name: "step", label: "training step", unit: "updates" };

/** Records loss, decay and growth at the checkpoints of training. */
export function recordDuring(context: Context, all: readonly Trained[]): void {
  const worst = Math.max(...all.map(({ error }) => error));
  const { addingSteps, probes } = context.parameters;
  const sequences = all.length * checkpoints(context).length * context.seeds.length * probes;
  context.check("state-gradients", { cases: sequences * addingSteps, worst });
  recordCurves(context, all, {
    id: "training-loss",
    title: "Loss during training",
    label: "test loss over the memoryless baseline's",
    statistic: "geometric-mean",
    values: ({ losses }) => losses,
    scale: "log",
    rule: { value: 1, label: "memoryless baseline" },
    finding:
      "Where a line leaves the rule, a network has begun to learn. Test loss on the adding " +
      `problem of ${addingSteps} steps, over that of always guessing the mean on the same sequences`,
  });
  recordCurves(context, all, {
    id: "training-decay",
    title: "Per-step decay factor during training",
    label: "per-step decay factor",
    statistic: "geometric-mean",
    values: ({ rates }) => rates,
    scale: "linear",
    rule: { value: 1, label: "nothing lost" },
    finding:
      "Where a line rises, gradients reach further back in training; the chart of the loss during " +
      "training has the same networks. " +
      "Factor by which ‖∂L/∂h‖ changes for each step back, by a straight line through its " +
      "logarithm over all lags",
  });
  recordCurves(context, all, {
    id: "training-exponent",
    title: "Largest Lyapunov exponent during training",
    label: "largest Lyapunov exponent",
    unit: "1/step",
    statistic: "mean",
    values: ({ exponents }) => exponents,
    scale: "linear",
    rule: { value: 0, label: "changes neither grow nor fade" },
    finding:
      "Below the rule a small change of the state fades, above it grows. Mean logarithm of " +
      "its growth for each step, after the first fifth of the sequence",
  });
  recordLags(context, all);
  recordTimeScales(context, all);
  recordLearned(context, all);
}

interface CurveText {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly unit?: string;
  readonly statistic: SeedStatistic;
  readonly values: (one: Trained) => readonly (readonly number[])[];
  readonly scale: "linear" | "log";
  readonly rule: { readonly value: number; readonly label: string };
  readonly finding: string;
}

/** Records curves of all networks over the checkpoints of training. */
function recordCurves(context: Context, all: readonly Trained[], text: CurveText): void {
  const { id, title, label, unit, statistic, rule } = text;
  const steps = checkpoints(context);
  const names = studentNames(context);
  const summed = statistic === "geometric-mean" ? "Geometric mean" : "Mean";
  context.curves({
    id,
    title,
    names: [networkColumn],
    x: { ...stepColumn, values: steps },
    value: { label, ...(unit === undefined ? {} : { unit }), statistic },
    curves: all.map((one) => ({ names: [one.student.name], values: text.values(one) })),
    figure: {
      title,
      caption:
        `${text.finding}. ${summed} over ${context.seeds.length} seeds; bands: pointwise 95 % ` +
        "intervals over seeds.",
      alt:
        `The ${label} against the training step, from 0 to ${steps.at(-1)}, a line with a band ` +
        `for each of ${names.join("; ")}, and a rule at ${rule.value}.`,
      y: { scale: text.scale },
      series: "network",
      under: [{ mark: "rule", axis: "y", ...rule }],
    },
  });
}

/** Records the gradient with respect to the state by lag, before and after training. */
function recordLags(context: Context, all: readonly Trained[]): void {
  const { addingSteps, trainingSteps } = context.parameters;
  const times = [
    { time: "before training", index: 0 },
    { time: `after ${trainingSteps} updates`, index: checkpoints(context).length - 1 },
  ];
  const lags = Array.from({ length: addingSteps + 1 }, (_, k) => k);
  context.curves({
    id: "training-lags",
    title: "Gradient by the state by lag, before and after training",
    names: [{ name: "time", label: "time" }, networkColumn],
    x: { name: "lag", label: "lag k", unit: "steps", values: lags },
    value: { label: "norm of ∂L/∂h_(T-k) over that at lag 0", statistic: "geometric-mean" },
    curves: times.flatMap(({ time, index }) =>
      all.map(({ student, byLag }) => ({
        names: [time, student.name],
        values: byLag.map((own) => own[index] ?? []),
      }))
    ),
    figure: {
      title: "Gradient by the state by lag, before and after training",
      caption: "The flatter a line, the further back the loss of the last output is felt. " +
        `‖∂L/∂h_(T-k)‖ relative to lag 0 on the adding problem, T = ${addingSteps}. Geometric mean ` +
        `over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt:
        `Two charts, before training and after ${trainingSteps} updates: the relative norm on a ` +
        `log axis against lags from 0 to ${addingSteps} steps, a line with a band for each of ` +
        `${studentNames(context).join("; ")}.`,
      y: { label: "relative norm of ∂L/∂h", scale: "log" },
      series: "network",
      facet: "time",
    },
  });
}

/**
 * Records time scales before and after training, in seeds that learned the task and in the others.
 */
function recordTimeScales(context: Context, all: readonly Trained[]): void {
  const last = checkpoints(context).length - 1;
  const factorAt = (rates: Trained["rates"], index: number): number | null =>
    rates.length === 0 ? null : geometricMean(rates.map((own) => own[index] ?? NaN));
  const { addingSteps } = context.parameters;
  const scaleAt = (rates: Trained["rates"], index: number): number =>
    geometricMean(rates.map((own) => cappedTimeScale(own[index] ?? NaN, addingSteps)));
  context.table({
    id: "time-scales",
    title: "Effective time scale −1/ln(decay factor) of a seed, at most " +
      `${addingSteps} steps, before and after training; geometric means over seeds`,
    columns: [
      networkColumn,
      { name: "units", label: "hidden units" },
      { name: "before", label: "decay factor before" },
      { name: "before-scale", label: "time scale before", unit: "steps" },
      { name: "after", label: "decay factor after" },
      { name: "after-scale", label: "time scale after", unit: "steps" },
    ],
    rows: all.map(({ student, rates }): CellInput[] => {
      const [before, after] = [0, last].map((index) => [
        factorAt(rates, index),
        scaleAt(rates, index),
      ]);
      return [student.name, student.hiddenSize, ...before ?? [], ...after ?? []];
    }),
  });
  recordGroups(context, all);
}

/**
 * Records the decay of each network after training, in seeds that learned the task and in the
 * others.
 */
function recordGroups(context: Context, all: readonly Trained[]): void {
  const { addingSteps } = context.parameters;
  const unit = "steps";
  context.table({
    id: "learned",
    title: "Decay after training in seeds that learned, with a loss below half of the baseline, " +
      "and in the others",
    columns: [
      networkColumn,
      { name: "group", label: "seeds that" },
      { name: "seeds", label: "number" },
      { name: "factor", label: "decay factor, geometric mean" },
      { name: "change", label: "over that before training" },
      { name: "scale", label: "time scale, geometric mean", unit },
      { name: "shortest", label: "shortest time scale", unit },
      { name: "longest", label: "longest time scale", unit },
      { name: "capped", label: `number at ${addingSteps} steps or above` },
    ],
    rows: all.flatMap(({ student, rates, losses }) => {
      const after = atCheckpoint(rates, -1);
      return [true, false].flatMap((learned): CellInput[][] => {
        const isOwn = (seed: number) => hasLearned(losses[seed]) === learned;
        const own = after.filter((_, seed) => isOwn(seed));
        const changes = ratioBySeed(after, atCheckpoint(rates, 0)).filter((_, seed) => isOwn(seed));
        if (own.length === 0) return [];
        const scales = own.map((factor) => cappedTimeScale(factor, addingSteps));
        return [[
          ...[student.name, learned ? "learned" : "did not learn", own.length],
          ...[geometricMean(own), geometricMean(changes), geometricMean(scales)],
          ...[Math.min(...scales), Math.max(...scales)],
          scales.filter((scale) => scale === addingSteps).length,
        ]];
      });
    }),
  });
}

/** A network has learned the task if its loss is below this share of the memoryless baseline. */
const LEARNED = 0.5;

/** Returns whether a network with this test loss has learned the task. */
export function isLearned(loss: number | undefined): boolean {
  return (loss ?? NaN) < LEARNED;
}

/** Returns whether a network with these test losses has learned the task. */
function hasLearned(losses: readonly number[] | undefined): boolean {
  return isLearned(losses?.at(-1));
}

/**
 * Records how many seeds learned the task, and how far back the gradients of each network reach.
 */
function recordLearned(context: Context, all: readonly Trained[]): void {
  const { addingSteps, trainingSteps } = context.parameters;
  const times = [["before", 0, "before training"], [
    "after",
    -1,
    `after ${trainingSteps} updates`,
  ]] as const;
  for (const { student: { name }, losses, rates } of all) {
    const id = name.toLowerCase().replaceAll(/[^a-z]+/g, "-");
    context.metric({
      id: `learned-${id}`,
      label: `share of seeds whose ${name} has a loss below half of the memoryless baseline`,
      statistic: "share",
      values: losses.map((own) => hasLearned(own) ? 1 : 0),
    });
    const scalesAt = (index: number): number[] =>
      atCheckpoint(rates, index).map((rate) => cappedTimeScale(rate, addingSteps));
    recordShares(context, { id, name, losses, before: scalesAt(0), after: scalesAt(-1) });
    for (const [time, index, words] of times) {
      context.metric({
        id: `time-scale-${time}-${id}`,
        label: `steps back after which 1/e of the gradient of the ${name} is left, at most ` +
          `${addingSteps}, on the adding problem ${words}`,
        unit: "steps",
        statistic: "geometric-mean",
        values: scalesAt(index),
      });
    }
  }
}

/**
 * The losses of a network by seed and checkpoint, and its time scales before and after training.
 */
interface Scales {
  readonly id: string;
  readonly name: string;
  readonly losses: Trained["losses"];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Records in how many seeds a network has learned and its time scale has grown, in how many it has
 * not learned and its time scale has fallen, and how many time scales are at the cap.
 */
function recordShares(context: Context, { id, name, losses, before, after }: Scales): void {
  const { addingSteps } = context.parameters;
  const change = (seed: number): number => (after[seed] ?? NaN) - (before[seed] ?? NaN);
  const groups: [string, string, (seed: number) => boolean][] = [
    [
      "further-learned",
      "has learned and reaches further back than before training",
      (seed) => hasLearned(losses[seed]) && change(seed) > 0,
    ],
    [
      "shorter-not-learned",
      "has not learned and reaches less far back than before training",
      (seed) => !hasLearned(losses[seed]) && change(seed) < 0,
    ],
    [
      "capped",
      `has a time scale of ${addingSteps} steps, the length of the sequences, or more after ` +
      "training",
      (seed) => after[seed] === addingSteps,
    ],
  ];
  for (const [group, words, belongs] of groups) {
    context.metric({
      id: `${group}-${id}`,
      label: `share of seeds whose ${name} ${words}`,
      statistic: "share",
      values: context.seeds.map((_, seed) => belongs(seed) ? 1 : 0),
    });
  }
}

/**
 * Computes the effective time scale, -1 / ln(decay factor).
 *
 * @param rate The per-step decay factor.
 * @param most The length of the sequences, which is the largest time scale that they show.
 */
export function cappedTimeScale(rate: number, most: number): number {
  return rate < 1 ? Math.min(most, -1 / Math.log(rate)) : most;
}

/** Returns the name of an alternative that compares {@link cappedTimeScale} instead of factors. */
export function inCappedTimeScales(most: number): string {
  return `in time scales, −1/ln of the factor, at most ${most} steps`;
}
