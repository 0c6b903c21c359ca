import { sha256 } from "../platform/sha256.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Manifest, Result, RunRecord } from "../result/result.ts";
import { runtime, thisMachine } from "../platform/runtime.ts";
import { packageVersions } from "../platform/versions.ts";
import { resultText } from "./data_files.ts";
import { helpFor } from "../core/arguments.ts";

/** The details of a report besides its results. */
export interface ManifestDetails {
  /** The time at which the site is built; by default now. */
  readonly date?: Date;
  /** The profile of parameters; by default `"standard"`. */
  readonly profile?: string;
  /** The commit of the checkout; by default `null`. */
  readonly commit?: string | null;
  /**
   * The record of each run, by the id of the experiment, with `timings` and `machine` of
   * `runExperiment`. Default: runs on this machine, without measurements.
   */
  readonly runs?: Readonly<Record<string, Partial<RunRecord>>>;
}

/**
 * Makes the manifest of a report on this machine. The list of files is empty; `renderSite` fills
 * it.
 *
 * @param results The results of the report, at least one.
 * @param details The date, the profile, the commit and the runs.
 * @returns The manifest.
 * @throws {InputError} If there is no result, an entry is not a result (for example a run), a
 * detail is unknown, or a run belongs to no result.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import type { Result } from "../result/result.ts";
 * import { manifestOf } from "./manifest.ts";
 *
 * const result: Result = {
 *   format: "unroll-result-2",
 *   experiment: { id: "coin", title: "Coin", question: "Is it fair?", version: 1 },
 *   parameters: {},
 *   seeds: [1],
 *   backend: { name: "cpu", adapter: null, versions: {} },
 *   metrics: [],
 *   tables: [],
 *   figures: [],
 *   claims: [],
 *   unmeasured: [],
 *   checks: [],
 * };
 * const manifest = manifestOf([result], { runs: { coin: { command: "deno run coin.ts" } } });
 * assert(manifest.runs[0]?.command === "deno run coin.ts");
 * ```
 */
export function manifestOf(results: readonly Result[], details: ManifestDetails = {}): Manifest {
  checkResults(results, "a list of at least one result");
  const [first] = results;
  if (first === undefined) {
    throw new InputError("results", "a list of at least one result", results);
  }
  checkDetails(results, details);
  const { date = new Date(), profile = "standard", commit = null, runs = {} } = details;
  return {
    format: "unroll-manifest-5",
    date: date.toISOString(),
    profile,
    backend: first.backend,
    environment: {
      ...thisMachine(),
      runtime: runtime(),
      packages: packageVersions(),
    },
    commit,
    runs: results.map((result) => {
      const { id } = result.experiment;
      const digest = sha256(resultText(result));
      return {
        experiment: id,
        key: digest,
        date: date.toISOString(),
        seconds: 0,
        timings: {},
        machine: { ...thisMachine(), metrics: [], tables: [], figures: [] },
        reused: false,
        reason: "it was computed for this report",
        command: "the program that made this report",
        ...(Object.hasOwn(runs, id) ? runs[id] : {}),
        sha256: digest,
      };
    }),
    files: {},
  };
}

const detailNames: OptionNames<ManifestDetails> = {
  date: true,
  profile: true,
  commit: true,
  runs: true,
};

const recordNames: OptionNames<RunRecord> = {
  experiment: true,
  key: true,
  date: true,
  seconds: true,
  timings: true,
  machine: true,
  reused: true,
  reason: true,
  sha256: true,
  command: true,
};

function checkDetails(results: readonly Result[], details: ManifestDetails): void {
  checkOptions("manifestOf", details, detailNames);
  const { date, runs = {} } = details;
  if (date !== undefined && !(date instanceof Date && Number.isFinite(date.getTime()))) {
    throw new InputError("date", "a date", date);
  }
  if (!isPlainObject(runs)) throw new InputError("runs", "an object by experiment", runs);
  const ids = results.map((result) => result.experiment.id);
  for (const [id, run] of Object.entries(runs)) {
    if (!ids.includes(id)) {
      throw new InputError("an experiment of runs", `one of ${ids.join(", ")}`, id);
    }
    checkOptions<Partial<RunRecord>>(`runs of ${id}`, run, recordNames);
  }
}

/**
 * Checks that values are results, and not the runs, promises or texts that contain them. It does not
 * check the schema.
 *
 * @param results The values.
 * @param wanted The requirement on the list, to follow "must be".
 * @throws {InputError} If `results` is not a list, or an entry is not a result; the message says
 * how to get the result.
 */
export function checkResults(results: unknown, wanted: string): void {
  if (!Array.isArray(results)) {
    const help = isResult(results) ? "Put the result into a list: [result]" : helpOf(results);
    throw new InputError("results", wanted, results, help);
  }
  const i = results.findIndex((result) => !isResult(result));
  if (i !== -1) {
    throw new InputError(
      `results[${i}]`,
      "the result of an experiment",
      results[i],
      helpOf(results[i]),
    );
  }
}

function isResult(value: unknown): boolean {
  return isPlainObject(value) && isPlainObject(value["experiment"]);
}

function helpOf(value: unknown): string | undefined {
  return isPlainObject(value) && isResult(value["result"])
    ? "Give its result: const { result } = await runExperiment(...)"
    : helpFor(value);
}
