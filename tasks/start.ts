/**
 * Starts a task in a process that may read and write only the paths that the task needs: parts of
 * the project, Deno's npm cache, and the paths on the command line. Only that process loads
 * packages, from npm and, if the import map names it, from JSR.
 *
 *     start.ts report --out public
 *
 * This process has every right that a task may need; like `setup.ts` it imports no package.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { registry, setUp } from "./setup.ts";

/** The permission for a path on the command line. */
type Right = "read" | "write";

/** The rights of a task. Paths are relative to the project's folder. */
interface Task {
  /** The folder of the module of the task. Default: `tasks`. */
  readonly folder?: "tools";
  readonly read: readonly string[];
  /**
   * Whether the task reads files of npm packages, such as the WASM module of tfjs. Default: `true`.
   */
  readonly npm?: boolean;
  readonly write: readonly string[];
  /** The folder of the task's site if `--out` is not given. */
  readonly site?: (args: readonly string[]) => string;
  /** The address at which the task serves pages. */
  readonly net?: string;
  /** The program that the task runs. */
  readonly run?: string;
  /** Flags whose value is a path: `NAME` for `--NAME PATH`, `set NAME` for `--set NAME=PATH`. */
  readonly flags: Readonly<Record<string, Right>>;
  /** The right to paths among the other arguments. */
  readonly operands?: Right;
}

/** The paths that every command reads: the source, and the lists of packages. */
const source = ["deno.json", "deno.lock", "src", "tasks"];

/** A report reads pages, and writes its site beside them and its runs to `.unroll`. */
const report: Task = {
  read: [...source, "reports", ".git", ".unroll"],
  write: [".unroll"],
  site: () => "reports/site",
  flags: { out: "write" },
};

/** A tool of development that only reads. */
const check: Task = { folder: "tools", read: ["."], write: [], flags: {} };

/** The tasks by the name of their module. */
const tasks: Readonly<Record<string, Task>> = {
  report,
  experiment: {
    ...report,
    site: ([id]) => `reports/${id}`,
    flags: { ...report.flags, "set corpus": "read", "set data": "read" },
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
    npm: false,
    write: [".unroll"],
    flags: { corpus: "read", out: "write" },
  },
  generate: {
    read: [...source, ".unroll"],
    npm: false,
    write: [".unroll"],
    flags: { model: "read" },
  },
  classify: {
    read: [...source, ".unroll"],
    npm: false,
    write: [".unroll"],
    flags: { train: "read", out: "write", model: "read", file: "read" },
  },
  freeze: { read: ["."], write: [".unroll", "src/experiments"], run: "git", flags: {} },
  wasm: { ...check, write: ["src/kernels/wasm"] },
  arrows: check,
  docs: check,
  slow: check,
};

/** The module of each task, relative to the project's folder. */
export const modules: ReadonlyMap<string, string> = new Map(
  Object.entries(tasks).map(([name, { folder = "tasks" }]) => [name, `${folder}/${name}.ts`]),
);

/**
 * The flags without a value; all other flags have a value. They are listed here because the usages
 * of tasks import packages.
 */
export const SWITCHES: ReadonlySet<string> = new Set([
  ...["--check", "--fresh", "--help", "-h", "--intervals", "--json", "--tie"],
]);

/** The folders that a task depends on. */
export interface Place {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The folder that paths on the command line are relative to. */
  readonly caller: string;
  /** The folder in which Deno keeps npm packages. */
  readonly npmCache: string;
}

/**
 * Returns the arguments of the `deno` that runs a task.
 *
 * @param name The task: `"report"`.
 * @param args The task's arguments.
 * @param place The folders that the task depends on.
 * @returns The arguments, from `"run"` on.
 * @throws {Error} If there is no such task.
 */
export async function programOf(
  name: string,
  args: readonly string[],
  { root, caller, npmCache }: Place,
): Promise<string[]> {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) throw new Error(`there is no task ${name}`);
  const own = (paths: readonly string[]) => paths.map((path) => resolve(root, path));
  const read = [...own(task.read), ...(task.npm ?? true ? [npmCache] : [])];
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
    ...(task.folder === "tools" ? [`--lock=${resolve(root, "tools/deno.lock")}`] : []),
    ...["--ignore-env", "--allow-env=XDG_RUNTIME_DIR,INIT_CWD"],
    ...[...allow("read", read), ...allow("write", write)],
    ...(task.net === undefined ? [] : [`--allow-net=${task.net}`]),
    ...(task.run === undefined ? [] : [`--allow-run=${task.run}`]),
    ...[resolve(root, modules.get(name) ?? ""), ...args],
  ];
}

/**
 * Returns the flag of Deno that permits code only from the project, npm and, if the import map
 * names it, JSR.
 */
async function remoteCode(importMap: string): Promise<string> {
  const text = await Deno.readTextFile(importMap).catch(() => "");
  return text.includes('"jsr:') ? `--allow-import=${new URL(registry()).host}` : "--no-remote";
}

/**
 * Returns a path, or its nearest parent without a comma, since a comma separates the paths in a
 * flag of Deno.
 */
function withoutComma(path: string): string {
  return path.includes(",") ? withoutComma(dirname(path)) : path;
}

/** Lists the paths on a command line, each with its permission. */
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

/** A path and, if it is a link, the paths that it leads to. */
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

/** A path, or the outermost folder that must be created for it. */
async function outermostMissing(path: string): Promise<string> {
  const above = dirname(path);
  const there = await Deno.lstat(above).then(() => true, () => false);
  return there || above === path ? path : await outermostMissing(above);
}

/** Runs `deno` to its end, and passes on the signals that this process receives. */
async function runProgram(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // A terminal sends Ctrl-C to both processes, and the task ignores the second signal. A signal
  // from elsewhere reaches only this process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    try {
      Deno.addSignalListener(signal, () => {
        try {
          child.kill(signal);
        } catch {
          // The task has ended.
        }
      });
    } catch {
      // Windows has other signals and ends both processes.
    }
  }
  const { code } = await child.status;
  // Deno exits with 10 if the digest of a package differs from deno.lock.
  return code === 10 ? 2 : code;
}

/**
 * Finds the folder in which this Deno keeps npm packages.
 *
 * @returns The folder, absolute.
 */
export async function npmCacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

if (import.meta.main) {
  const [name = "", ...args] = Deno.args;
  if (!await setUp()) Deno.exit(2);
  const place = {
    root: fileURLToPath(new URL("../", import.meta.url)),
    caller: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
    npmCache: await npmCacheFolder(),
  };
  Deno.exit(await runProgram(await programOf(name, args, place)));
}
