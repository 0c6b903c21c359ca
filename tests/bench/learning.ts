import type { BackendDescription } from "../../src/core/backend.ts";
import type { NDArray } from "../../src/core/nd_array.ts";
import { sideBySide } from "../../src/data/sequence_task.ts";
import { defineExperiment } from "../../src/harness/experiment.ts";
import { learningCapacity } from "../../src/experiments/learning_capacity/experiment.ts";
import {
  notebookJobs,
  type NotebookOutcome,
  notebookTraining,
  runNotebookTasks,
} from "../../src/experiments/learning_capacity/notebook_tasks.ts";
import type { Context } from "../../src/experiments/learning_capacity/parameters.ts";
import { networksOf } from "../../src/experiments/learning_capacity/train.ts";
import { runExperiment } from "../../src/harness/run.ts";
import type { Tensor } from "./data.ts";

/** Parameters of `learning-capacity` that differ from its own. */
export type Given = Partial<Context["parameters"]>;

/** The seeds that are trained together; the first one's numbers are given to the peers too. */
export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/**
 * What `learning-capacity` does with the notebook's tasks, by its own code and for all seeds
 * together: draws data and networks, trains, tests, reads results.
 */
export async function learn(
  backend: BackendDescription,
  given: Given = {},
  seeds: readonly number[] = SEEDS,
): Promise<readonly NotebookOutcome[]> {
  const outcomes: NotebookOutcome[] = [];
  await inExperiment(backend, given, seeds, async (context) => {
    outcomes.push(...await runNotebookTasks(context));
  });
  return outcomes;
}

/**
 * The numbers that the first seed starts from: of each network the parameters, by its task and
 * architecture, and of each task the sequences x and target [number, sequence, batch 1, feature] for
 * training, test_x and test_target [sequence, batch, feature].
 */
export async function drawLearning(
  backend: BackendDescription,
  given: Given = {},
): Promise<readonly Tensor[]> {
  const tensors = new Map<string, Tensor>();
  // Without the axis of seeds: there is one.
  const add = (name: string, { shape, data }: NDArray, seedAxis = 0, parameter = false): void => {
    tensors.set(name, { name, shape: shape.toSpliced(seedAxis, 1), parameter, values: data });
  };
  await inExperiment(backend, given, SEEDS.slice(0, 1), async (context) => {
    for (const job of notebookJobs(context)) {
      const { task: { name }, architecture } = job;
      const training = notebookTraining(context, job);
      const { draw, known = [], test } = training;
      const network = networksOf(training);
      for (const [parameter, value] of Object.entries(await network.stateDict())) {
        add(`${name}/${architecture}/${parameter}`, value, 0, true);
      }
      network.dispose();
      const trained = sideBySide(known.map((_, i) => draw(i)));
      add(`${name}/x`, trained.x, 1);
      add(`${name}/target`, trained.target, 1);
      add(`${name}/test_x`, test.x);
      add(`${name}/test_target`, test.target);
    }
  });
  return [...tensors.values()];
}

/** Does something with the context of the experiment, and with its sources of random numbers. */
async function inExperiment(
  backend: BackendDescription,
  parameters: Given,
  seeds: readonly number[],
  run: (context: Context) => Promise<void>,
): Promise<void> {
  const hypotheses = { claims: {}, checks: {} };
  const part = defineExperiment({ ...learningCapacity, hypotheses, run });
  await runExperiment(part, { parameters, seeds, backend });
}
