import type { BackendDescription } from "../core/backend.ts";
import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { stableStringify } from "../core/json.ts";
import { checkMachineIds } from "../result/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import type { MachineRecord, Result } from "../result/result.ts";
import { backendSchema, machineSchema, resultSchema } from "../result/result_schema.ts";
import { parseJson } from "../core/schema.ts";
import { thisMachine } from "../platform/runtime.ts";
import {
  checkDefinition,
  type Experiment,
  type ExperimentContext,
  type Recording,
} from "./experiment.ts";
import { type ParameterShape, type ParameterValues, resolveParameters } from "./parameters.ts";
import { Recorder } from "./recorder.ts";
import { curvesFigure, intervalsFigure, type SeedFigure } from "./seed_figures.ts";

/** Keeps the finished parts of a run until the run ends. */
export interface PartStore {
  /**
   * Reads a part.
   *
   * @param name The part's name.
   * @returns The part; `undefined` if no part of that name is kept.
   */
  read(name: string): Promise<unknown>;
  /**
   * Keeps a part.
   *
   * @param name The part's name.
   * @param value The part, which is JSON.
   */
  write(name: string, value: unknown): Promise<void>;
}

/** The progress of a group of parts. */
export interface Progress {
  /** The experiment's id. */
  readonly experiment: string;
  /** The name that the experiment gave to `each` or `once`. */
  readonly group: string;
  /** The number of finished parts; 0 at the beginning of the group. */
  readonly done: number;
  /** The number of parts of the group. */
  readonly total: number;
  /** Whether the last part comes from an interrupted run. */
  readonly kept: boolean;
  /** The share of the current part that is done, from 0 to 1, if the experiment reports it. */
  readonly fraction?: number;
}

