import { dirname } from "node:path";
import type { TaskCopy } from "./task_copy.ts";
import { reviews } from "../tasks/classify/reviews.ts";
import { tiny } from "../tasks/project_copy.ts";

/**
 * A task that is disturbed, and an earlier call of it with other settings, which makes the old
 * state.
 */
export interface SmallTask {
  readonly before: readonly string[];
  readonly args: readonly string[];
  /** Files that the task reads, by path; by default there are none. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Files of the user, in the folders of the task and beside them. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether a file has the same bytes in each run. Other files have times. */
  readonly same: (path: string) => boolean;
}

/** Whether a path may be left by any run: locks, the last error, and folders of drafts. */
export function mayStay(path: string): boolean {
  return /^\.unroll\/(last-error\.txt|locks\/.*)?$|\/\.unroll-lock$|\/(\.unroll-)?drafts\/$/.test(
    path,
  );
}

const experiment = ["experiment", "vanishing-gradients", ...tiny, "--out", "site"];

/** A report of one experiment, which takes a second or two. */
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

/** A training on a few sentences, which takes a second or two. */
export const train: SmallTask = {
  before: [...training, "--epochs", "1"],
  args: [...training, "--epochs", "3"],
  users: { "model/notes.txt": "mine\n", "model.1.draft": "mine\n" },
  same: () => true,
};

const classifying = [
  ...["classify", "--train", "reviews.csv", "--backend", "cpu", "--embedding", "4"],
  ...["--hidden", "5", "--batch", "8", "--epochs", "4", "--patience", "4"],
];

/** A training of a classifier of a few reviews, which takes a second or two. */
export const classify: SmallTask = {
  before: [...classifying, "--out", "other"],
  args: [...classifying, "--out", "model"],
  inputs: { "reviews.csv": reviews(60) },
  users: { "other/notes.txt": "mine\n", "model.1.draft": "mine\n" },
  same: () => true,
};

/**
 * Creates the state before a task is disturbed: the old state, and files of the user.
 *
 * @param tasks The copy that runs the task, in which nothing was run before.
 * @param task The task.
 * @param folder An empty folder, to which the state is copied.
 */
export async function prepareTask(tasks: TaskCopy, task: SmallTask, folder: string): Promise<void> {
  for (const [path, text] of Object.entries(task.inputs ?? {})) {
    await Deno.writeTextFile(`${tasks.folder}/${path}`, text);
  }
  const { code, err } = await (await tasks.start(task.before)).outcome();
  if (code !== 0) throw new Error(`Before it: ${err}`);
  await tasks.take(folder);
  for (const [path, text] of Object.entries(task.users)) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}

/**
 * Checks the files of the user.
 *
 * @param task The task.
 * @param folder The folder of the files.
 * @returns The problem of one file; `null` if all are unchanged.
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
