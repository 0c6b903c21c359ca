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
import { Lifetime } from "./lifetime.ts";
import { type ParameterShape, type ParameterValues, resolveParameters } from "./parameters.ts";
import { Recorder } from "./recorder.ts";

/** Where the finished parts of a run are kept until the whole is done. */
export interface PartStore {
  /** The part kept under a name, or `undefined`. */
  read(name: string): Promise<unknown>;
  /** Keeps a part. */
  write(name: string, value: unknown): Promise<void>;
}

/** How far a group of parts has come. */
export interface Progress {
  /** The experiment's id. */
  readonly experiment: string;
  /** The name that the experiment gave to `each`. */
  readonly group: string;
  /** Parts that are done; 0 where the group begins. */
  readonly done: number;
  /** Parts in all. */
  readonly total: number;
  /** Whether the part that was just done came from an interrupted run. */
  readonly kept: boolean;
  /** The share of the part after these that is done, from 0 to 1, if the experiment tells it. */
  readonly fraction?: number;
}

/** What a run needs besides its experiment. */
export interface RunOptions<Shape extends ParameterShape> {
  /** By name; defaults stand for the rest. */
  readonly parameters: Partial<ParameterValues<Shape>>;
  /** Distinct integers from 0. */
  readonly seeds: readonly number[];
  /** What `selectBackend` gave. */
  readonly backend: BackendDescription;
  /** Where finished parts are kept; by default nowhere. */
  readonly parts?: PartStore;
  /** Opens a file that parameters name; by default none can be read. */
  readonly readFile?: (path: string) => Promise<ReadableStream<Uint8Array>>;
  /**
   * Called where a group of parts begins, after each part, and within a part as often as the
   * experiment tells how far it has come. If it throws, the run ends with what it throws.
   */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Stops the run, at once in work that the experiment passes the signal on to, else before the next
   * part.
   */
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what differs from run to run. */
export interface Run {
  /** What was found. */
  readonly result: Result;
  /** Wall time in seconds by group of parts. */
  readonly timings: Readonly<Record<string, number>>;
  /** The machine, and what was measured of it. */
  readonly machine: MachineRecord;
}

/**
 * Runs an experiment.
 *
 * @param experiment What {@link defineExperiment} gave.
 * @param options What it is run with.
 * @returns The result, deterministic for equal inputs on the same backend, and beside it the times
 * and what else was measured of the machine.
 * @throws {InputError} On an unknown option, on parameters, seeds or a backend that cannot be used, on a
 * record that no report can show, and if `run` ends before its parts.
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
  const seeds = Array.isArray(options.seeds) ? Object.freeze([...options.seeds]) : options.seeds;
  const usable = Array.isArray(seeds) && seeds.length > 0 && new Set(seeds).size === seeds.length &&
    seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
  if (!usable) throw new InputError("seeds", "at least one integer from 0, all different", seeds);
  if (!backendSchema.safeParse(options.backend).success) {
    const help = "selectBackend gives it as `description`.";
    throw new InputError("backend", "the description of a backend", options.backend, help);
  }
  const backend = frozenCopy(options.backend, "backend");
  experiment.check?.({ parameters, seeds });
  const lifetime = new Lifetime();
  const recorder = new Recorder(seeds, experiment.hypotheses, parameters);
  const ofMachine = new Recorder(seeds);
  const timings: Record<string, number> = {};
  const context: ExperimentContext<ParameterValues<Shape>> = {
    parameters,
    seeds,
    backend,
    signal,
    random: (...path) =>
      path.reduce((source: Random, label) => source.fork(label), new Random(0).fork(experiment.id)),
    async each(group, items, compute) {
      if (Object.hasOwn(timings, group)) {
        throw new InputError("group of parts", "a name used once", group);
      }
      timings[group] = 0;
      const start = performance.now();
      const ofGroup = { experiment: experiment.id, group, total: items.length };
      const tell = (done: number, kept: boolean) =>
        options.onProgress?.({ ...ofGroup, done, kept });
      if (items.length > 0) tell(0, false);
      const parts = [];
      for (const [i, item] of items.entries()) {
        await letOthersRun(signal);
        const name = JSON.stringify([group, item]);
        lifetime.check(`parts of ${group}`);
        let part = await options.parts?.read(name);
        const kept = part !== undefined;
        if (!kept) {
          const progress = (steps: number, all: number) => {
            const fraction = Math.min(1, Math.max(0, steps / all || 0));
            options.onProgress?.({ ...ofGroup, done: i, kept: false, fraction });
          };
          part = await compute(item, { signal, progress });
          await options.parts?.write(name, part);
        }
        // Through JSON either way, so that a continued run has the same bytes as one in one go.
        parts.push(kept ? part : JSON.parse(stableStringify(part, 0, `part ${item} of ${group}`)));
        tell(i + 1, kept);
      }
      timings[group] = (performance.now() - start) / 1000;
      return parts;
    },
    readFile(path) {
      if (options.readFile) return options.readFile(path);
      throw new InputError(
        "readFile of the run's options",
        "given where a file is read",
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
  const each: typeof context.each = (group, items, compute) => {
    checkGroup(group, items, compute);
    return lifetime.track(group, context.each(group, items, compute));
  };
  await lifetime.during(() => experiment.run(Object.freeze({ ...context, each })));
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

/** A copy that cannot change: what the result says is what the experiment was given. */
function frozenCopy<T>(value: T, what: string): T {
  return JSON.parse(stableStringify(value, 0, what), (_key, part) => Object.freeze(part));
}

function recording(recorder: Recorder, lifetime: Lifetime): Recording {
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
