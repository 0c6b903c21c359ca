import type { BackendDescription } from "../core/backend.ts";
import { InputError } from "../core/errors.ts";
import { stableStringify } from "../core/json.ts";
import { checkMachineIds } from "../core/machine_ids.ts";
import { Random } from "../core/random.ts";
import type { MachineRecord, Result } from "../core/result.ts";
import { machineSchema, parseJson, resultSchema } from "../core/result_schema.ts";
import { thisMachine } from "../core/this_machine.ts";
import type { Experiment, ExperimentContext, Recording } from "./experiment.ts";
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
  /** Called where a group of parts begins, and after each part. */
  readonly onProgress?: (progress: Progress) => void;
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
 * @returns The result, deterministic for equal inputs on the same backend, and beside it the times
 * and what else was measured of the machine.
 * @throws {InputError} On parameters or seeds that cannot be used, or a record that no report can show.
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
  const { seeds, backend } = options;
  const parameters = resolveParameters(experiment.parameters, options.parameters);
  const usable = seeds.length > 0 && new Set(seeds).size === seeds.length &&
    seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
  if (!usable) throw new InputError("seeds", "at least one integer from 0, all different", seeds);
  experiment.check?.({ parameters, seeds });
  const recorder = new Recorder();
  const ofMachine = new Recorder();
  const timings: Record<string, number> = {};
  const context: ExperimentContext<ParameterValues<Shape>> = {
    parameters,
    seeds,
    backend,
    random: (...path) =>
      path.reduce((source: Random, label) => source.fork(label), new Random(0).fork(experiment.id)),
    async each(group, items, compute) {
      if (group in timings) throw new InputError("group of parts", "a name used once", group);
      const start = performance.now();
      const tell = (done: number, kept: boolean) =>
        options.onProgress?.({ experiment: experiment.id, group, done, total: items.length, kept });
      if (items.length > 0) tell(0, false);
      const parts = [];
      for (const [i, item] of items.entries()) {
        const name = JSON.stringify([group, item]);
        let part = await options.parts?.read(name);
        const kept = part !== undefined;
        if (!kept) {
          part = await compute(item);
          await options.parts?.write(name, part);
        }
        // Through JSON either way, so that a continued run has the same bytes as one in one go.
        parts.push(kept ? part : JSON.parse(stableStringify(part)));
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
    ...recording(recorder),
    claim: (claim) => recorder.claim(claim),
    machine: recording(ofMachine),
  };
  await experiment.run(context);
  const { id, title, question, version } = experiment;
  const { metrics, tables, figures } = ofMachine;
  const machine = { ...thisMachine(), metrics, tables, figures };
  checkMachineIds(recorder, machine);
  const result = {
    format: "unroll-result-1",
    experiment: { id, title, question, version },
    parameters,
    seeds,
    backend,
    metrics: recorder.metrics,
    tables: recorder.tables,
    figures: recorder.figures,
    claims: recorder.claims,
  };
  return {
    result: parseJson(resultSchema, stableStringify(result), `the result of ${id}`),
    timings,
    machine: parseJson(machineSchema, stableStringify(machine), `what ${id} measured`),
  };
}

function recording(recorder: Recorder): Recording {
  return {
    metric: (metric) => recorder.metric(metric),
    table: (table) => recorder.table(table),
    figure: (figure) => recorder.figure(figure),
  };
}