/** Options for {@link runExperiment}. */
export interface RunOptions<Shape extends ParameterShape> {
  /** The parameters by name. Parameters that are left out have their defaults. */
  readonly parameters: Partial<ParameterValues<Shape>>;
  /** The seeds: distinct integers from 0, at least one. */
  readonly seeds: readonly number[];
  /** The description of the selected backend, as `selectBackend` returns it. */
  readonly backend: BackendDescription;
  /** Keeps finished parts, so that an interrupted run can go on. Default: parts are not kept. */
  readonly parts?: PartStore;
  /** Opens a file that parameters name. Default: reading a file is an error. */
  readonly readFile?: (path: string) => Promise<ReadableStream<Uint8Array>>;
  /**
   * Called at the beginning of a group of parts, after each part, and whenever a part reports
   * progress. If it throws, the run ends with that error. Default: none.
   */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Stops the run: at once if the current work has received the signal, otherwise before the next
   * part. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a run, and measurements that differ from run to run. */
export interface Run {
  /** The findings. */
  readonly result: Result;
  /** Wall time in seconds by group of parts. */
  readonly timings: Readonly<Record<string, number>>;
  /** The machine, and measurements of it. */
  readonly machine: MachineRecord;
}

/**
 * Runs an experiment: computes its parts for all seeds, and decides its claims.
 *
 * @param experiment The experiment, as {@link defineExperiment} returns it.
 * @param options The parameters, seeds and backend of the run.
 * @returns The result, which has the same bytes for equal inputs on the same backend; and, separate
 * from it, the times and other measurements of the machine.
 * @throws {InputError} If an option is unknown; if parameters, seeds or the backend are invalid; if
 * a record cannot be shown in a report; if a declared claim or check is not recorded; or if `run`
 * ends before its parts.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { defineExperiment } from "./experiment.ts";
 * import { runExperiment } from "./run.ts";
 *
 * const experiment = defineExperiment({
 *   id: "nothing",
 *   title: "Nothing",
 *   question: "Does it run?",
 *   version: 1,
 *   parameters: {},
 *   run: () => Promise.resolve(),
 * });
 * const backend = { name: "cpu" as const, adapter: null, versions: {} };
 * const { result } = await runExperiment(experiment, { parameters: {}, seeds: [1], backend });
 * assert(result.experiment.id === "nothing");
 * ```
 */
export async function runExperiment<Shape extends ParameterShape>(
  experiment: Experiment<Shape>,
  options: RunOptions<Shape>,
): Promise<Run> {
  checkDefinition("runExperiment", experiment);
  checkOptions<RunOptions<ParameterShape>>("runExperiment", options, optionNames);
  const { signal = new AbortController().signal } = options;
  const parameters = frozenCopy(
    resolveParameters(experiment.parameters, options.parameters),
    "parameters",
  );
  const seeds = checkedSeeds(options.seeds);
  const backend = checkedBackend(options.backend);
  experiment.check?.({ parameters, seeds });
  const lifetime = new Lifetime();
  const recorder = new Recorder(seeds, experiment.hypotheses, parameters);
  const ofMachine = new Recorder(seeds);
  const timings: Record<string, number> = {};
  const each = eachOf({ ...options, id: experiment.id, signal, lifetime, timings });
  const context: ExperimentContext<ParameterValues<Shape>> = {
    parameters,
    seeds,
    backend,
    signal,
    random: (...path) =>
      path.reduce((source: Random, label) => source.fork(label), new Random(0).fork(experiment.id)),
    each,
    once: async (group, compute) => {
      const parts = await each(group, [group], (_, part) => compute(part));
      return parts[0] as Awaited<ReturnType<typeof compute>>;
    },
    readFile(path) {
      if (options.readFile) return options.readFile(path);
      throw new InputError(
        "readFile of the run's options",
        "given if an experiment reads a file",
        undefined,
      );
    },
    ...recording(recorder, lifetime),
    claim(claimId, measured) {
      lifetime.check(`claim ${claimId}`);
      recorder.claim(claimId, measured);
    },
    check(checkId, measured) {
      lifetime.check(`check ${checkId}`);
      recorder.check(checkId, measured);
    },
    unmeasured(claimId, reason) {
      lifetime.check(`claim ${claimId}`);
      recorder.unmeasured(claimId, reason);
    },
    machine: recording(ofMachine, lifetime),
  };
  await lifetime.during(() => experiment.run(Object.freeze(context)));
  const { id, title, question, version } = experiment;
  const { metrics, tables, figures } = ofMachine;
  const machine = { ...thisMachine(), metrics, tables, figures };
  checkMachineIds(recorder, machine);
  const result = {
    format: "unroll-result-2",
    experiment: { id, title, question, version },
    parameters,
    seeds,
    backend,
    metrics: recorder.metrics,
    tables: recorder.tables,
    figures: recorder.figures,
    claims: recorder.decide(),
    unmeasured: recorder.unmeasuredClaims,
    checks: recorder.checks,
  };
  return {
    result: parseJson(resultSchema, stableStringify(result), `the result of ${id}`),
    timings,
    machine: parseJson(machineSchema, stableStringify(machine), `what ${id} measured`),
  };
}

/** Checks the seeds of a run, and returns a frozen copy. */
function checkedSeeds(given: readonly number[]): readonly number[] {
  const seeds = Array.isArray(given) ? Object.freeze([...given]) : given;
  const usable = Array.isArray(seeds) && seeds.length > 0 && new Set(seeds).size === seeds.length &&
    seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
  if (!usable) throw new InputError("seeds", "at least one integer from 0, all different", seeds);
  return seeds;
}

/** Checks the description of a backend, and returns a frozen copy. */
function checkedBackend(given: BackendDescription): BackendDescription {
  if (!backendSchema.safeParse(given).success) {
    const help = "selectBackend returns it as `description`.";
    throw new InputError("backend", "the description of a backend", given, help);
  }
  return frozenCopy(given, "backend");
}

/** The parts of a run on which its groups of parts depend. */
interface PartsRun extends Pick<RunOptions<ParameterShape>, "parts" | "onProgress"> {
  /** The id of the experiment. */
  readonly id: string;
  readonly signal: AbortSignal;
  readonly lifetime: Lifetime;
  /** Receives the wall time of each group in seconds. */
  readonly timings: Record<string, number>;
}

/** Makes the method `each` of a context, which computes a group of parts or reads kept ones. */
function eachOf(
  { id, parts, onProgress, signal, lifetime, timings }: PartsRun,
): ExperimentContext<unknown>["each"] {
  const computeParts: ExperimentContext<unknown>["each"] = async (group, items, compute) => {
    if (Object.hasOwn(timings, group)) {
      throw new InputError("group of parts", "a name used once", group);
    }
    timings[group] = 0;
    const start = performance.now();
    const ofGroup = { experiment: id, group, total: items.length };
    const report = (done: number, kept: boolean) => onProgress?.({ ...ofGroup, done, kept });
    if (items.length > 0) report(0, false);
    const found = [];
    for (const [i, item] of items.entries()) {
      await letOthersRun(signal);
      const name = JSON.stringify([group, item]);
      lifetime.check(`parts of ${group}`);
      let part = await parts?.read(name);
      const kept = part !== undefined;
      if (!kept) {
        const progress = (steps: number, all: number) => {
          const fraction = Math.min(1, Math.max(0, steps / all || 0));
          onProgress?.({ ...ofGroup, done: i, kept: false, fraction });
        };
        part = await compute(item, { signal, progress });
        await parts?.write(name, part);
      }
      // A new part is converted to JSON and back, like a kept one, so that a continued run has the
      // same bytes as an uninterrupted one.
      found.push(kept ? part : JSON.parse(stableStringify(part, 0, `part ${item} of ${group}`)));
      report(i + 1, kept);
    }
    timings[group] = (performance.now() - start) / 1000;
    return found;
  };
  return (group, items, compute) => {
    checkGroup(group, items, compute);
    return lifetime.track(group, computeParts(group, items, compute));
  };
}

/**
 * Returns a frozen copy, so that the experiment cannot change the inputs that the result states.
 */
function frozenCopy<T>(value: T, what: string): T {
  return JSON.parse(stableStringify(value, 0, what), (_key, part) => Object.freeze(part));
}

function recording(recorder: Recorder, lifetime: Lifetime): Recording {
  const recordBoth = ({ table, figure }: SeedFigure) => {
    recorder.table(table);
    if (figure) recorder.figure(figure);
  };
  return {
    metric(metric) {
      lifetime.check(`metric ${metric?.id}`);
      recorder.metric(metric);
    },
    table(table) {
      lifetime.check(`table ${table?.id}`);
      recorder.table(table);
    },
    figure(figure) {
      lifetime.check(`figure ${figure?.id}`);
      recorder.figure(figure);
    },
    curves(curves) {
      lifetime.check(`table ${curves?.id}`);
      recordBoth(curvesFigure(curves));
    },
    intervals(intervals) {
      lifetime.check(`table ${intervals?.id}`);
      recordBoth(intervalsFigure(intervals));
    },
  };
}

const optionNames: OptionNames<RunOptions<ParameterShape>> = {
  parameters: true,
  seeds: true,
  backend: true,
  parts: true,
  readFile: true,
  onProgress: true,
  signal: true,
};

function checkGroup(group: string, items: readonly (string | number)[], compute: unknown): void {
  if (typeof group !== "string" || group === "" || group === "__proto__") {
    throw new InputError("group of parts", "a name", group);
  }
  const usable = Array.isArray(items) &&
    items.every((item) => typeof item === "string" || Number.isFinite(item));
  if (!usable) throw new InputError(`items of ${group}`, "a list of texts and numbers", items);
  if (typeof compute !== "function") {
    throw new InputError(`compute of ${group}`, "a function of an item", compute);
  }
}

/** The time from the beginning to the end of an experiment's `run`, with the parts in progress. */
class Lifetime {
  readonly #pending = new Map<Promise<unknown>, string>();
  #ended = false;

