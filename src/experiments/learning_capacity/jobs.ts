import { addingProblem } from "../../data/adding_problem.ts";
import { alternatingSign } from "../../data/per_step_tasks.ts";
import { copyMemory } from "../../data/copy_memory.ts";
import { copyTask } from "../../data/per_step_tasks.ts";
import { cumulativeSum } from "../../data/per_step_tasks.ts";
import type { SequenceTask } from "../../data/sequence_task.ts";
import { type Candidate, candidatesOf } from "../architectures.ts";
import { InputError } from "../../core/errors.ts";
import { MAX_CALL_STEPS } from "../../training/call_size.ts";
import { checkBatchSize } from "../memory.ts";
import { type Context, sortedLags, type Values } from "./parameters.ts";

/** A network on a task that needs memory. */
export interface MemoryJob {
  readonly task: SequenceTask;
  /** The lag, if the task is copy memory. */
  readonly lag: number | null;
  /** The number of updates in training. */
  readonly updates: number;
  readonly candidate: Candidate;
}

/** The names of the networks of {@link memoryJobs}, in the order of figures. */
export const memoryNetworks = ["RNN", "RNN, matched", "LSTM", "GRU"] as const;

/** Lists the adding problem and copy memory at each lag, each with every network. */
export function memoryJobs(values: Values): MemoryJob[] {
  const { addingSteps, trainingSteps, copyTrainingSteps, copyLength: length, symbols } = values;
  const tasks: Omit<MemoryJob, "candidate">[] = [
    { task: addingProblem({ steps: addingSteps }), lag: null, updates: trainingSteps },
    ...sortedLags(values).map((lag) => {
      return { task: copyMemory({ lag, length, symbols }), lag, updates: copyTrainingSteps };
    }),
  ];
  return tasks.flatMap((one) =>
    networksOf(values, one.task).map((candidate) => ({ ...one, candidate }))
  );
}

/**
 * Lists the networks of a task: RNN, LSTM and GRU of one hidden size, and the RNN with as many
 * parameters as the LSTM. The GRU has fewer parameters than the LSTM and this RNN.
 */
function networksOf({ hiddenSize }: Values, { inputSize, outputSize }: SequenceTask): Candidate[] {
  return candidatesOf({ inputSize, hiddenSize, outputSize })
    .filter(({ architecture, matching }) => {
      return architecture !== "GRU" || matching === "same hidden size";
    });
}

/** Creates the notebook's three tasks. */
export function notebookTasks({ steps, size }: Values): SequenceTask[] {
  return [copyTask, cumulativeSum, alternatingSign].map((make) => make({ steps, size }));
}

/** Creates the task on which stability is measured. */
export function stabilityTask({ stabilitySteps }: Values): SequenceTask {
  return addingProblem({ steps: stabilitySteps });
}

/**
 * Checks that the longer lag is longer than the shorter one, and that a run fits into memory.
 *
 * @param context The parameters and the seeds.
 * @throws {InputError} If not; the message names the parameter to change.
 */
export function checkSizes({ parameters, seeds }: Pick<Context, "parameters" | "seeds">): void {
  const { shortLag, longLag, trainSequences, testSequences } = parameters;
  const { trainingBatch, testBatch, hiddenSize, validationSeeds, divergenceSeeds } = parameters;
  if (shortLag >= longLag) throw new InputError("longLag", `above shortLag, ${shortLag}`, longLag);
  const sizes = (
    networks: number,
    { steps, inputSize, outputSize }: SequenceTask,
    hidden: number,
  ) => {
    const data = networks * steps * (inputSize + outputSize);
    return { data, pass: data + networks * steps * 6 * hidden };
  };
  const fresh = [
    ...memoryJobs(parameters).map(({ task, candidate }) => ({
      ...{ task, hidden: candidate.hiddenSize },
      networks: Math.max(seeds.length, validationSeeds),
    })),
    {
      ...{ task: stabilityTask(parameters), hidden: hiddenSize },
      networks: Math.max(seeds.length + validationSeeds, divergenceSeeds - seeds.length),
    },
  ];
  for (const { task, hidden, networks } of fresh) {
    const { data, pass } = sizes(networks, task, hidden);
    checkBatchSize("trainingBatch", trainingBatch, pass + MAX_CALL_STEPS * data);
    checkBatchSize("testBatch", testBatch, pass);
  }
  for (const task of notebookTasks(parameters)) {
    const { data, pass } = sizes(seeds.length, task, hiddenSize);
    checkBatchSize("trainSequences", trainSequences, data + pass / trainSequences);
    checkBatchSize("testSequences", testSequences, pass);
  }
}
