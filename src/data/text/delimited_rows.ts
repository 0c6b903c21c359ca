import { dsvFormat } from "d3-dsv";
import { InputError } from "../../core/errors.ts";

/** A row of a table with its number, as a spreadsheet counts: from 1. */
export interface DelimitedRow {
  /** The number of the row. */
  readonly row: number;
  /** The fields. */
  readonly fields: readonly string[];
}

/**
 * Splits a table of separated values (RFC 4180) into rows. Rows without any text are left out.
 *
 * @param name The name of the table, for messages.
 * @param content The text.
 * @param separator The character between two fields.
 * @returns The rows with their numbers.
 * @throws {InputError} If a quotation mark opens a field and none closes it. A reader would take all
 * the rest of the file for one field.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { delimitedRows } from "./delimited_rows.ts";
 *
 * const rows = delimitedRows("a.csv", 'text,label\n\n"Good, cheap",1\n', ",");
 * assertEquals(rows[1], { row: 3, fields: ["Good, cheap", "1"] });
 * ```
 */
export function delimitedRows(
  name: string,
  content: string,
  separator: "," | "\t",
): DelimitedRow[] {
  const open = openQuote(content, separator);
  if (open !== null) {
    const help = "A quotation mark within a field is written twice";
    throw new InputError(`row ${open} of ${name}`, "closed by a quotation mark", "none", help);
  }
  const rows: readonly (readonly string[])[] = dsvFormat(separator).parseRows(content);
  return rows.map((fields, i) => ({ row: i + 1, fields }))
    .filter(({ fields }) => fields.some((field) => field.trim() !== ""));
}

/** Returns the row in which a field is opened by a quotation mark and not closed; `null` if none. */
function openQuote(content: string, separator: string): number | null {
  let row = 1;
  let atStart = true; // Only at the start of a field does a quotation mark open it.
  for (let i = 0; i < content.length; i++) {
    const sign = content[i];
    if (sign === '"' && atStart) {
      const end = closingQuote(content, i + 1);
      if (end === null) return row;
      i = end;
      atStart = false;
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && content[i + 1] === "\n") i++;
      row++;
      atStart = true;
    } else atStart = sign === separator;
  }
  return null;
}

function closingQuote(content: string, start: number): number | null {
  for (let at = content.indexOf('"', start); at >= 0; at = content.indexOf('"', at + 2)) {
    if (content[at + 1] !== '"') return at;
  }
  return null;
}
