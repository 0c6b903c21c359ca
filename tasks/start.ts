/**
 * Starts a task in a process of its own that may read and write what the task needs and no more:
 * the project, Deno's npm cache, and what the command line names. Packages are loaded there alone,
 * from npm and, if the import map names it, from JSR.
 *
 *     start.ts report --out public
 *
 * This process has all rights that the other one may need; like `setup.ts` it imports no package.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare, registry } from "./setup.ts";

/** What the values of a flag give a task the right to do. */
type Right = "read" | "write";

/** What a task may do. Paths are the project's. */
interface Task {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Where its site goes without `--out`. */
  readonly site?: (args: readonly string[]) => string;
  /** The address that it may serve at. */
  readonly net?: string;
  /** Flags that name a path; `NAME` stands for `--NAME`, `set NAME` for `--set NAME=PATH`. */
  readonly flags: Readonly<Record<string, Right>>;
  /** What may be done with the other arguments. */
  readonly operands?: Right;
}

/** What every task reads: its own source, and the list of its packages. */
const source = ["deno.json", "deno.lock", "src", "tasks"];

/** A report reads the pages, and writes the site beside them and its runs to `.unroll`. */
const report: Task = {
  read: [...source, "reports", ".git", ".unroll"],
  write: [".unroll"],
  site: () => "reports/site",
  flags: { out: "write" },
};

/** The tasks, by the name of their file. */
const tasks: Readonly<Record<string, Task>> = {
  report,
  experiment: {
    ...report,
    site: ([id]) => `reports/${id}`,
    flags: { ...report.flags, "set corpus": "read" },
  },
  preview: { ...report, net: "127.0.0.1" },
  verify: {
    read: [...source, "reports", ".unroll"],
    write: [".unroll"],
    flags: { read: "read" },
    operands: "read",
  },
  train: {
    read: [...source, ".unroll"],
    write: [".unroll"],
    flags: { corpus: "read", out: "write" },
  },
  generate: { read: [...source, ".unroll"], write: [".unroll"], flags: { model: "read" } },
  wasm: { read: ["."], write: ["src/kernels/wasm"], flags: {} },
  arrows: { read: ["."], write: [], flags: {} },
  doc_lint: { read: ["."], write: [], flags: {} },
};

/** The names of the tasks, which are those of their files. */
export const taskNames: readonly string[] = Object.keys(tasks);

/** Flags that take no value; all others do. The usages cannot be read here: they import packages. */
export const SWITCHES: ReadonlySet<string> = new Set([
  ...["--check", "--fresh", "--help", "-h", "--intervals", "--tie"],
]);

/** Where a task is started. */
export interface Place {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The folder that paths on the command line are relative to. */
  readonly caller: string;
  /** Where Deno keeps npm packages. */
  readonly npmCache: string;
}

/**
 * The arguments of the `deno` that runs a task.
 *
 * @param name The task's file: `"report"`.
 * @param args The task's own arguments.
 */
export async function programOf(
  name: string,
  args: readonly string[],
  { root, caller, npmCache }: Place,
): Promise<string[]> {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) throw new Error(`No task is called ${name}`);
  const own = (paths: readonly string[]) => paths.map((path) => resolve(root, path));
  const read = [...own(task.read), npmCache];
  const write = own(task.write);
  const named = namedPaths(task, args).map(([right, path]) => ({
    right,
    path: resolve(caller, path),
  }));
  if (task.site && !named.some(({ right }) => right === "write")) {
    named.push({ right: "write", path: resolve(root, task.site(args)) });
  }
  for (const { right, path } of named) {
    for (const place of await placesOf(path)) {
      const granted = right === "write" ? await outermostMissing(place) : place;
      read.push(granted);
      if (right === "write") write.push(granted);
    }
  }
  const allow = (right: Right, paths: readonly string[]) =>
    paths.length === 0 ? [] : [`--allow-${right}=${paths.map(withoutComma).join()}`];
  const importMap = resolve(root, ".unroll/import_map.json");
  return [
    ...["run", `--import-map=${importMap}`, "--no-prompt", await remoteCode(importMap)],
    ...["--ignore-env", "--allow-env=XDG_RUNTIME_DIR,INIT_CWD"],
    ...[...allow("read", read), ...allow("write", write)],
    ...(task.net === undefined ? [] : [`--allow-net=${task.net}`]),
    ...[resolve(root, `tasks/${name}.ts`), ...args],
  ];
}

/** The flag by which code comes from the project, npm and the registries of an import map alone. */
async function remoteCode(importMap: string): Promise<string> {
  const text = await Deno.readTextFile(importMap).catch(() => "");
  return text.includes('"jsr:') ? `--allow-import=${new URL(registry()).host}` : "--no-remote";
}

/** A path; if it has a comma, which parts two paths in a flag of Deno, the nearest one above it. */
function withoutComma(path: string): string {
  return path.includes(",") ? withoutComma(dirname(path)) : path;
}

/** The paths that a command line names, with what may be done there. */
function namedPaths(task: Task, args: readonly string[]): [Right, string][] {
  const found: [Right, string][] = [];
  let onlyOperands = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (onlyOperands || !/^-./s.test(arg)) {
      if (task.operands) found.push([task.operands, arg]);
      continue;
    }
    if (arg === "--") {
      onlyOperands = true;
      continue;
    }
    if (SWITCHES.has(arg)) continue;
    const [, flag = "", joined] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const value = joined ?? args[++i];
    if (value === undefined) break;
    const [, setting = "", set = ""] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
    const [right, path] = flag === "set"
      ? [task.flags[`set ${setting.trim()}`], set.trim()]
      : [task.flags[flag], value];
    if (right !== undefined && path !== "") found.push([right, path]);
  }
  return found;
}

/** A path, and what it points to if it is a link. */
async function placesOf(path: string): Promise<string[]> {
  const places = [path];
  for (let at = path; places.length < 40;) {
    const info = await Deno.lstat(at).catch(() => null);
    if (!info?.isSymlink) break;
    at = resolve(dirname(at), await Deno.readLink(at));
    places.push(at);
  }
  const real = await Deno.realPath(path).catch(() => null);
  if (real !== null && real !== places.at(-1)) places.push(real);
  return places;
}

/** A path, or the outermost of the folders that must be made for it. */
async function outermostMissing(path: string): Promise<string> {
  const above = dirname(path);
  const there = await Deno.lstat(above).then(() => true, () => false);
  return there || above === path ? path : await outermostMissing(above);
}

/** Runs a program to its end; it gets the signals that this process gets. */
async function runProgram(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // A terminal sends Ctrl-C to both processes: the task takes the second one for the first. A signal
  // from elsewhere, also in a terminal, reaches this process alone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    try {
      Deno.addSignalListener(signal, () => {
        try {
          child.kill(signal);
        } catch {
          // It has ended.
        }
      });
    } catch {
      // Windows has other signals, and ends both processes.
    }
  }
  const { code } = await child.status;
  // Deno ends with 10 if a package is not the one that deno.lock names.
  return code === 10 ? 2 : code;
}

/** Where this Deno keeps npm packages. */
export async function npmCacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

if (import.meta.main) {
  const [name = "", ...args] = Deno.args;
  const { line, ready } = await prepare();
  if (!ready) {
    console.error(line);
    Deno.exit(2);
  }
  const place = {
    root: fileURLToPath(new URL("../", import.meta.url)),
    caller: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
    npmCache: await npmCacheFolder(),
  };
  Deno.exit(await runProgram(await programOf(name, args, place)));
}
