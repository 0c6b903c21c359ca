import { InputError, shorten } from "../src/core/errors.ts";
import { stableStringify } from "../src/core/json.ts";
import type { MachineRecord, Result, RunRecord } from "../src/result/result.ts";
import { compare } from "../src/harness/compare.ts";
import { recompute, recomputeEstimates } from "../src/harness/recompute.ts";
import type { ProgressDisplay } from "./progress.ts";
import { publishedValues } from "./published_values.ts";
import { statedFile } from "./stated_file.ts";
import { LONGEST, shown } from "./verify_run.ts";

/**
 * The smallest tolerance: functions such as the logarithm may round differently in another version of
 * the engine.
 */
const ROUNDING = 1e-9;

/**
 * Computes every estimate, interval, p and verdict that a site states of one experiment from the
 * values in its CSV files, and says where they differ.
 *
 * @param site The site's folder.
 * @param run The run that the manifest states.
 * @param stated The result that the site states.
 * @param tolerance The largest relative difference of two numbers that counts as equal, if it is
 * larger than rounding.
 * @returns Whether all are as stated.
 * @throws {InputError} If a file is too large, or may not be read.
 */
export async function verifyValues(
  site: string,
  run: RunRecord,
  stated: Result,
  tolerance: number,
  display: ProgressDisplay,
): Promise<boolean> {
  const { result, machine, problems } = await publishedValues(
    stated,
    run,
    (path) => statedFile(site, path),
  );
  const id = run.experiment;
  let found: { readonly result: object; readonly machine: object };
  try {
    found = { result: recompute(result), machine: recomputeEstimates(machine) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    display.line(`✗ ${id}: values cannot be used: ${shorten(error.message, LONGEST)}`);
    return false;
  }
  const { numbers, differences } = compare(
    JSON.parse(stableStringify({ ...partsOf(stated), machine: estimatesOf(run.machine) })),
    JSON.parse(stableStringify({ ...found.result, machine: found.machine })),
    Math.max(tolerance, ROUNDING),
  );
  const lines = [...problems, ...differences.map(shown)];
  const places = lines.length === 1 ? "1 place" : `${lines.length} places`;
  display.line(
    lines.length === 0
      ? `✓ ${id}: all ${numbers} numbers follow from the published values`
      : `✗ ${id}: does not follow from the published values in ${places}`,
  );
  for (const line of lines.slice(0, 10)) display.line(`    ${line}`);
  return lines.length === 0;
}

function partsOf({ claims, metrics, tables, checks }: Result): object {
  return { claims, metrics, tables, checks };
}

function estimatesOf({ metrics, tables }: MachineRecord): object {
  return { metrics, tables };
}
