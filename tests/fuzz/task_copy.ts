import { dirname } from "node:path";
import { age, copyPaths, pathsOf } from "./faults/folders.ts";
import type { Fault } from "./faults/file_operations.ts";
import { type Outcome, ProjectCopy } from "../tasks/project_copy.ts";

/** The exit code, output and file operations of a process. */
export interface ProcessOutcome extends Outcome {
  readonly signal: Deno.Signal | null;
  /** The operations that changed files. */
  readonly operations: readonly string[];
}

/** A copy of the project in which a task is disturbed repeatedly. */
export class TaskCopy implements AsyncDisposable {
  readonly #project: ProjectCopy;
  /** The paths of the project itself, without the files that its tasks write. */
  readonly #own: ReadonlySet<string>;

  private constructor(project: ProjectCopy, own: ReadonlySet<string>) {
    this.#project = project;
    this.#own = own;
  }

  /** Creates a copy that is ready to run tasks. */
  static async make(): Promise<TaskCopy> {
    const project = await ProjectCopy.make();
    const { code, err } = await project.task("report", "--help");
    if (code !== 0) throw new Error(`A copy of the project runs no task: ${err}`);
    return new TaskCopy(project, new Set(await pathsOf(project.folder)));
  }

  /** The folder of the copy. */
  get folder(): string {
    return this.#project.folder;
  }

  /** Lists the paths of the files and folders that tasks made in the copy. */
  async made(): Promise<string[]> {
    return (await pathsOf(this.folder)).filter((path) => !this.#own.has(path));
  }

  /** Replaces the files that tasks made by the content of a folder. */
  async put(from: string): Promise<void> {
    // A folder is listed before its content. In reverse order, each folder is empty when it is
    // removed.
    for (const path of (await this.made()).reverse()) await Deno.remove(`${this.folder}/${path}`);
    await copyPaths(from, this.folder, await pathsOf(from));
  }

  /** Copies the files that tasks made to an empty folder. */
  async take(to: string): Promise<void> {
    await copyPaths(this.folder, to, await this.made());
  }

  /** Makes the project's state and the files that tasks made a day older. */
  async age(): Promise<void> {
    await age(this.folder);
  }

  /** Starts the program of a task, with or without a fault in its file operations. */
  async start(args: readonly string[], fault: Fault | null = null): Promise<RunningTask> {
    const log = `${await Deno.makeTempDir({ prefix: "unroll-fuzz-" })}/operations`;
    await Deno.writeTextFile(log, "");
    const [task = "", ...rest] = args;
    const [run = "", ...program] = await this.#project.program(task, rest);
    const settings = encodeURIComponent(JSON.stringify({ below: this.folder, fault, log }));
    const preload = `${new URL("faults/preload.ts", import.meta.url)}#${settings}`;
    // The preloaded module writes a log, for which the permissions of the task are not enough.
    const own = program.filter((arg) => !/^--(allow|deny|ignore)-/.test(arg));
    const child = new Deno.Command(Deno.execPath(), {
      args: [run, "-A", "--preload", preload, ...own],
      cwd: this.folder,
      env: { NO_COLOR: "1", INIT_CWD: this.folder },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new RunningTask(child, log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project[Symbol.asyncDispose]();
  }
}

/** A running task. */
export class RunningTask {
  readonly #log: string;
  readonly #output: Promise<Deno.CommandOutput>;

  constructor(readonly child: Deno.ChildProcess, log: string) {
    this.#log = log;
    this.#output = child.output();
  }

  /** Waits until the task ends. */
  async outcome(): Promise<ProcessOutcome> {
    const { code, signal, stdout, stderr } = await this.#output;
    const operations = (await Deno.readTextFile(this.#log)).split("\n").filter((line) =>
      line !== ""
    );
    await Deno.remove(dirname(this.#log), { recursive: true });
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, signal, operations, out: text(stdout), err: text(stderr) };
  }
}

/**
 * Checks how a task reports a failure: in words, without a stack.
 *
 * @param outcome The outcome of the task.
 * @returns The problem; `null` if there is none.
 */
export function wrongEnding({ code, err }: ProcessOutcome): string | null {
  const said = `It ended with ${code} and said\n${err}`;
  if (/^ +at |Uncaught|\[object /m.test(err)) return said;
  return [1, 2].includes(code) && /error: |failed: /.test(err) ? null : said;
}
