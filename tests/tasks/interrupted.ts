/** Functions of Deno that change files, by name. */
const changing = [
  "mkdir",
  "remove",
  "rename",
  "writeFile",
  "writeTextFile",
] as const;

/** What stops a run of file operations. */
export class Interruption extends Error {}

/** How a run of file operations is interrupted. */
export interface InterruptionOptions {
  /** How many changes succeed. */
  readonly after: number;
  /**
   * `"killed"`: the change after these is made by half, and none follows. `"full disk"`: no file can
   * be written or folder made from then on, but files can be removed and renamed.
   */
  readonly by: "killed" | "full disk";
}

/** What happened. */
export interface Interrupted {
  /** What the operation threw; `null` if it ended. */
  readonly error: unknown;
  /** Every change that was made or refused, with its paths: `"rename a b"`. */
  readonly changes: readonly string[];
  /** Whether the operation was interrupted. */
  readonly interrupted: boolean;
}

/**
 * Runs an operation whose changes of files fail after some of them, and records their paths.
 *
 * @param operation What is run. Nothing else may change files at the same time.
 * @param options When and how it is interrupted.
 * @returns What happened.
 */
export async function interrupted(
  operation: () => Promise<unknown>,
  { after, by }: InterruptionOptions,
): Promise<Interrupted> {
  const real = Object.fromEntries(changing.map((name) => [name, Deno[name]]));
  const changes: string[] = [];
  let left = after;
  let stopped = false;
  const counted = (name: (typeof changing)[number]) => async (...args: unknown[]) => {
    changes.push([name, ...args.slice(0, name === "rename" ? 2 : 1)].join(" "));
    const writes = name.startsWith("write");
    const works = left > 0 || (by === "full disk" && !writes && name !== "mkdir");
    if (works) {
      left -= 1;
      return await Reflect.apply(real[name] ?? fail, Deno, args);
    }
    if (writes && !stopped) {
      const [path, content] = args;
      const half = (value: string | Uint8Array) => value.slice(0, value.length / 2);
      if (typeof content === "string" || content instanceof Uint8Array) {
        await Reflect.apply(real[name] ?? fail, Deno, [path, half(content)]);
      }
    }
    stopped = true;
    throw new Interruption(by);
  };
  Object.assign(Deno, Object.fromEntries(changing.map((name) => [name, counted(name)])));
  try {
    await operation();
    return { error: null, changes, interrupted: stopped };
  } catch (error) {
    return { error, changes, interrupted: stopped };
  } finally {
    Object.assign(Deno, real);
  }
}

function fail(): never {
  throw new Error("no such function");
}
