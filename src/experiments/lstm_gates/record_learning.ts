import { type Context, networkNames, SEPARATE, weightKinds } from "./parameters.ts";
import { weightVariances } from "./networks.ts";
import { mean } from "../../statistics/descriptive.ts";
import { addingProblem } from "../../data/adding_problem.ts";
import type { CellInput } from "../../harness/seed_values.ts";
import { byTraining } from "./record_ablation.ts";
import type { Training, Trainings } from "./training.ts";
import { readouts } from "./measure.ts";

/**
 * Records the numbers of trainable parameters of the notebook's network and of this experiment's,
 * and their initial weights.
 */
export function recordSizes(context: Context): void {
  recordCounts(context);
  context.table({
    id: "weight-limits",
    title: "Limits of the uniform initial weights of a gate",
    columns: [
      { name: "weights", label: "weights" },
      { name: "input", label: "input weights" },
      { name: "hidden", label: "recurrent weights" },
    ],
    rows: weightKinds.map(([kind, name]) => {
      // The variance of a uniform number in [-a, a] is a^2 / 3.
      const { input, hidden } = weightVariances(context, kind);
      return [`${kind}: ${name}`, Math.sqrt(3 * input), Math.sqrt(3 * hidden)];
    }),
  });
}

/** Records the parameter counts with one and with two biases for each gate. */
function recordCounts(context: Context): void {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const gates = (biases: number) => 4 * hiddenSize * (inputSize + hiddenSize + biases);
  const head = outputSize * (hiddenSize + 1);
  const row = (name: string, biases: number) => [name, gates(biases), head, gates(biases) + head];
  context.table({
    id: "parameter-counts",
    title: "Trainable parameters",
    columns: [
      { name: "network", label: "network" },
      { name: "gates", label: "gates and candidate" },
      { name: "output", label: "output layer" },
      { name: "total", label: "all" },
    ],
    rows: [
      row("the notebook's: one bias a gate", 1),
      row("here, as torch.nn.LSTM: two biases a gate, which add up", 2),
    ],
  });
}

/**
 * The largest number of points of the training curve. Each point is a mean over equally many steps.
 */
const POINTS = 100;

/** Records whether training has taught the networks the adding problem. */
export function recordLearning(context: Context, training: Training): void {
  const { losses, heldOut } = training;
  const { length, trainingSteps, trainingBatch } = context.parameters;
  const { memoryless } = addingProblem({ steps: length });
  const n = context.seeds.length;
  const each = Math.ceil(trainingSteps / POINTS);
  const starts = Array.from({ length: Math.ceil(trainingSteps / each) }, (_, i) => i * each);
  const ends = starts.map((start) => Math.min(start + each, trainingSteps));
  const curves = losses.map((byStep) =>
    starts.map((start) => mean(byStep.slice(start, start + each)))
  );
  context.curves({
    id: "training",
    title: "Loss during training on the adding problem",
    x: { name: "step", label: "step of training", values: ends },
    value: { label: "mean squared error", statistic: "geometric-mean" },
    curves: [{ values: curves }],
    figure: {
      title: "Training on the adding problem",
      caption:
        "The loss leaves the rule, the memoryless baseline of always guessing 1, once the network " +
        `remembers. Mean squared error on fresh sequences of ${length} steps, ${trainingBatch} for each ` +
        `step of training${
          each > 1 ? `, as means of ${each} steps` : ""
        }. Geometric mean over ${n} ` +
        "seeds; band: pointwise 95 % interval over seeds.",
      alt:
        `A line of the loss against steps of training from 0 to ${trainingSteps} on a log axis, ` +
        "with a band and a rule at the loss of guessing the mean.",
      y: { scale: "log" },
      under: [{ mark: "rule", axis: "y", value: memoryless.value, label: memoryless.label }],
    },
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
  recordLearned(context, training, memoryless.value);
}

/** A network has learned the task if its loss is below this share of the memoryless baseline. */
const LEARNED = 0.5;

/** Records which networks have learned the task, and how training changes their gradients. */
function recordLearned(context: Context, training: Training, memoryless: number): void {
  const shares = training.heldOut.map((loss) => loss / memoryless);
  const gradient = byTraining(training);
  context.metric({
    id: "learned",
    label: "share of seeds whose network has a loss below half of the memoryless baseline",
    statistic: "share",
    values: shares.map((share) => share < LEARNED ? 1 : 0),
  });
  context.table({
    id: "not-learned",
    title: "Networks with a loss above half of the memoryless baseline after training",
    columns: [
      { name: "seed", label: "seed" },
      { name: "share", label: "loss over the memoryless baseline's" },
      {
        name: "gradient",
        label:
          "share of the gradient left at the beginning of the sequence, trained over untrained",
      },
    ],
    rows: context.seeds.flatMap((seed, i): CellInput[][] => {
      const share = shares[i] ?? NaN;
      const ratio = gradient[i] ?? NaN;
      if (share < LEARNED) return [];
      return [[seed, share, Number.isFinite(ratio) ? ratio : null]];
    }),
  });
}

/**
 * Records how well linear readouts recover the running sum from the states of networks, and from
 * which units.
 */
export function recordStorage(context: Context, { joint, separate }: Trainings): void {
  context.intervals({
    id: "storage",
    title: "Share of the running sum that a linear readout explains beyond the number of marks",
    names: [{ name: "readout", label: "read from" }, { name: "network", label: "network" }],
    value: { label: "explained share" },
    rows: readouts.flatMap(([key, name]) =>
      networkNames.map((network) => ({
        names: [name, network],
        values: joint[network].map(({ storage }) => storage[key]),
      }))
    ),
    figure: {
      title: "What the state shows of the running sum",
      caption:
        "At 1 a linear readout predicts the sum of the numbers that were marked so far, at 0 no " +
        "more than how many there were. Share of its variance on new sequences that a least-squares " +
        "readout explains beyond the number of marks; units are sorted by the mean of their forget " +
        `gate. Mean over ${context.seeds.length} seeds; lines: 95 % intervals over seeds.`,
      alt:
        "The explained share for four readouts, of the untrained and of the trained network, with " +
        "intervals.",
      y: "readout",
      series: "network",
    },
  });
  for (const network of networkNames) {
    context.metric({
      id: `stored-${network}`,
      label: `explained share of the running sum, all cells, ${network}`,
      values: joint[network].map(({ storage }) => storage.cell),
    });
  }
  if (context.parameters.hiddenSize === 1) {
    context.unmeasured("long-units-store-sum", "One unit has no quarters.");
    return;
  }
  context.claim("long-units-store-sum", {
    values: advantages(joint),
    parts: {
      "most open": joint.trained.map(({ storage }) => storage.open),
      "least open": joint.trained.map(({ storage }) => storage.closed),
    },
    alternatives: [{ name: SEPARATE, values: advantages(separate) }],
  });
}

/**
 * Computes the difference in explained variance between the most and the least open units, by seed.
 */
function advantages({ trained }: Training): number[] {
  return trained.map(({ storage: { open, closed } }) => open - closed);
}
