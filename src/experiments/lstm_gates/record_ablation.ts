import { addingProblem } from "../../data/adding_problem.ts";
import { type Context, SEPARATE } from "./parameters.ts";
import { type Ablation, ablations } from "./ablation.ts";
import type { Training, Trainings } from "./training.ts";

/** Records the loss of trained networks with one of their gates fixed. */
export function recordAblation(context: Context, { joint, separate }: Trainings): void {
  const { losses } = joint.ablation;
  const { memoryless } = addingProblem({ steps: context.parameters.length });
  context.intervals({
    id: "ablation",
    title: "Loss on new sequences of the adding problem with gates fixed after training",
    names: [{ name: "fixed", label: "gates that are fixed" }],
    value: { label: "mean squared error", statistic: "geometric-mean" },
    rows: ablations.map(([key, name]) => ({ names: [name], values: losses[key] })),
    figure: {
      title: "Gates fixed after training",
      caption:
        "The further right, the larger the loss with the fixed gate. Mean squared error of trained " +
        "networks on new sequences, with one kind of gate fixed: in each unit at its mean over other " +
        "sequences, or in all units at the sigmoid of the initial bias. Geometric mean over " +
        `${context.seeds.length} seeds; lines: 95 % intervals over seeds. Rule: the loss of always ` +
        "guessing 1.",
      alt:
        "The loss of the trained network and of four networks with a fixed gate on a log axis, with " +
        "intervals, and a rule at the loss of guessing the mean.",
      x: { scale: "log" },
      y: { column: "fixed", label: "fixed" },
      under: [{ mark: "rule", axis: "x", value: memoryless.value, label: memoryless.label }],
    },
  });
  for (const [key, name] of ablations) {
    if (key === "none") continue;
    context.metric({
      id: `loss-ratio-${key}`,
      label: `loss with ${name} over the loss without`,
      statistic: "geometric-mean",
      values: ratios(joint, key, "none"),
    });
  }
  context.claim("forget-over-input", {
    values: ratios(joint, "forget", "input"),
    parts: { forget: losses.forget, input: losses.input },
    alternatives: [
      {
        name: "all forget gates at the sigmoid of their bias",
        values: ratios(joint, "bias", "input"),
      },
      { name: SEPARATE, values: ratios(separate, "forget", "input") },
    ],
  });
  context.claim("input-over-output", {
    values: ratios(joint, "input", "output"),
    parts: { input: losses.input, output: losses.output },
    alternatives: [{ name: SEPARATE, values: ratios(separate, "input", "output") }],
  });
  const checks = [joint.ablation, separate.ablation];
  context.check("fixed-gates-stand", {
    cases: checks.reduce((sum, { cases }) => sum + cases, 0),
    worst: Math.max(...checks.map(({ worst }) => worst)),
  });
}

/** Computes the loss under one ablation relative to the loss under another, by seed. */
function ratios({ ablation: { losses } }: Training, above: Ablation, below: Ablation): number[] {
  return losses[above].map((loss, seed) => loss / (losses[below][seed] ?? NaN));
}

/** The networks whose gradients are drawn. */
const panels = [
  "untrained",
  "trained",
  "forget gates at their means",
  "forget gates at the sigmoid of their bias",
] as const;

