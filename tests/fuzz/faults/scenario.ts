import { Random } from "../../../src/core/random.ts";
import type { Failure, Findings, Target, TrialOptions } from "../target.ts";
import { type Fault, modesOf } from "./file_operations.ts";
import { age, type Content, contentOf, differences, replaceFolder } from "./folders.ts";

/** The end of some work. */
export interface Ending {
  /** `"done"`, `"killed"`, or `"refused"`: an error for the user. */
  readonly end: "done" | "killed" | "refused";
  /** The operations that changed files in the folder. */
  readonly operations: readonly string[];
  /** A description if the end is not acceptable; otherwise `null`. */
  readonly wrong: string | null;
  /** Whether the work was done, but reported that it could not keep its results. */
  readonly notKept?: boolean;
}

/** Work that changes files, and the properties that it must have under any fault. */
export interface Scenario {
  readonly name: string;
  /** Creates the state before the work in an empty folder. */
  readonly prepare: (folder: string) => Promise<void>;
  /** Does the work in the folder, with or without a fault. */
  readonly work: (folder: string, fault: Fault | null) => Promise<Ending>;
  /**
   * Checks that the folder has a complete state after a fault: the old or the new one.
   *
   * @param refused Whether the work ended with a write error, and therefore without a change.
   * @returns The problem; `null` if there is none.
   */
  readonly isWhole?: (folder: string, refused: boolean) => Promise<string | null>;
  /** Whether a path may be kept after an error, such as a finished part. Default: none. */
  readonly isKept?: (path: string) => boolean;
  /** Whether a file has the same bytes each time. Default: all files. */
  readonly same?: (path: string) => boolean;
  /** Whether a path may be left over. Default: none. */
  readonly mayStay?: (path: string) => boolean;
  /**
   * Whether each operation has only one of its faults, chosen by the seed, since a trial takes
   * long.
   */
  readonly oneWay?: boolean;
  /** Called at the end. */
  readonly close?: () => Promise<void>;
}

/** A trial: one operation with one fault. */
interface Trial extends Fault {
  readonly operation: string;
}

/**
 * Makes a target of a scenario. For each operation that changes files, and each of its faults, the
 * state afterwards must be complete, and the same work done again must leave exactly the files of
 * an undisturbed run.
 *
 * @param scenario The work.
 */
export function faultTarget(scenario: Scenario): Target {
  return {
    name: scenario.name,
    kind: "faults",
    show: (_, path) => Promise.resolve(path),
    async run(options): Promise<Findings> {
      const home = await Deno.makeTempDir({ prefix: "unroll-fuzz-" });
      try {
        return await new Trials(scenario, home).run(options);
      } finally {
        await scenario.close?.();
        await Deno.remove(home, { recursive: true });
      }
    },
  };
}

class Trials {
  readonly #scenario: Scenario;
  readonly #before: string;
  readonly #folder: string;

  constructor(scenario: Scenario, home: string) {
    this.#scenario = scenario;
    this.#before = `${home}/before`;
    this.#folder = `${home}/folder`;
  }

  async run({ seed, count, seconds, path, failures, onTrial }: TrialOptions): Promise<Findings> {
    const end = performance.now() + seconds * 1000;
    await Deno.mkdir(this.#before);
    await this.#scenario.prepare(this.#before);
    await replaceFolder(this.#before, this.#folder);
    const whole = await this.#scenario.work(this.#folder, null);
    if (whole.end !== "done") throw new Error(`Without a fault: ${whole.wrong ?? whole.end}`);
    if (whole.operations.length === 0) throw new Error("It changes no file, as far as one can see");
    const wanted = await this.#content();
    const found = new Map<string, Failure>();
    const all = chosen(whole.operations, seed, path);
    const once = new Set(all.map(({ at }) => at));
    let [trials, accepted] = [0, 0];
    for (const trial of all) {
      const late = trials > 0 && performance.now() > end;
      if (trials === count || late || found.size === failures) break;
      if (this.#scenario.oneWay && !once.delete(trial.at)) continue;
      const at = `${trial.at}-${trial.mode.replaceAll(" ", "_")}`;
      onTrial(at);
      trials += 1;
      const [wrong, ending] = await this.#try(trial, wanted);
      if (ending === "done") accepted += 1;
      if (wrong === null) continue;
      const input = `operation ${trial.at}, ${trial.operation}: ${trial.mode}`;
      // Failures whose messages differ only in numbers are reported once.
      const kind = wrong.replace(/[\da-f]{16,}|\d+/g, "");
      if (!found.has(kind)) found.set(kind, { path: at, input, message: wrong });
    }
    return { trials, accepted, failures: [...found.values()] };
  }

  /** Runs a trial, and returns the problem, if there is one, and how the disturbed work ended. */
  async #try(fault: Fault, wanted: Content): Promise<[string | null, Ending["end"]]> {
    const { work, isWhole, isKept = () => false } = this.#scenario;
    await replaceFolder(this.#before, this.#folder);
    const { end, wrong, notKept = false } = await work(this.#folder, fault);
    if (wrong !== null) return [wrong, end];
    // After EACCES, files that could not be moved may wait for the next run.
    const refused = end === "refused" && fault.mode !== "EACCES";
    const broken = await isWhole?.(this.#folder, refused) ?? null;
    if (broken !== null) return [`After it: ${broken}`, end];
    // Work that continued and reported success must have its whole effect.
    const mayDiffer = notKept ? /^is (left over|missing): / : /^is left over: /;
    const left = differences(await this.#content(), wanted).filter((line) =>
      !mayDiffer.test(line) || !isKept(line.slice(line.indexOf(": ") + 2))
    );
    if (end === "done" && left.length > 0) return [lines("Done, yet a file", left), end];
    if (refused) {
      const before = await contentOf(this.#before);
      const more = left.filter((line) => {
        const path = line.slice(line.indexOf(": ") + 2);
        return line.startsWith("is left over") && !before.has(path);
      });
      if (more.length > 0) return [lines("After the error a file", more), end];
    }
    await age(this.#folder);
    const again = await work(this.#folder, null);
    if (again.end !== "done") return [`Run again: ${again.wrong ?? again.end}`, end];
    const differing = differences(await this.#content(), wanted);
    return [differing.length > 0 ? lines("Run again, a file", differing) : null, end];
  }

  /** Reads the content of the folder. Files whose bytes differ each time count only by name. */
  async #content(): Promise<Content> {
    const { same = () => true, mayStay = () => false } = this.#scenario;
    const content = [...await contentOf(this.#folder)].filter(([path]) => !mayStay(path));
    return new Map(content.map(([path, digest]) => [path, same(path) ? digest : ""]));
  }
}

function lines(begin: string, found: readonly string[]): string {
  return found.slice(0, 8).map((line) => `${begin} ${line}`).join("\n");
}

/** Lists all trials in an order that depends on the seed, or the one trial of a path. */
function chosen(operations: readonly string[], seed: number, path: string | null): Trial[] {
  const all = operations.flatMap((operation, i) =>
    modesOf(operation).map((mode): Trial => ({ at: i + 1, mode, operation }))
  );
  if (path !== null) {
    const [at, mode = ""] = path.split("-");
    return all.filter((trial) =>
      trial.at === Number(at) && trial.mode === mode.replaceAll("_", " ")
    );
  }
  const random = new Random(seed);
  const keys = new Map(all.map((trial) => [trial, random.uniform()]));
  return all.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}
