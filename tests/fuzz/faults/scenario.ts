import { Random } from "../../../src/core/random.ts";
import type { Failure, Findings, Target, TrialOptions } from "../target.ts";
import { type Fault, modesOf } from "./file_operations.ts";
import { age, type Content, contentOf, differences, replaceFolder } from "./folders.ts";

/** How work ended. */
export interface Ending {
  /** `"done"`; `"killed"`; or `"refused"`, with an error that is for the user. */
  readonly end: "done" | "killed" | "refused";
  /** The operations that changed files, those of a folder that is watched. */
  readonly operations: readonly string[];
  /** What is wrong with how it ended, if anything. */
  readonly wrong: string | null;
  /** Whether it was done, and said that it could not keep what it computed. */
  readonly notKept?: boolean;
}

/** Work that changes files, and what must be true whatever happens to it. */
export interface Scenario {
  readonly name: string;
  /** Makes what is there before the work, in an empty folder. */
  readonly prepare: (folder: string) => Promise<void>;
  /** Does the work in the folder, with a fault or without. */
  readonly work: (folder: string, fault: Fault | null) => Promise<Ending>;
  /**
   * Whether what is in the folder after a fault is whole: the old or the new.
   *
   * @param refused Whether the work ended with an error of a write, and so without a change.
   * @returns What is wrong; `null` if nothing is.
   */
  readonly isWhole?: (folder: string, refused: boolean) => Promise<string | null>;
  /** Whether a path is worth being kept after an error, such as a finished part; by default none is. */
  readonly isKept?: (path: string) => boolean;
  /** Whether a path has the same bytes each time; by default all have. */
  readonly same?: (path: string) => boolean;
  /** Whether a path may be left over; by default none may. */
  readonly mayStay?: (path: string) => boolean;
  /** Whether each operation goes wrong in one way alone, by the seed: where a trial takes long. */
  readonly oneWay?: boolean;
  /** Called at the end. */
  readonly close?: () => Promise<void>;
}

/** A trial: one operation, and how it goes wrong. */
interface Trial extends Fault {
  readonly operation: string;
}

/**
 * Makes a target of a scenario. For each operation that changes files and each way in which it can go
 * wrong: what is there afterwards must be whole, and the same work done again must leave the same
 * files as if nothing had happened, and no others.
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
      // Of failures that say the same, but for numbers, one is enough.
      const kind = wrong.replace(/[\da-f]{16,}|\d+/g, "");
      if (!found.has(kind)) found.set(kind, { path: at, input, message: wrong });
    }
    return { trials, accepted, failures: [...found.values()] };
  }

  /** What is wrong after a trial, if anything, and how the disturbed work ended. */
  async #try(fault: Fault, wanted: Content): Promise<[string | null, Ending["end"]]> {
    const { work, isWhole, isKept = () => false } = this.#scenario;
    await replaceFolder(this.#before, this.#folder);
    const { end, wrong, notKept = false } = await work(this.#folder, fault);
    if (wrong !== null) return [wrong, end];
    // What could not be moved may be moved by the next run, and waits for it.
    const refused = end === "refused" && fault.mode !== "EACCES";
    const broken = await isWhole?.(this.#folder, refused) ?? null;
    if (broken !== null) return [`After it: ${broken}`, end];
    // Work that went on and said that it was done must have done it.
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

  /** What is in the folder; files whose bytes differ each time by their names alone. */
  async #content(): Promise<Content> {
    const { same = () => true, mayStay = () => false } = this.#scenario;
    const content = [...await contentOf(this.#folder)].filter(([path]) => !mayStay(path));
    return new Map(content.map(([path, digest]) => [path, same(path) ? digest : ""]));
  }
}

function lines(begin: string, found: readonly string[]): string {
  return found.slice(0, 8).map((line) => `${begin} ${line}`).join("\n");
}

/** Every trial, in an order of its own for each seed; or the one of a path. */
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
