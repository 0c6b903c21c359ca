import { csvParseRows } from "d3-dsv";
import { InputError, shorten } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import type {
  Claim,
  MachineRecord,
  Metric,
  Result,
  RunRecord,
  Table,
} from "../../src/result/result.ts";
import { compare } from "../../src/harness/compare.ts";
import { recompute, recomputeEstimates } from "../../src/harness/recompute.ts";
import { claimCsv, INTERVAL, metricCsv, seedsCsv } from "../../src/report/data_files.ts";
import { claimPath, metricPath, tablePath } from "../../src/report/view.ts";
import type { ProgressDisplay } from "../cli/progress.ts";
import { statedFile } from "./compare_site.ts";
import { LONGEST, shown } from "./verify_run.ts";

/**
 * The smallest tolerance: functions such as the logarithm may round differently in another version of
 * the engine.
 */
const ROUNDING = 1e-9;

/**
 * Computes every estimate, interval, p value and verdict of an experiment from the values in the
 * CSV files of a site, and shows where the site states others.
 *
 * @param site The site's folder.
 * @param run The run that the manifest states.
 * @param stated The result that the site states.
 * @param tolerance The largest relative difference of two numbers that counts as equal; at least
 * {@link ROUNDING}.
 * @returns Whether all are as stated.
 * @throws {InputError} If a file is too large, or the user may not read it.
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

/** A result and the measurements of its machine, with values from the CSV files of a site. */
export interface Published {
  readonly result: Result;
  readonly machine: MachineRecord;
  /** The problems of the files, by path. */
  readonly problems: readonly string[];
}

/** Cells of a file by row and column. */
type Cells = readonly (readonly string[])[];

/**
 * Reads the values behind a result from the CSV files of a site, in place of those in the result.
 *
 * @param result The result that the site states.
 * @param run The run of the result.
 * @param read Returns the text of a file of the site; `null` if there is no such file.
 * @returns The result with the values of the files. If a file is missing or has another format, the
 * stated values stay, and a problem names the file.
 */
export async function publishedValues(
  result: Result,
  run: RunRecord,
  read: (path: string) => Promise<string | null>,
): Promise<Published> {
  const problems: string[] = [];
  const of = { result, run };
  /**
   * Reads the cells of a file, without its header and the columns of names in front of the values.
   */
  const cells = async (path: string, wanted: string, names: number): Promise<Cells | null> => {
    const text = await read(path);
    if (text === null) problems.push(`${path} is missing`);
    if (text === null) return null;
    const parse: (csv: string) => Cells = csvParseRows;
    const [found, expected] = [parse(text), parse(wanted)];
    const frame = (rows: Cells) =>
      JSON.stringify(rows.map((row, r) => [row.length, r === 0 ? row : row.slice(0, names)]));
    if (frame(found) === frame(expected)) return found.slice(1).map((row) => row.slice(names));
    problems.push(`${path} has other columns, rows or labels than the result`);
    return null;
  };
  const metric = async (given: Metric): Promise<Metric> => {
    const rows = await cells(metricPath(of, given.id), metricCsv(given), 1);
    return rows ? { ...given, values: column(rows, 0) } : given;
  };
  const table = async (given: Table): Promise<Table> => {
    const { samples, columns } = given;
    const wanted = seedsCsv(given);
    if (!samples || wanted === null) return given;
    const names = columns.filter(({ name }) => !INTERVAL.includes(name)).length;
    const rows = await cells(tablePath(of, given.id, "seeds.csv"), wanted, names);
    return rows ? { ...given, samples: { ...samples, values: rows.map(numbers) } } : given;
  };
  const claim = async (given: Claim): Promise<Claim> => {
    const rows = await cells(claimPath(of, given.id), claimCsv(given), 1);
    if (!rows) return given;
    const parts = Object.keys(given.parts ?? {});
    return {
      ...given,
      values: column(rows, 0),
      ...(given.parts === undefined ? {} : {
        parts: Object.fromEntries(parts.map((name, i) => [name, column(rows, 1 + i)])),
      }),
      alternatives: given.alternatives.map((other, i) => ({
        ...other,
        values: column(rows, 1 + parts.length + i),
      })),
    };
  };
  const { machine } = run;
  return {
    result: {
      ...result,
      claims: await Promise.all(result.claims.map(claim)),
      metrics: await Promise.all(result.metrics.map(metric)),
      tables: await Promise.all(result.tables.map(table)),
    },
    machine: {
      ...machine,
      metrics: await Promise.all(machine.metrics.map(metric)),
      tables: await Promise.all(machine.tables.map(table)),
    },
    problems,
  };
}

/** Reads the numbers of a column. */
function column(rows: Cells, place: number): number[] {
  return rows.map((row) => row[place] ?? "").filter((cell) => cell !== "").map(Number);
}

/** Reads the numbers of a row; `null` for an empty cell. */
function numbers(row: readonly string[]): (number | null)[] {
  return row.map((cell) => cell === "" ? null : Number(cell));
}
