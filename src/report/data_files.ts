import { csvFormatRows } from "d3-dsv";
import { stableStringify } from "../core/json.ts";
import type { Result, Table } from "../core/result.ts";

/** A result as its file in the site: JSON with sorted keys, equal for equal results. */
export function resultText(result: Result): string {
  return `${stableStringify(result, 2)}\n`;
}

/**
 * A table as CSV: a header of column names; numbers in full, no value as an empty cell.
 *
 * A spreadsheet would run text that begins with `=`, `+`, `-` or `@`, also as full-width signs and after
 * spaces and control characters, as a formula. So such a name or text cell has an apostrophe before
 * it. So has what follows a semicolon, a tab or a line break in it, since programs whose cells end there
 * would begin a cell with it. Numbers are as they are, and the JSON file has every text exactly.
 *
 * @param table The table.
 * @returns The CSV.
 */
export function tableCsv(table: Table): string {
  const format: (rows: readonly (readonly string[])[]) => string = csvFormatRows;
  const rows = table.rows.map((row) =>
    row.map((cell) => typeof cell === "string" ? noFormula(cell) : String(cell ?? ""))
  );
  return `${format([table.columns.map((column) => noFormula(column.name)), ...rows])}\n`;
}

/** Where a cell begins that a spreadsheet would run, or that begins with what it might leave out. */
const formulaStart =
  /(?<=^|[;\t\r\n])(?=(?:(?![\t\r\n])[\s\p{Cc}\p{Cf}])*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])|^(?=[\p{Cc}\p{Cf}\u00a0])/gu;

function noFormula(text: string): string {
  return text.replace(formulaStart, "'");
}

/** A table as JSON: its title, its columns, and an object by column name for each row. */
export function tableJson(table: Table): string {
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, i) => [column.name, row[i] ?? null]))
  );
  return `${stableStringify({ title: table.title, columns: table.columns, rows }, 1)}\n`;
}
