import { InputError } from "../../core/errors.ts";
import { nearest } from "../../core/options.ts";
import { delimitedRows } from "./delimited_rows.ts";

/** A row of a table with a header. */
export interface TableRow<Value> {
  /** Where the row is, for messages: `row 3 of a.csv`. */
  readonly place: string;
  /** The fields by column. */
  readonly fields: ReadonlyMap<string, Value>;
}

/**
 * Reads the rows of a CSV or TSV table with a header. Rows are numbered as a spreadsheet does, so that
 * the header is row 1. White space around the names of columns is removed.
 *
 * @param name The name of the table, for messages.
 * @param content The text.
 * @param format The separator of the fields.
 * @param wanted The columns that must be there.
 * @returns The rows after the header, without empty ones.
 * @throws {InputError} If a wanted column is missing or there twice, a row has another number of
 * fields than the header, or a quotation mark is not closed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tableRows } from "./table_rows.ts";
 *
 * const [row] = tableRows("a.csv", "date,y\n2020-01-01,3\n", "csv", ["y"]);
 * assertEquals([row?.place, row?.fields.get("y")], ["row 2 of a.csv", "3"]);
 * ```
 */
export function tableRows(
  name: string,
  content: string,
  format: "csv" | "tsv",
  wanted: readonly string[],
): TableRow<string>[] {
  const rows = delimitedRows(name, content, format === "csv" ? "," : "\t");
  const header = (rows[0]?.fields ?? []).map((column) => column.trim());
  for (const column of wanted) {
    const count = header.filter((one) => one === column).length;
    if (count > 1) throw new InputError(`column "${column}" of ${name}`, "there once", count);
    if (count === 1) continue;
    const near = nearest(column, header);
    const help = near === undefined ? undefined : `Did you mean "${near}"?`;
    throw new InputError(`columns of ${name}`, `some with "${column}"`, header, help);
  }
  return rows.slice(1).map(({ row, fields }) => {
    if (fields.length !== header.length) {
      const what = `row ${row} of ${name}`;
      const help = "A field with a separator needs quotation marks around it";
      const wantedFields = `of ${header.length} fields, as the header`;
      throw new InputError(what, wantedFields, fields.length, help);
    }
    const byColumn = new Map(header.map((column, i) => [column, fields[i] ?? ""]));
    return { place: `row ${row} of ${name}`, fields: byColumn };
  });
}