  /**
   * Throws if the run has ended, since a record or part would be lost.
   *
   * @param what The record or part, for the message.
   * @throws {InputError} If the run has ended.
   */
  check(what: string): void {
    if (!this.#ended) return;
    const help = "Write `await` before each asynchronous call in run, such as context.each.";
    throw new InputError(
      "records and parts of an experiment",
      "made before its run ends",
      what,
      help,
    );
  }

  /** Counts a group of parts as pending until `work` is settled, and returns `work`. */
  track<T>(group: string, work: Promise<T>): Promise<T> {
    const tracked: Promise<T> = work.finally(() => this.#pending.delete(tracked));
    this.#pending.set(tracked, group);
    return tracked;
  }

  /**
   * Runs an experiment. If groups of parts are pending when it ends or fails, they stop before
   * their next item, and this waits for them.
   *
   * @param run The experiment's `run`.
   * @throws {InputError} If `run` ends before the parts that it has started.
   */
  async during(run: () => Promise<void> | void): Promise<void> {
    let group: string | undefined;
    try {
      await run();
    } finally {
      this.#ended = true;
      [group] = this.#pending.values();
      await Promise.allSettled(this.#pending.keys());
    }
    if (group === undefined) return;
    const help = `Write: await context.each(${JSON.stringify(group)}, ...)`;
    throw new InputError("a group of parts", "awaited before run ends", group, help);
  }
}
