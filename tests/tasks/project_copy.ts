import { npmCacheFolder, programOf } from "../../tasks/start.ts";
import { copy } from "./copy.ts";

/** The exit code and the output of a task. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A copy of the project with the files of a fresh checkout, for running tasks. */
export class ProjectCopy implements AsyncDisposable {
  /** Whether a task has run in the copy, so that the import map exists. */
  #prepared = false;

  private constructor(readonly folder: string) {}

  /** Copies what the tasks need into a temporary folder. */
  static async make(): Promise<ProjectCopy> {
    const folder = await Deno.makeTempDir({ prefix: "unroll-" });
    const root = new URL("../../", import.meta.url);
    for (const name of ["deno.json", "deno.lock", "mod.ts", "src", "tasks", "tools"]) {
      await copy(new URL(name, root), `${folder}/${name}`);
    }
    await Deno.mkdir(`${folder}/reports`);
    for await (const { name } of Deno.readDir(new URL("reports/", root))) {
      if (!name.endsWith(".md")) continue;
      await copy(new URL(`reports/${name}`, root), `${folder}/reports/${name}`);
    }
    return new ProjectCopy(folder);
  }

  /**
   * Runs a task to its end. The first call runs `deno task`; later calls start its program
   * directly, which takes a third of the time.
   */
  async task(task: string, ...args: readonly string[]): Promise<Outcome> {
    if (this.#prepared) {
      return outcome(await this.#command(await this.program(task, args)).output());
    }
    this.#prepared = true;
    return await this.taskWith({}, task, ...args);
  }

  /** Runs `deno task` in the copy to its end, with more environment variables. */
  async taskWith(
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<Outcome> {
    return outcome(await this.#command(["task", "--quiet", ...args], env).output());
  }

  /**
   * Starts the program of a task without `deno task`, so that a signal reaches the program. A task
   * must have run in the copy before.
   */
  async spawn(task: string, ...args: readonly string[]): Promise<Deno.ChildProcess> {
    return this.#command(await this.program(task, args)).spawn();
  }

  /**
   * Starts the program of a task like {@link spawn}, with a standard input that the test writes.
   */
  async spawnWithInput(
    input: Uint8Array,
    task: string,
    ...args: readonly string[]
  ): Promise<Deno.ChildProcess> {
    const child = this.#command(await this.program(task, args), {}, "piped").spawn();
    const writer = child.stdin.getWriter();
    await writer.write(input);
    await writer.close();
    return child;
  }

  /** Returns the arguments of Deno that run the program of a task. */
  async program(task: string, args: readonly string[]): Promise<string[]> {
    const config = JSON.parse(await Deno.readTextFile(`${this.folder}/deno.json`));
    const [, words = ""] = / tasks\/start\.ts (.*)$/.exec(config.tasks[task].command) ?? [];
    const [name = "", ...own] = words.split(" ");
    const place = { root: this.folder, caller: this.folder, npmCache: await npmCacheFolder() };
    return await programOf(name, [...own, ...args], place);
  }

  #command(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    stdin?: "piped",
  ): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.folder,
      ...(stdin ? { stdin } : {}),
      stdout: "piped",
      stderr: "piped",
      // The INIT_CWD of the `deno task` that runs the tests would name the checkout.
      env: { NO_COLOR: "1", INIT_CWD: this.folder, ...env },
    });
  }

  /** Reads the text of every file below a folder of the copy, by relative path. */
  async read(below: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const visit = async (path: string): Promise<void> => {
      for await (const entry of Deno.readDir(`${this.folder}/${below}/${path}`)) {
        const place = `${path}${entry.name}`;
        if (entry.isDirectory) await visit(`${place}/`);
        else found.set(place, await Deno.readTextFile(`${this.folder}/${below}/${place}`));
      }
    };
    await visit("");
    return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

function outcome({ code, stdout, stderr }: Deno.CommandOutput): Outcome {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Flags that make `vanishing-gradients` run in well under a second on the cpu backend. */
export const tiny: readonly string[] = [
  "--backend",
  "cpu",
  "--set",
  "hiddenSize=4",
  "--set",
  "lengths=3,6",
  "--set",
  "gains=0.5,1",
  "--set",
  "steps=20",
  "--set",
  "widths=4,8",
];
