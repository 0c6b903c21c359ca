import { mean } from "../../statistics/descriptive.ts";
import { addingProblem } from "../../data/adding_problem.ts";
import { curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import type { Context } from "./parameters.ts";
import type { Training } from "./training.ts";

/** The most points of the training curve; each is a mean over as many steps as it takes. */
const POINTS = 100;

/** Records whether training has taught the networks the adding problem. */
export function recordLearning(context: Context, { losses, heldOut }: Training): void {
  const { length, trainingSteps, trainingBatch } = context.parameters;
  const { memoryless } = addingProblem({ steps: length });
  const n = context.seeds.length;
  const each = Math.ceil(trainingSteps / POINTS);
  const starts = Array.from({ length: Math.ceil(trainingSteps / each) }, (_, i) => i * each);
  const ends = starts.map((start) => Math.min(start + each, trainingSteps));
  const curves = losses.map((byStep) =>
    starts.map((start) => mean(byStep.slice(start, start + each)))
  );
  context.table({
    id: "training",
    title: "Loss during training on the adding problem",
    columns: [
      { name: "step", label: "step of training" },
      ...curveColumns({ label: "mean squared error" }, "geometric-mean"),
    ],
    rows: curveRows(ends, curves),
  });
  context.figure({
    id: "training",
    kind: "chart",
    title: "Training on the adding problem",
    caption:
      "The loss leaves the rule, the memoryless baseline of always guessing 1, once the network " +
      `remembers. Mean squared error on fresh sequences of ${length} steps, ${trainingBatch} for each ` +
      `step of training${
        each > 1 ? `, as means of ${each} steps` : ""
      }. Geometric mean over ${n} ` +
      "seeds; band: pointwise 95 % interval over seeds.",
    alt: `A line of the loss against steps of training from 0 to ${trainingSteps} on a log axis, ` +
      "with a band and a rule at the loss of guessing the mean.",
    x: { label: "step of training", scale: "linear" },
    y: { label: "mean squared error", scale: "log" },
    layers: [
      { mark: "rule", axis: "y", value: memoryless.value, label: memoryless.label },
      ...curveLayers("training", "step"),
    ],
  });

  context.metric({
    id: "held-out-loss",
    label: "mean squared error after training, on sequences that it has not seen",
    statistic: "geometric-mean",
    values: heldOut,
  });
  context.metric({
    id: "held-out-share",
    label: "the same over 1/6, the loss of the memoryless baseline",
    statistic: "geometric-mean",
    values: heldOut.map((loss) => loss / memoryless.value),
  });
}
