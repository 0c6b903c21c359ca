import { mean } from "../../statistics/descriptive.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { alternatingSign } from "../../data/per_step_tasks.ts";
import { copyTask } from "../../data/per_step_tasks.ts";
import { cumulativeSum } from "../../data/per_step_tasks.ts";
import { type Sample, stackSamples } from "../../data/sequence_task.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit } from "../../training/fit.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { NotebookNetwork } from "./networks.ts";
import {
  type Context,
  learning,
  learningSeeds,
  type Measuring,
  type NetworkKey,
  networkKeys,
  sizes,
  sources,
  type TaskKey,
  taskKeys,
} from "./parameters.ts";

/**
 * The origin of the network of section 4.2 on a task. `"carried"`: the network of the task before,
 * as in the notebook's code. `"fresh"`: a new network. `"ten outputs"`: the network of the task
 * before, with as many outputs as inputs, which is another way to avoid the crash in line 1330.
 */
export const arms = ["carried", "fresh", "ten outputs"] as const;

/** One of the {@link arms}. */
export type Arm = (typeof arms)[number];

/** The outcome of one seed's network on one task. */
export interface TaskResult {
  /** The mean loss of each epoch. The loss of a sequence is measured before its update. */
  readonly losses: readonly number[];
  /** The mean loss on the test sequences after training. */
  readonly test: number;
}

/** The results by task, of shape [seed]. */
export type ArmResults = Readonly<Record<TaskKey, readonly TaskResult[]>>;

const makers = { copy_task: copyTask, sum_task: cumulativeSum, pattern_task: alternatingSign };

/**
 * Trains one kind of network on the tasks in order, with all seeds side by side.
 *
 * @returns The results. The arm `"fresh"` has no result on the first task, on which the networks of
 * all arms are fresh.
 */
export async function learn(
  context: Measuring,
  key: NetworkKey,
  arm: Arm,
  { signal, progress }: PartProgress,
): Promise<ArmResults> {
  const { epochs } = context.parameters;
  const outputSize = arm === "ten outputs" ? sizes.inputSize : sizes.outputSize;
  const make = (task: TaskKey) =>
    new NotebookNetwork({
      ...{ key, outputSize },
      // On the first task, the networks are those of section 4.1, so they have the same sources.
      random: arm === "fresh" && task !== taskKeys[0]
        ? sources(context, "section 4", "weights", key, task)
        : sources(context, "section 4", "weights", key),
    });
  const loss = new MSELoss();
  const results: Partial<Record<TaskKey, TaskResult[]>> = {};
  const tasks = taskKeys.slice(arm === "fresh" ? 1 : 0);
  let network = make(tasks[0] ?? taskKeys[0]);
  try {
    for (const [i, task] of tasks.entries()) {
      if (arm === "fresh" && i > 0) {
        network.dispose();
        network = make(task);
      }
      const { training, test } = drawTask(context, key, task, outputSize);
      const inputs = (sample: Sample) => ({ ...sample, x: network.inputs(sample.x) });
      const batches = training.map(inputs);
      const adam = new Adam(network.inner, { learningRate: learning.learningRate });
      const steps = epochs * learning.trainSequences;
      try {
        const losses = await fit(network.inner, loss, adam, {
          ...{ steps, signal },
          draw: (step) => batches[step % batches.length] ?? inputs(test),
          onStep: (done) => progress(i * steps + done, tasks.length * steps),
        });
        const tests = await evaluate(network.inner, loss, inputs(test));
        results[task] = context.seeds.map((_, r) => ({
          losses: epochLosses(losses.map((own) => own[r] ?? NaN)),
          test: tests[r] ?? NaN,
        }));
      } finally {
        adam.dispose();
      }
    }
  } finally {
    network.dispose();
  }
  const { copy_task = [], sum_task = [], pattern_task = [] } = results;
  return { copy_task, sum_task, pattern_task };
}

/**
 * Draws the sequences of a task. The notebook draws new sequences for every network (line 1316).
 */
export function drawTask(
  context: Pick<Measuring, "seeds" | "random">,
  key: NetworkKey,
  task: TaskKey,
  outputSize: number,
): { readonly training: readonly Sample[]; readonly test: Sample } {
  const { steps, trainSequences, testSequences } = learning;
  const { draw } = makers[task]({ steps, size: sizes.inputSize });
  const random = sources(context, "section 4", "sequences", key, task);
  const next = (batch: number): Sample => {
    const { x, target } = stackSamples(random.map((source) => draw(batch, source)));
    return { x, target: firstOf(target, outputSize) };
  };
  const training = Array.from({ length: trainSequences }, () => next(1));
  return { training, test: next(testSequences) };
}

/** Returns the first features of each row. */
function firstOf({ shape, data }: NDArray, count: number): NDArray {
  const width = shape.at(-1) ?? 0;
  const rows = data.length / width;
  const kept = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    kept.set(data.subarray(row * width, row * width + count), row * count);
  }
  return { shape: [...shape.slice(0, -1), count], data: kept };
}

/** Averages the losses of the updates of each epoch. */
function epochLosses(losses: readonly number[]): number[] {
  const { trainSequences } = learning;
  return Array.from(
    { length: losses.length / trainSequences },
    (_, epoch) => mean(losses.slice(epoch * trainSequences, (epoch + 1) * trainSequences)),
  );
}

/**
 * Finds the first epoch, counted from 0, whose loss is below the notebook's limit (line 1352).
 * If no loss is below it, returns the number of epochs.
 */
export function convergenceEpoch(losses: readonly number[]): number {
  const found = losses.findIndex((loss) => loss < learning.converged);
  return found < 0 ? losses.length : found;
}

/** Trains every network in every arm. */
export async function learnAll(
  context: Context,
): Promise<Record<Arm, Record<NetworkKey, ArmResults>>> {
  const trained = { ...context, seeds: learningSeeds(context) };
  const each = async (arm: Arm): Promise<Record<NetworkKey, ArmResults>> => {
    const [rnn, lstm, gru] = await context.each(
      `section 4.2, ${arm}`,
      networkKeys,
      (key, part) => learn(trained, key, arm, part),
    );
    const nothing: ArmResults = { copy_task: [], sum_task: [], pattern_task: [] };
    return {
      Vanilla_RNN: rnn ?? nothing,
      Custom_LSTM: lstm ?? nothing,
      PyTorch_GRU: gru ?? nothing,
    };
  };
  const carried = await each("carried");
  const later = await each("fresh");
  // On the first task the networks of the arm `"carried"` are also those of `"fresh"`.
  const fresh = (key: NetworkKey): ArmResults => ({
    ...later[key],
    copy_task: carried[key].copy_task,
  });
  return {
    carried,
    fresh: {
      Vanilla_RNN: fresh("Vanilla_RNN"),
      Custom_LSTM: fresh("Custom_LSTM"),
      PyTorch_GRU: fresh("PyTorch_GRU"),
    },
    "ten outputs": await each("ten outputs"),
  };
}
