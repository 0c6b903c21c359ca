import { addingProblem } from "../../data/adding_problem.ts";
import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { SEPARATE } from "./kinds.ts";
import { type Ablation, ablations } from "./measure_ablation.ts";
import type { Context } from "./parameters.ts";
import type { Training, Trainings } from "./training.ts";

/** Records what trained networks lose if one of their gates is fixed. */
export function recordAblation(context: Context, { joint, separate }: Trainings): void {
  const { losses } = joint.ablation;
  const { memoryless } = addingProblem({ steps: context.parameters.length });
  const table = "ablation";
  context.table({
    id: table,
    title: "Loss on new sequences of the adding problem with gates fixed after training",
    columns: [
      { name: "fixed", label: "gates that are fixed" },
      ...curveColumns({ label: "mean squared error" }, "geometric-mean"),
    ],
    rows: ablations.map(([key, name]): Cell[] => [name, ...intervalCells(losses[key])]),
  });
  context.figure({
    id: table,
    kind: "chart",
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
    x: { label: "mean squared error", scale: "log" },
    y: { label: "fixed", scale: "category", categories: ablations.map(([, name]) => name) },
    layers: [
      { mark: "rule", axis: "x", value: memoryless.value, label: memoryless.label },
      intervalLayer(table, "fixed"),
    ],
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

/** The loss with one thing fixed over that with another, by seed. */
function ratios({ ablation: { losses } }: Training, above: Ablation, below: Ablation): number[] {
  return losses[above].map((loss, seed) => loss / (losses[below][seed] ?? NaN));
}
