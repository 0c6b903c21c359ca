import { addingProblem } from "../../data/adding_problem.ts";
import { alternatingSign } from "../../data/alternating_sign.ts";
import { copyMemory } from "../../data/copy_memory.ts";
import { copyTask } from "../../data/copy_task.ts";
import { cumulativeSum } from "../../data/cumulative_sum.ts";
import type { SequenceTask } from "../../data/sequence_task.ts";
import { type Contender, contendersOf } from "../contenders.ts";
import { CHUNK } from "../../training/chunk.ts";
import { checkBatchSize } from "../memory.ts";
import { type Context, sortedLags, type Values } from "./parameters.ts";

/** How networks are trained: on the same few sequences again and again, or on fresh ones. */
export type Setting = "memorising" | "learning";

/** One contender on one task: all seeds are trained together. */
export interface Job {
  readonly setting: Setting;
  readonly task: SequenceTask;
  /** The lag, where the task is copy memory. */
  readonly lag: number | null;
  /** Whether the task is one of the tutorial's three, which are trained for fewer steps. */
  readonly perStep: boolean;
  readonly contender: Contender;
}

/** The tutorial's three tasks on a few sequences. */
export function memorisingJobs(values: Values): Job[] {
  return perStepTasks(values).flatMap((task) => {
    return jobsOf(values, { setting: "memorising", task, lag: null, perStep: true });
  });
}

/** The same, the adding problem, and copy memory at each lag, on fresh sequences. */
export function learningJobs(values: Values): Job[] {
  const { addingSteps, copyLength: length, symbols } = values;
  const jobs = (task: SequenceTask, perStep: boolean, lag: number | null = null): Job[] =>
    jobsOf(values, { setting: "learning", task, perStep, lag });
  return [
    ...perStepTasks(values).flatMap((task) => jobs(task, true)),
    ...jobs(addingProblem({ steps: addingSteps }), false),
    ...sortedLags(values).flatMap((lag) => jobs(copyMemory({ lag, length, symbols }), false, lag)),
  ];
}

function perStepTasks({ steps, size }: Values): SequenceTask[] {
  return [copyTask, cumulativeSum, alternatingSign].map((make) => make({ steps, size }));
}

function jobsOf({ hiddenSize }: Values, job: Omit<Job, "contender">): Job[] {
  const { inputSize, outputSize } = job.task;
  const contenders = contendersOf({ inputSize, hiddenSize, outputSize });
  return contenders.map((contender) => ({ ...job, contender }));
}

/** Checks that a run fits into memory. @throws {InputError} Naming the parameter to lower. */
export function checkSizes({ parameters, seeds }: Pick<Context, "parameters" | "seeds">): void {
  const { trainSequences, testSequences, trainingBatch, testBatch } = parameters;
  const jobs = [...memorisingJobs(parameters), ...learningJobs(parameters)];
  for (const { setting, task, contender: { hiddenSize } } of jobs) {
    const { steps, inputSize, outputSize } = task;
    const data = seeds.length * steps * (inputSize + outputSize);
    const pass = data + seeds.length * steps * 6 * hiddenSize;
    if (setting === "memorising") {
      checkBatchSize("trainSequences", trainSequences, data + pass / trainSequences);
      checkBatchSize("testSequences", testSequences, pass);
    } else {
      checkBatchSize("trainingBatch", trainingBatch, pass + CHUNK * data);
      checkBatchSize("testBatch", testBatch, pass);
    }
  }
}
