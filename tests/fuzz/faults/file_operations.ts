/**
 * Counts the operations that change files below a folder, and lets one of them fail or end the
 * process. The module has no imports, so that it can be loaded before a task.
 *
 * @module
 */

/**
 * The fault of an operation. `"killed"`: the process ends before the operation.
 * `"killed half way"`: the process ends within it. `"ENOSPC"`: the disk is full from then on, and
 * only half of a written text arrives. `"EIO"` and `"EACCES"`: only this operation fails.
 */
export type Mode = "killed" | "killed half way" | "ENOSPC" | "EIO" | "EACCES";

/** A fault: the number of the operation, counted from 1, and how it fails. */
export interface Fault {
  readonly at: number;
  readonly mode: Mode;
}

/** Options for {@link watchFiles}. */
export interface WatchOptions {
  /** The folder. Operations elsewhere are not counted and do not fail. */
  readonly below: string;
  /** The fault; `null` to only count operations. */
  readonly fault: Fault | null;
  /** Ends the process, or simulates it by a promise that is never settled. */
  readonly die: () => Promise<never>;
  /** Called with each operation. */
  readonly onOperation?: (operation: string) => void;
}

type Name = "mkdir" | "open" | "remove" | "rename" | "truncate" | "writeFile" | "writeTextFile";

const names: readonly Name[] = [
  ...["mkdir", "open", "remove", "rename", "truncate", "writeFile", "writeTextFile"] as const,
];

/** Lists the faults that an operation can have, by its name. */
export function modesOf(operation: string): readonly Mode[] {
  const [name = ""] = operation.split(" ");
  if (name === "rename") return ["killed", "EACCES"];
  if (name === "remove") return ["killed", "killed half way", "EACCES"];
  if (name === "mkdir" || name === "open") return ["killed", "ENOSPC", "EACCES"];
  return ["killed", "killed half way", "ENOSPC", "EIO"];
}

/**
 * Replaces the file functions of Deno to count operations and to inject a fault.
 *
 * @param options The folder, the fault and the callbacks.
 * @returns A function that restores the functions of Deno.
 */
export function watchFiles({ below, fault, die, onOperation }: WatchOptions): () => void {
  let [count, full, dead] = [0, false, false];
  const opened = new WeakSet<object>();

  /**
   * Decides what happens to the next operation: `"works"`, a fault, or `"never"` after the process
   * has ended.
   */
  const next = (operation: string): Mode | "works" | "never" => {
    if (dead) return "never";
    count += 1;
    onOperation?.(operation);
    const data = /^(write|mkdir|open|truncate)/.test(operation);
    if (full) return data ? "ENOSPC" : "works";
    if (count !== fault?.at) return "works";
    if (fault.mode === "ENOSPC") full = true;
    if (fault.mode.startsWith("killed")) dead = true;
    return fault.mode;
  };
  const inside = (path: unknown): path is string | URL => {
    const text = textOf(path);
    return text === below || text.startsWith(`${below}/`);
  };
  const relative = (path: unknown) => textOf(path).slice(below.length + 1) || ".";
  const never = () => new Promise<never>(() => {});

  const real = Object.fromEntries(names.map((name) => [name, Deno[name]]));
  const call = (name: Name, args: readonly unknown[]): Promise<unknown> =>
    Reflect.apply(Reflect.get(real, name), Deno, args);
  const { write, truncate, close } = Deno.FsFile.prototype;
  const files = new Set<Deno.FsFile>();

  const disturbed = (name: Name) => async (...args: unknown[]): Promise<unknown> => {
    const [path, second] = args;
    const writes = name !== "open" || isForWriting(second);
    if (!inside(path) || !writes) return await call(name, args);
    const mode = next(
      [name, relative(path), ...(name === "rename" ? [relative(second)] : [])].join(" "),
    );
    if (mode === "works") {
      const made = await call(name, args);
      if (made instanceof Deno.FsFile) {
        opened.add(made);
        files.add(made);
      }
      return made;
    }
    if (mode === "never") return await never();
    if (mode === "killed half way" || mode === "ENOSPC") await half(name, args);
    if (mode.startsWith("killed")) {
      // The operating system closes the files of a process that ends.
      for (const file of files) Reflect.apply(close, file, []);
      return await die();
    }
    throw errorOf(mode);
  };

  /** Does one half of an operation. */
  const half = async (name: Name, [path, content]: readonly unknown[]): Promise<void> => {
    if (name === "remove" && typeof path === "string") {
      const first = await Deno.readDir(path)[Symbol.asyncIterator]().next().catch(() => null);
      if (first && !first.done) {
        await call(name, [`${path}/${first.value.name}`, { recursive: true }]);
      }
    } else if (typeof content === "string" || content instanceof Uint8Array) {
      if (name === "writeFile" || name === "writeTextFile") {
        await call(name, [path, content.slice(0, content.length / 2)]);
      }
    }
  };

  for (const name of names) Object.defineProperty(Deno, name, { value: disturbed(name), ...plain });
  Deno.FsFile.prototype.write = async function (data: Uint8Array): Promise<number> {
    const mode = opened.has(this) ? next("write of an open file") : "works";
    if (mode === "works") return await write.call(this, data);
    if (mode === "never") return await never();
    if (mode !== "killed") await write.call(this, data.slice(0, data.length / 2));
    return mode.startsWith("killed") ? await die() : await Promise.reject(errorOf(mode));
  };
  Deno.FsFile.prototype.truncate = async function (length?: number): Promise<void> {
    const mode = opened.has(this) ? next("truncate of an open file") : "works";
    if (mode === "works") return await truncate.call(this, length);
    if (mode === "never") return await never();
    return mode.startsWith("killed") ? await die() : await Promise.reject(errorOf(mode));
  };
  return () => {
    for (const name of names) {
      Object.defineProperty(Deno, name, { value: Reflect.get(real, name), ...plain });
    }
    Object.assign(Deno.FsFile.prototype, { write, truncate });
  };
}

const plain = { configurable: true, enumerable: true, writable: true };

function textOf(path: unknown): string {
  if (path instanceof URL) return decodeURIComponent(path.pathname).replace(/\/$/, "");
  return typeof path === "string" ? path.replace(/^file:\/\//, "").replace(/\/$/, "") : "";
}

function isForWriting(options: unknown): boolean {
  const { write, append, create, createNew, truncate }: Deno.OpenOptions = Object(options);
  return [write, append, create, createNew, truncate].some((flag) => flag === true);
}

/** Returns an error of the operating system in the form of Deno. */
function errorOf(mode: Mode): Error {
  if (mode === "EACCES") {
    return Object.assign(new Deno.errors.PermissionDenied("Permission denied (os error 13)"), {
      code: "EACCES",
    });
  }
  const full = mode === "ENOSPC";
  const message = full
    ? "No space left on device (os error 28)"
    : "Input/output error (os error 5)";
  return Object.assign(new Error(message), { code: full ? "ENOSPC" : "EIO" });
}
