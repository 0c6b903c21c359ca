import { csvFormatRows } from "d3-dsv";
import { stableStringify } from "../core/json.ts";
import type { Claim, Metric, Result, Table } from "../result/result.ts";
import { greatest } from "./format/numbers.ts";

/** Returns a result as JSON with sorted keys, so that equal results have equal files. */
export function resultText(result: Result): string {
  return `${stableStringify(result, 2)}\n`;
}

/**
 * A table as CSV: a header of column names, then the rows. Numbers have all of their digits; a missing
 * value is an empty cell.
 *
 * A spreadsheet runs a text as a formula if it begins with `=`, `+`, `-` or `@`. These may be
 * full-width signs, or follow spaces and control characters. An apostrophe is written in front of
 * such a name or cell, and also of such a text after a semicolon, a tab or a line break, since some
 * programs begin a new cell there. Numbers are unchanged, and the JSON file has the exact text.
 *
 * @param table The table.
 * @returns The CSV.
 */
export function tableCsv(table: Table): string {
  return csv(table.columns.map((column) => column.name), table.rows);
}

/**
 * Returns the values behind the intervals of a table as CSV: the other columns of the table, and
 * then a column for each label, such as a seed. Numbers have all of their digits, as in
 * {@link tableCsv}.
 *
 * @param table The table.
 * @returns The CSV; `null` if the table has no intervals over seeds.
 */
export function seedsCsv({ columns, rows, samples }: Table): string | null {
  if (!samples) return null;
  const keys = columns.flatMap(({ name }, i) => INTERVAL.includes(name) ? [] : [i]);
  return csv(
    [...keys.map((i) => columns[i]?.name ?? ""), ...samples.labels],
    rows.map((row, r) => [...keys.map((i) => row[i] ?? null), ...samples.values[r] ?? []]),
  );
}

/** The columns of a table that are computed from the values of the seeds. */
export const INTERVAL: readonly string[] = ["value", "low", "high"];

/**
 * The values of a claim as CSV: seed (or label), value, the parts that the values were computed from,
 * and the values under other conventions. Numbers have all of their digits, as in {@link tableCsv}.
 *
 * @param claim The claim.
 * @returns The CSV.
 */
export function claimCsv({ labels, values, parts = {}, alternatives }: Claim): string {
  return columnsCsv([
    [labelColumn(labels), labels],
    ["value", values],
    ...Object.entries(parts),
    ...alternatives.map(({ name, values }) => [alternativeColumn(name), values] as const),
  ]);
}

/** The name of the column with the values under another convention. */
export function alternativeColumn(name: string): string {
  return `alternative: ${name}`;
}

/**
 * The values of a metric as CSV: seed (or label) and value. Numbers have all of their digits, as in
 * {@link tableCsv}.
 *
 * @param metric The metric.
 * @returns The CSV.
 */
export function metricCsv({ labels, values }: Pick<Metric, "labels" | "values">): string {
  return columnsCsv([[labelColumn(labels), labels], ["value", values]]);
}

/** The name of the column of labels: integers are seeds. */
function labelColumn(labels: readonly (number | string)[]): string {
  return labels.every((label) => Number.isInteger(label)) ? "seed" : "label";
}

/** Formats columns as CSV. A shorter column ends with empty cells. */
function columnsCsv(
  columns: readonly (readonly [name: string, cells: readonly (number | string)[]])[],
): string {
  const length = greatest(columns.map(([, cells]) => cells.length));
  return csv(
    columns.map(([name]) => name),
    Array.from({ length }, (_, row) => columns.map(([, cells]) => cells[row] ?? null)),
  );
}

/** Formats a header and rows as CSV; see {@link tableCsv}. */
export function csv(
  names: readonly (number | string)[],
  rows: readonly (readonly (number | string | null)[])[],
): string {
  const format: (rows: readonly (readonly string[])[]) => string = csvFormatRows;
  return `${format([names, ...rows].map((row) => row.map(cellText)))}\n`;
}

/** Returns the text of a cell. A number is read back exactly. */
function cellText(cell: number | string | null): string {
  if (typeof cell === "string") return noFormula(cell);
  return cell === null ? "" : Object.is(cell, -0) ? "-0" : String(cell);
}

/**
 * The beginning of a text that a spreadsheet may run as a formula, with characters in front that
 * the spreadsheet may drop.
 */
const formulaStart =
  /(?<=^|[;\t\r\n])(?=(?:(?![\t\r\n])[\s\p{Cc}\p{Cf}])*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])|^(?=[\p{Cc}\p{Cf}\u00a0])/gu;

function noFormula(text: string): string {
  return text.replace(formulaStart, "'");
}

/** Returns a table as JSON: the title, the columns, and an object by column name for each row. */
export function tableJson(table: Table): string {
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, i) => [column.name, row[i] ?? null]))
  );
  return `${stableStringify({ title: table.title, columns: table.columns, rows }, 1)}\n`;
}

/** The columns of the list of claims. */
const columns: Readonly<Record<string, (claim: Claim) => number | string | null | undefined>> = {
  claim: ({ id }) => id,
  family: ({ family }) => family,
  statement: ({ statement }) => statement,
  statistic: ({ statistic }) => statistic,
  relation: ({ predicts }) => predicts.relation,
  value: ({ predicts }) => predicts.value,
  smallest_effect: ({ predicts }) => predicts.smallestEffect,
  unit: ({ unit }) => unit,
  overlap: ({ overlap }) => overlap,
  n: ({ estimate }) => estimate.n,
  estimate: ({ estimate }) => estimate.value,
  low: ({ estimate }) => estimate.low,
  high: ({ estimate }) => estimate.high,
  p: ({ p }) => p,
  adjusted_p: ({ adjustedP }) => adjustedP,
  equivalence_p: ({ equivalenceP }) => equivalenceP,
  adjusted_equivalence_p: ({ adjustedEquivalenceP }) => adjustedEquivalenceP,
  outside_p: ({ outsideP }) => outsideP,
  adjusted_outside_p: ({ adjustedOutsideP }) => adjustedOutsideP,
  agreeing: ({ agreeing }) => agreeing.value,
  agreeing_low: ({ agreeing }) => agreeing.low,
  agreeing_high: ({ agreeing }) => agreeing.high,
  signed_rank_p: ({ signedRankP }) => signedRankP,
  detectable: ({ detectable }) => detectable,
  verdict: ({ verdict }) => verdict,
  unadjusted_verdict: ({ unadjustedVerdict }) => unadjustedVerdict,
};

/**
 * Returns the claims of a report as CSV, one per row: the prediction, and all numbers from which
 * the verdict follows.
 *
 * @param results The results of the report.
 * @returns The CSV.
 */
export function claimsCsv(results: readonly Pick<Result, "claims" | "experiment">[]): string {
  const rows = results.flatMap(({ experiment, claims }) =>
    claims.map((claim) => [
      experiment.id,
      ...Object.values(columns).map((cell) => cell(claim) ?? null),
    ])
  );
  return csv(["experiment", ...Object.keys(columns)], rows);
}
