import {
  classify,
  lostFile,
  mayStay,
  prepareTask,
  report,
  type SmallTask,
  train,
} from "../small_tasks.ts";
import { type ProcessOutcome, TaskCopy, wrongEnding } from "../task_copy.ts";
import { pathsOf } from "./folders.ts";
import type { Ending, Scenario } from "./scenario.ts";

/** Makes the scenario of a task that runs in a separate process. */
function processScenario(name: string, task: SmallTask): Scenario {
  let copy: TaskCopy | undefined;
  const project = async () => copy ??= await TaskCopy.make();
  return {
    name,
    async prepare(folder) {
      const tasks = await project();
      await prepareTask(tasks, task, folder);
    },
    async work(folder, fault) {
      const tasks = await project();
      await tasks.put(folder);
      if (fault === null) await tasks.age();
      const outcome = await (await tasks.start(task.args, fault)).outcome();
      for (const path of (await pathsOf(folder)).reverse()) await Deno.remove(`${folder}/${path}`);
      await tasks.take(folder);
      return endingOf(outcome);
    },
    isWhole: (folder) => lostFile(task, folder),
    same: task.same,
    // Finished parts and runs may be kept, and so may a new description of a training.
    isKept: (path) => /^\.unroll\/(parts|runs)\/.*(\.json|\/)$/.test(path),
    mayStay,
    oneWay: true,
    async close() {
      await copy?.[Symbol.asyncDispose]();
      copy = undefined;
    },
  };
}

function endingOf(outcome: ProcessOutcome): Ending {
  const { code, signal, operations, err } = outcome;
  if (signal === "SIGKILL") return { end: "killed", operations, wrong: null };
  const notKept = err.includes("New runs are not kept: ");
  if (code === 0) return { end: "done", operations, wrong: null, notKept };
  return { end: "refused", operations, wrong: wrongEnding(outcome) };
}

/** A report that replaces another. */
export const reportProcess = processScenario("report-process", report);

/** A training that continues. */
export const trainProcess = processScenario("train-process", train);

/** A training of a classifier. */
export const classifyProcess = processScenario("classify-process", classify);
