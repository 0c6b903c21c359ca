import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { type TableRow, tableRows } from "../text/table_rows.ts";
import { readUtf8 } from "../text/utf8.ts";
import { gapsOf, type Series } from "./series.ts";
import { type ReadTimes, readTimes } from "./time_axis.ts";

/** Options of {@link readSeries}. */
export interface ReadSeriesOptions {
  /** The columns of the values, each a series; by default all columns but that of the times. */
  readonly columns?: readonly string[];
  /** The column of the times; without it the rows have the times 1, 2, 3, ... */
  readonly time?: string;
  /** The fields that mean a missing value; by default an empty one, `NA`, `NaN` and `null`. */
  readonly missing?: readonly string[];
  /** The fewest values of a series that are not missing; 2 by default. */
  readonly minimum?: number;
}

const names: OptionNames<ReadSeriesOptions> = {
  columns: true,
  time: true,
  missing: true,
  minimum: true,
};

/**
 * Reads series from the bytes of a CSV or TSV file with a header. The times must be regular: the
 * smallest distance of two times is the step, and times without a row are gaps, as missing values
 * are. `gaps` of a series names them; their values are `NaN`.
 *
 * @param name The name of the file, for messages; if it ends in `.tsv`, tabs separate the fields.
 * @param bytes The bytes, at once or in pieces.
 * @param options The columns, the times and what a missing value is.
 * @returns A series for each column, all with the same times.
 * @throws {InputError} If the bytes are not UTF-8; a column is missing; a value is neither a finite
 * decimal number nor missing; a time has another format than the others, is repeated, out of order
 * or not regular; or a series has fewer than `minimum` values. The message names the row and the
 * column.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSeries } from "./read_series.ts";
 *
 * const file = new TextEncoder().encode("month,sales\n2020-01,5\n2020-02,7\n2020-04,6.5\n");
 * const [sales] = await readSeries("sales.csv", file, { time: "month" });
 * assertEquals([...sales?.values ?? []], [5, 7, NaN, 6.5]);
 * assertEquals(sales?.gaps, [{ index: 2, count: 1, from: "2020-03", to: "2020-03" }]);
 * ```
 */
export async function readSeries(
  name: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  options: ReadSeriesOptions = {},
): Promise<Series[]> {
  checkOptions("readSeries", options, names);
  if (typeof name !== "string") throw new InputError("name", "a string", name);
  const { time, missing = ["", "NA", "NaN", "null"], minimum = 2 } = options;
  positiveInteger("minimum", minimum);
  if (time !== undefined && typeof time !== "string") {
    throw new InputError("time", "the name of a column", time);
  }
  checkTexts("missing", missing);
  const given = options.columns;
  if (given !== undefined) checkColumns(given, time);
  const format = name.toLowerCase().endsWith(".tsv") ? "tsv" : "csv";
  const wanted = [...given ?? [], ...(time === undefined ? [] : [time])];
  const rows = tableRows(name, await readUtf8(name, bytes), format, wanted);
  const [first] = rows;
  if (first === undefined) throw new InputError(name, "a table with rows after its header", "none");
  const columns = given ?? [...first.fields.keys()].filter((column) => column !== time);
  if (columns.length === 0) throw new InputError(name, "a table with a column of values", "none");
  const times = time === undefined ? counted(rows.length) : readTimes(
    time,
    rows.map(({ place, fields }) => ({ place, text: fields.get(time) ?? "" })),
  );
  return columns.map((column) => seriesOf(name, column, rows, times, missing, minimum));
}

function counted(length: number): ReadTimes {
  const indices = Array.from({ length }, (_, i) => i);
  return { axis: { unit: "number", start: 1, step: 1 }, indices };
}

function seriesOf(
  name: string,
  column: string,
  rows: readonly TableRow<string>[],
  { axis, indices }: ReadTimes,
  missing: readonly string[],
  minimum: number,
): Series {
  const values = new Float64Array((indices.at(-1) ?? 0) + 1).fill(NaN);
  let present = 0;
  rows.forEach(({ place, fields }, i) => {
    const text = (fields.get(column) ?? "").trim();
    if (missing.includes(text)) return;
    values[indices[i] ?? 0] = numberOf(`"${column}" in ${place}`, text);
    present++;
  });
  if (present < minimum) {
    throw new InputError(`column "${column}" of ${name}`, `of at least ${minimum} values`, present);
  }
  const gaps = gapsOf(values, axis);
  return { id: column, title: column, origin: name, licence: null, unit: null, axis, values, gaps };
}

function numberOf(what: string, text: string): number {
  // `Number` also reads "0x10" and "Infinity".
  const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const value = isDecimal ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  const help = /^[+-]?[\d.,]+$/.test(text)
    ? "Write a decimal point, and no signs between thousands"
    : undefined;
  throw new InputError(what, isDecimal ? "a finite number" : "a number", text, help);
}

function checkTexts(name: string, list: readonly string[]): void {
  const given: unknown = list;
  if (Array.isArray(given) && given.every((entry) => typeof entry === "string")) return;
  throw new InputError(name, "a list of texts", list);
}

function checkColumns(columns: readonly string[], time: string | undefined): void {
  checkTexts("columns", columns);
  if (columns.length === 0) throw new InputError("columns", "at least one column", columns);
  if (new Set(columns).size < columns.length) {
    throw new InputError("columns", "different columns", columns);
  }
  if (time !== undefined && columns.includes(time)) {
    throw new InputError("columns", `without "${time}", which has the times`, columns);
  }
}
