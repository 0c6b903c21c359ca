import { resolve } from "node:path";
import type { BackendDescription } from "../../src/core/backend.ts";
import { sha256 } from "../../src/platform/sha256.ts";
import { describe, InputError, shorten } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { Result, RunRecord } from "../../src/result/result.ts";
import { parseJson } from "../../src/core/schema.ts";
import { resultSchema } from "../../src/result/result_schema.ts";
import { compare, type Difference } from "../../src/harness/compare.ts";
import type { Experiment } from "../../src/harness/experiment.ts";
import { runExperiment } from "../../src/harness/run.ts";
import type { ProgressDisplay } from "../cli/progress.ts";
import { callerFolder } from "../cli/project.ts";
import { statedFile } from "./compare_site.ts";
import { readFile } from "../cli/user_files.ts";

/** The largest number of characters of a site's text that a line shows. */
export const LONGEST = 300;

/** Options for {@link verifyRun}. */
export interface Verification {
  readonly backend: BackendDescription;
  /** The largest relative difference of two numbers that counts as equal. */
  readonly tolerance: number;
  /**
   * The files that the user permits the report to read. Relative paths start at the folder of the
   * call.
   */
  readonly files: readonly string[];
  /** Called with each of `files` that a run reads. */
  readonly onRead: (file: string) => void;
  readonly display: ProgressDisplay;
}

/**
 * Runs an experiment of a site again, and shows where the result differs from the stated one.
 *
 * @returns The stated result; `null` if it is invalid, its file differs from the digest in the
 *   manifest, or its values differ from the new run.
 */
export async function verifyRun(
  site: string,
  run: RunRecord,
  experiment: Experiment,
  verification: Verification,
): Promise<Result | null> {
  const { tolerance, display } = verification;
  const stated = await readStated(site, run, display);
  if (stated === null) return null;
  const again = await runAgain(experiment, stated.result, verification);
  if (again === null) return null;
  const same = compareResults(stated.result, again, tolerance, display);
  return same && stated.listed ? stated.result : null;
}

/**
 * Reads the result that a site states, and whether its file has the digest in the manifest; `null`
 * if it is not a result.
 */
export async function readStated(
  site: string,
  { experiment, sha256: digest }: RunRecord,
  display: ProgressDisplay,
): Promise<{ readonly result: Result; readonly listed: boolean } | null> {
  const path = `data/${experiment}.json`;
  const text = await statedFile(site, path);
  if (text === null) {
    display.line(`✗ ${experiment}: ${path} is missing or not a regular file`);
    return null;
  }
  const listed = sha256(text) === digest;
  if (!listed) {
    display.line(`✗ ${experiment}: ${path} differs from the file that the manifest lists`);
  }
  try {
    const result = parseJson(resultSchema, text, path);
    if (result.experiment.id === experiment) return { result, listed };
    const { id } = result.experiment;
    display.line(`✗ ${experiment}: ${path} is a result of ${describe(id)}`);
  } catch (error) {
    display.line(`✗ ${experiment}: ${error instanceof Error ? error.message : error}`);
  }
  return null;
}

/** Runs an experiment with the stated parameters and seeds; `null` if they are invalid. */
async function runAgain(
  experiment: Experiment,
  stated: Result,
  { backend, files, onRead, display }: Verification,
): Promise<Result | null> {
  const place = (path: string) => resolve(callerFolder(), path);
  try {
    const { result } = await runExperiment(experiment, {
      parameters: stated.parameters,
      seeds: stated.seeds,
      backend,
      readFile(path) {
        // The author of the report chose the path, so the user must permit it.
        const named = files.filter((file) => place(file) === place(path));
        if (named.length === 0) {
          throw new InputError("a file that the report reads", "permitted with --read", path);
        }
        for (const file of named) onRead(file);
        return readFile(path);
      },
      onProgress: (progress) => display.update(progress),
    });
    return result;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    display.line(`✗ ${experiment.id}: cannot be run again: ${shorten(error.message, LONGEST)}`);
    return null;
  } finally {
    display.clear();
  }
}

function compareResults(
  stated: Result,
  again: Result,
  allowed: number,
  display: ProgressDisplay,
): boolean {
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(comparable(stated, allowed))),
    JSON.parse(stableStringify(comparable(again, allowed))),
    allowed,
  );
  const { id } = again.experiment;
  const places = differences.length === 1 ? "1 place" : `${differences.length} places`;
  display.line(
    differences.length === 0
      ? `✓ ${id}: all ${numbers} numbers are as stated`
      : `✗ ${id}: differs in ${places}, of ${numbers} numbers`,
  );
  for (const difference of differences.slice(0, 10)) display.line(`    ${shown(difference)}`);
  return differences.length === 0;
}

/**
 * Returns the parts of a result that are compared. The backend is left out, since another line
 * reports it. The worst case of a check measures rounding, so it is left out, too, if the tolerance
 * permits other rounding. Whether the check holds is always compared.
 */
function comparable(result: Result, allowed: number): object {
  const { checks } = result;
  return {
    ...result,
    backend: null,
    checks: allowed === 0 ? checks : checks.map((check) => ({ ...check, worst: null })),
  };
}

/** Describes a difference between two results. */
export function shown({ path, stated, found, relative }: Difference): string {
  const by = Number.isFinite(relative) ? ` (${relative.toExponential(1)} of it)` : "";
  const place = shorten(path, LONGEST);
  return `${place}: stated ${describe(stated)}, found ${describe(found)}${by}`;
}
