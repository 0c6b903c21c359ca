import { addingProblem } from "../../data/adding_problem.ts";
import { alternatingSign } from "../../data/alternating_sign.ts";
import { copyMemory } from "../../data/copy_memory.ts";
import { copyTask } from "../../data/copy_task.ts";
import { cumulativeSum } from "../../data/cumulative_sum.ts";
import type { SequenceTask } from "../../data/sequence_task.ts";
import { type Contender, contendersOf } from "../contenders.ts";
import { type Context, sortedLags } from "./parameters.ts";

/** How networks are trained: on the same few sequences again and again, or on fresh ones. */
export type Setting = "memorising" | "learning";

/** One contender on one task: all seeds are trained together. */
export interface Job {
  readonly setting: Setting;
  readonly task: SequenceTask;
  /** The lag, where the task is copy memory. */
  readonly lag: number | null;
  /** Whether the task is learnt in few steps. */
  readonly short: boolean;
  readonly contender: Contender;
}

/** The tutorial's three tasks on a few sequences. */
export function memorisingJobs(context: Context): Job[] {
  return perStepTasks(context).flatMap((task) => {
    return jobsOf(context, { setting: "memorising", task, lag: null, short: true });
  });
}

/** The same, the adding problem, and copy memory at each lag, on fresh sequences. */
export function learningJobs(context: Context): Job[] {
  const { addingSteps, copyLength: length, symbols } = context.parameters;
  const jobs = (task: SequenceTask, short: boolean, lag: number | null = null): Job[] =>
    jobsOf(context, { setting: "learning", task, short, lag });
  return [
    ...perStepTasks(context).flatMap((task) => jobs(task, true)),
    ...jobs(addingProblem({ steps: addingSteps }), false),
    ...sortedLags(context).flatMap((lag) => jobs(copyMemory({ lag, length, symbols }), false, lag)),
  ];
}

function perStepTasks({ parameters: { steps, size } }: Context): SequenceTask[] {
  return [copyTask, cumulativeSum, alternatingSign].map((make) => make({ steps, size }));
}

function jobsOf({ parameters: { hiddenSize } }: Context, job: Omit<Job, "contender">): Job[] {
  const { inputSize, outputSize } = job.task;
  const contenders = contendersOf({ inputSize, hiddenSize, outputSize });
  return contenders.map((contender) => ({ ...job, contender }));
}
