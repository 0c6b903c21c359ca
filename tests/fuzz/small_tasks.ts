import { dirname } from "node:path";
import type { TaskCopy } from "./task_copy.ts";
import { tiny } from "../tasks/project_copy.ts";

/** A task that is disturbed, and the same before with other settings, for there to be an old state. */
export interface SmallTask {
  readonly before: readonly string[];
  readonly args: readonly string[];
  /** Files of the user's, in what the task makes and beside it. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether a file has the same bytes in each run: others hold times. */
  readonly same: (path: string) => boolean;
}

/** What may be there after any run: locks, the last error, and folders for drafts alone. */
export function mayStay(path: string): boolean {
  return /^\.unroll\/(last-error\.txt|locks\/.*)?$|\/\.unroll-lock$|\/(\.unroll-)?drafts\/$/.test(
    path,
  );
}

const experiment = ["experiment", "vanishing-gradients", ...tiny, "--out", "site"];

/** A report of one experiment, in a second or two. */
export const report: SmallTask = {
  before: [...experiment, "--seeds", "1"],
  args: [...experiment, "--seeds", "3"],
  users: {
    "site/CNAME": "example.org\n",
    "site/data/notes.txt": "mine\n",
    "site.2024.last/index.html": "a backup\n",
    "site.1.next/index.html": "another\n",
  },
  same: (path) =>
    !/\.html$|^site\/data\/manifest\.json$|^site\/machine\/|^\.unroll\/runs\//.test(path),
};

const training = [
  ...["train", "--corpus", "sentences", "--out", "model", "--backend", "cpu", "--embedding", "4"],
  ...["--hidden", "6", "--layers", "1", "--dropout", "0", "--length", "5", "--batch", "4"],
  ...["--checkpoint-steps", "4"],
];

/** A training on some sentences, in a second or two. */
export const train: SmallTask = {
  before: [...training, "--epochs", "1"],
  args: [...training, "--epochs", "3"],
  users: { "model/notes.txt": "mine\n", "model.1.draft": "mine\n" },
  same: () => true,
};

/**
 * Makes what is there before a task is disturbed: the old state, and files of the user's.
 *
 * @param tasks Runs it; nothing was run there before.
 * @param task The task.
 * @param folder An empty folder that gets all of it.
 */
export async function prepareTask(tasks: TaskCopy, task: SmallTask, folder: string): Promise<void> {
  const { code, err } = await (await tasks.start(task.before)).outcome();
  if (code !== 0) throw new Error(`Before it: ${err}`);
  await tasks.take(folder);
  for (const [path, text] of Object.entries(task.users)) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}

/**
 * What became of the user's files.
 *
 * @param task The task.
 * @param folder Where they are.
 * @returns What is wrong with one of them; `null` if all are as they were.
 */
export async function lostFile(task: SmallTask, folder: string): Promise<string | null> {
  for (const [path, text] of Object.entries(task.users)) {
    const found = await Deno.readTextFile(`${folder}/${path}`).catch(() => null);
    if (found !== text) {
      return `A file of the user's is ${found === null ? "lost" : "changed"}: ${path}`;
    }
  }
  return null;
}
