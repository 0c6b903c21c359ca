import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { SEPARATE } from "./kinds.ts";
import type { Context } from "./parameters.ts";
import type { Training, Trainings } from "./training.ts";

/** The networks whose gradients are drawn. */
const panels = ["untrained", "trained", "trained, forget gates fixed"] as const;

/** Records how far back the gradient of the output reaches along the cell state. */
export function recordGradient(context: Context, { joint, separate }: Trainings): void {
  const { length, forgetBias } = context.parameters;
  const table = "cell-gradients";
  const lags = Array.from({ length }, (_, i) => i + 1);
  const lag = { name: "lag", label: "lag k", unit: "steps" };
  const curves = gradients(joint);
  context.table({
    id: table,
    title: "Gradient of the last output by the cell state k steps before it, adding problem",
    columns: [
      { name: "network", label: "network" },
      lag,
      ...curveColumns({ label: "gradient norm" }, "geometric-mean"),
    ],
    rows: panels.flatMap((name): Cell[][] => curveRows(lags, curves[name], [name])),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "How far back the gradient reaches",
    caption:
      "A flat line carries the gradient over the whole sequence. Norm of the gradient of the " +
      "last output with respect to c_{T−k}, on new sequences of the adding problem; in the third " +
      `network all forget gates stand at sigmoid(${forgetBias}). Geometric mean over ` +
      `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt: "Three lines with bands of the gradient norm on a log axis against lag from 1 to " +
      `${length} steps: before training, after it, and after it with fixed forget gates.`,
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "gradient norm", scale: "log" },
    series: panels,
    seriesLabel: "network",
    layers: [...curveLayers(table, "lag", "network")],
  });
  claim(context, "gradient-by-gates", byGates, { joint, separate });
  claim(context, "gradient-by-training", byTraining, { joint, separate });
  for (const [i, name] of panels.entries()) {
    const values = curves[name].map(perStep);
    if (!values.every(isUsable)) continue;
    context.metric({
      id: ["gradient-untrained", "gradient-trained", "gradient-fixed"][i] ?? "",
      label: `per-step decay factor of the gradient by the cell state, ${name}`,
      statistic: "geometric-mean",
      values,
    });
  }
}

function claim(
  context: Context,
  id: string,
  of: (training: Training) => number[],
  { joint, separate }: Trainings,
): void {
  const values = of(joint);
  const other = of(separate);
  if (![...values, ...other].every(isUsable)) {
    context.unmeasured(id, "With these parameters a gradient is too small for 32-bit numbers.");
    return;
  }
  context.claim(id, { values, alternatives: [{ name: SEPARATE, values: other }] });
}

/** The gradients of each network, by seed and lag. */
function gradients({ untrained, trained, ablation }: Training) {
  return {
    "untrained": untrained.map((seed) => seed.gradients),
    "trained": trained.map((seed) => seed.gradients),
    "trained, forget gates fixed": ablation.biasGradients,
  };
}

/** From the beginning of the sequence: with the learned forget gates over with fixed ones. */
function byGates(training: Training): number[] {
  const { trained, "trained, forget gates fixed": fixed } = gradients(training);
  return trained.map((seed, i) => (seed.at(-1) ?? NaN) / (fixed[i]?.at(-1) ?? NaN));
}

/** What is left from the beginning, of what is left from the last step: trained over untrained. */
function byTraining(training: Training): number[] {
  const { trained, untrained } = gradients(training);
  return trained.map((seed, i) => left(seed) / left(untrained[i] ?? []));
}

function left(norms: readonly number[]): number {
  return (norms.at(-1) ?? NaN) / (norms[0] ?? NaN);
}

/** The factor for each step that leaves what is left. */
function perStep(norms: readonly number[]): number {
  return left(norms) ** (1 / (norms.length - 1));
}

function isUsable(ratio: number): boolean {
  return Number.isFinite(ratio) && ratio > 0;
}
