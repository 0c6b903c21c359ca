import type { BackendDescription, BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { type JsonObject, stableStringify } from "../../src/core/json.ts";
import type { Experiment } from "../../src/harness/experiment.ts";
import type { RunInputs } from "../../src/harness/key.ts";
import { resolveParameters } from "../../src/harness/parameters.ts";
import { runExperiment } from "../../src/harness/run.ts";
import type { ProgressDisplay } from "../cli/progress.ts";
import { lockDigest, sourceDigests } from "../cli/project.ts";
import { EARLIER_STAY, PARTS_KEPT } from "../cli/stop.ts";
import { fileDigests, readFile } from "../cli/user_files.ts";
import type { ReportOptions } from "./options.ts";
import type { Store, StoredRun } from "./store.ts";

/** A run of a report, which the store had or which was computed now. */
export interface FinishedRun extends StoredRun {
  readonly reused: boolean;
}

/**
 * Collects everything that a run of an experiment depends on: parameters with their defaults,
 * seeds, backend, and digests of source, files and packages.
 */
export async function runInputs(
  experiment: Experiment,
  options: Pick<ReportOptions, "profile" | "seeds" | "set">,
  backend: BackendDescription,
): Promise<RunInputs> {
  const profile = experiment.profiles[options.profile];
  const count = options.seeds ?? profile.seeds;
  // The profile's values are valid, so an invalid value is one of --set.
  const given = { ...profile.parameters, ...options.set };
  const parameters = resolveParameters(experiment.parameters, given, "--set ");
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  // A run checks this, too, but only after the runs before it.
  experiment.check?.({ parameters, seeds });
  return {
    experiment: experiment.id,
    version: experiment.version,
    parameters: toJson(parameters),
    seeds,
    backend,
    source: await sourceDigests(experiment.id),
    files: await fileDigests(experiment.files?.(parameters) ?? [], (path) => {
      const [flag] = Object.entries(options.set).find(([, value]) => value === path) ?? [];
      return flag === undefined ? `the file ${path}` : `the file ${path} of --set ${flag}`;
    }),
    lock: await lockDigest(),
  };
}

/**
 * Returns the message if runs are stopped before their end: which parts are kept, and which command
 * continues.
 *
 * @param store The store of runs.
 * @param planned The inputs of the runs.
 * @param fresh Whether runs are computed again although the store has them.
 */
export async function stoppedText(
  store: Store,
  planned: readonly RunInputs[],
  fresh: boolean,
): Promise<string> {
  if (!await store.canKeep()) return "Stopped.";
  if (!fresh) return PARTS_KEPT;
  const found = await Promise.all(planned.map((inputs) => store.find(inputs)));
  // Without --fresh the command would use the earlier run instead of the parts of the new one.
  return found.some(({ run }) => run !== null) ? EARLIER_STAY : PARTS_KEPT;
}

/**
 * Returns the run from the store, or computes and keeps it, and shows a line that says which, and
 * why.
 */
export async function finishRun(
  experiment: Experiment,
  inputs: RunInputs,
  context: {
    readonly store: Store;
    readonly fresh: boolean;
    readonly display: ProgressDisplay;
    /** Starts the backend. Called only if a run is computed. */
    readonly start: () => Promise<BackendDescription>;
    /** Stops the run after a part. */
    readonly signal?: AbortSignal | undefined;
  },
): Promise<FinishedRun> {
  const { store, fresh, display, signal } = context;
  const found = await store.find(inputs);
  if (found.run && !fresh) {
    await store.removeLeftovers(inputs);
    display.line(`${experiment.id}: kept from ${found.run.date}, since nothing has changed`);
    return { ...found.run, reused: true };
  }
  const backend = await context.start();
  if (stableStringify(backend) !== stableStringify(inputs.backend)) {
    // The backend that started differs from the expected one: look up its run instead.
    return await finishRun(experiment, { ...inputs, backend }, context);
  }
  const reason = fresh ? "--fresh was given" : found.run ? "" : found.reason;
  display.line(`${experiment.id}: runs, since ${reason}`);
  if (fresh) await store.forgetParts(inputs);
  const begin = performance.now();
  let fromParts = 0;
  const { result, timings, machine } = await runExperiment(experiment, {
    parameters: inputs.parameters,
    seeds: inputs.seeds,
    backend,
    readFile,
    parts: store.parts(inputs),
    onProgress: (progress) => {
      if (progress.kept) fromParts += 1;
      display.update(progress);
      // At this point the last part is kept, and the next one has not begun.
      if (progress.fraction === undefined) signal?.throwIfAborted();
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  const date = new Date().toISOString();
  const run = { inputs, date, seconds, timings, machine, reason, result };
  await store.keep(run);
  const kept = fromParts > 0 ? `, ${fromParts} parts kept from an interrupted run` : "";
  display.line(`${experiment.id}: done in ${seconds.toFixed(1)} s${kept}`);
  return { ...run, reused: false };
}

/**
 * Returns the command that computes a run again, with the parameters that differ from the
 * profile's.
 */
export function command(
  experiment: Experiment,
  inputs: RunInputs,
  profile: ReportOptions["profile"],
  backend: BackendRequest,
): string {
  const usual = toJson(
    resolveParameters(experiment.parameters, experiment.profiles[profile].parameters ?? {}),
  );
  const set = Object.entries(usual).flatMap(([name, value]) => {
    const now = inputs.parameters[name] ?? value;
    const same = stableStringify(now) === stableStringify(value);
    return same ? [] : [` --set ${quoted(name, String(now))}`];
  });
  return `deno task experiment ${inputs.experiment} --profile ${profile} --seeds ${inputs.seeds.length}` +
    ` --backend ${backend}${set.join("")}`;
}

function quoted(name: string, value: string): string {
  const text = `${name}=${value}`;
  return /^[\w=.,+-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function toJson(values: object): JsonObject {
  const json = JSON.parse(JSON.stringify(values));
  if (typeof json !== "object") throw new InputError("parameters", "an object", json);
  return json;
}