/** Records how the gradient of the output with respect to the cell state decays with the lag. */
export function recordGradient(context: Context, { joint, separate }: Trainings): void {
  const { length, forgetBias } = context.parameters;
  const lags = Array.from({ length }, (_, i) => i + 1);
  const curves = gradients(joint);
  context.curves({
    id: "cell-gradients",
    title: "Gradient of the last output by the cell state k steps before it, adding problem",
    names: [{ name: "network", label: "network" }],
    x: { name: "lag", label: "lag k", unit: "steps", values: lags },
    value: { label: "gradient norm", statistic: "geometric-mean" },
    curves: panels.map((name) => ({ names: [name], values: curves[name] })),
    figure: {
      title: "How far back the gradient reaches",
      caption:
        "A flat line carries the gradient over the whole sequence. Norm of the gradient of the " +
        "last output with respect to c_{T−k}, on new sequences of the adding problem: before training, " +
        "after it, and after it with forget gates fixed, in each unit at its mean or in all units at " +
        `sigmoid(${forgetBias}). Geometric mean over ` +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt: "Four lines with bands of the gradient norm on a log axis against lag from 1 to " +
        `${length} steps: before training, after it, and after it with forget gates fixed in two ways.`,
      y: { scale: "log" },
      series: "network",
    },
  });
  recordGradientRatios(context, { joint, separate });
  for (const [i, name] of panels.entries()) {
    const values = curves[name].map(perStep);
    if (!values.every(isUsable)) continue;
    context.metric({
      id: metricIds[i] ?? "",
      label: `per-step decay factor of the gradient by the cell state, ${name}`,
      statistic: "geometric-mean",
      values,
    });
  }
}

/** The ids of the metrics of per-step decay factors, in the order of the networks. */
const metricIds = [
  "gradient-untrained",
  "gradient-trained",
  "gradient-at-means",
  "gradient-at-bias",
];

/** Records how training and the learned forget gates change the gradient. */
function recordGradientRatios(context: Context, { joint, separate }: Trainings): void {
  const start =
    "gradient from the beginning of the sequence, with the learned forget gates over with";
  const atBias = `${start} all at the sigmoid of their initial bias`;
  const trained =
    "share of the gradient left at the beginning of the sequence, trained over untrained";
  const ratios: readonly (readonly [id: string, label: string, values: readonly number[]])[] = [
    ["means", `${start} each at its mean`, byGates(joint, "forget")],
    ["bias", atBias, byGates(joint, "bias")],
    ["bias-separate", `${atBias}, ${SEPARATE}`, byGates(separate, "bias")],
    ["training", trained, byTraining(joint)],
    ["training-separate", `${trained}, ${SEPARATE}`, byTraining(separate)],
  ];
  for (const [id, label, values] of ratios) {
    // With some parameters a gradient underflows.
    if (!values.every(isUsable)) continue;
    context.metric({ id: `gradient-ratio-${id}`, label, statistic: "geometric-mean", values });
  }
}

/** Returns the gradients of each network, by seed and lag. */
function gradients({ untrained, trained, ablation }: Training) {
  return {
    "untrained": untrained.map((seed) => seed.gradients),
    "trained": trained.map((seed) => seed.gradients),
    "forget gates at their means": ablation.gradients.forget,
    "forget gates at the sigmoid of their bias": ablation.gradients.bias,
  };
}

/**
 * Computes the gradient at the beginning of the sequence with the learned forget gates, relative to
 * the gradient with fixed gates, by seed.
 */
function byGates({ trained, ablation }: Training, fixed: "forget" | "bias"): number[] {
  const others = ablation.gradients[fixed];
  return trained.map(({ gradients }, i) => (gradients.at(-1) ?? NaN) / (others[i]?.at(-1) ?? NaN));
}

/**
 * Computes the ratio of the trained to the untrained network in the share of the gradient that
 * reaches the beginning of the sequence, by seed.
 */
export function byTraining(training: Training): number[] {
  const { trained, untrained } = gradients(training);
  return trained.map((seed, i) => left(seed) / left(untrained[i] ?? []));
}

/** Computes the gradient at the longest lag relative to the shortest. */
function left(norms: readonly number[]): number {
  return (norms.at(-1) ?? NaN) / (norms[0] ?? NaN);
}

/** Computes the decay factor for each step. */
function perStep(norms: readonly number[]): number {
  return left(norms) ** (1 / (norms.length - 1));
}

function isUsable(ratio: number): boolean {
  return Number.isFinite(ratio) && ratio > 0;
}
