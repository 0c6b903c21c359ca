import { npmCacheFolder, programOf } from "../../tasks/start.ts";
import { copy } from "./copy.ts";

/** What a task did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A copy of the project, as a fresh checkout would have it, to run tasks in. */
export class ProjectCopy implements AsyncDisposable {
  /** Whether a task has run here and has written the import map. */
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
   * Runs a task to its end: the first call by `deno task`, further ones by the program that it would
   * start, which takes a third of the time.
   */
  async task(task: string, ...args: readonly string[]): Promise<Outcome> {
    if (this.#prepared) {
      return outcome(await this.#command(await this.program(task, args)).output());
    }
    this.#prepared = true;
    return await this.taskWith({}, task, ...args);
  }

  /** Runs `deno task` here to its end, with more environment variables. */
  async taskWith(
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<Outcome> {
    return outcome(await this.#command(["task", "--quiet", ...args], env).output());
  }

  /**
   * Starts the program of a task without `deno task` around it, so that a signal reaches it. A
   * task must have run here before.
   */
  async spawn(task: string, ...args: readonly string[]): Promise<Deno.ChildProcess> {
    return this.#command(await this.program(task, args)).spawn();
  }

  /** Starts the program of a task, as {@link spawn} does, with a standard input of its own. */
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

  /** The arguments of Deno that run the program of a task. */
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
      // Of the tests' own `deno task`, INIT_CWD would name the checkout.
      env: { NO_COLOR: "1", INIT_CWD: this.folder, ...env },
    });
  }

  /** Every file below a folder of the copy by relative path, as text. */
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
