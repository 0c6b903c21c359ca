/** Functions of Deno that change files, by name. */
const changing = [
  "mkdir",
  "remove",
  "rename",
  "writeFile",
  "writeTextFile",
] as const;

/** Thrown by a file operation that is interrupted. */
export class Interruption extends Error {}

/** Options for {@link interrupted}. */
export interface InterruptionOptions {
  /** The number of changes that succeed. */
  readonly after: number;
  /**
   * `"killed"`: half of the next change is made, and no change after it. `"full disk"`: no file can
   * be written and no folder created any more, but files can be removed and renamed.
   */
  readonly by: "killed" | "full disk";
}

/** The outcome of an interrupted operation. */
export interface Interrupted {
  /** The error that the operation threw; `null` if it ended without one. */
  readonly error: unknown;
  /** Every change that was made or refused, with its paths: `"rename a b"`. */
  readonly changes: readonly string[];
  /** Whether the operation was interrupted. */
  readonly interrupted: boolean;
}

/**
 * Runs an operation, lets its changes of files fail after some of them, and records their paths.
 *
 * @param operation The operation. Nothing else may change files at the same time.
 * @param options The moment and the kind of the interruption.
 * @returns The outcome.
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
