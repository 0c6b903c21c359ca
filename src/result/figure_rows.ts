import { InputError } from "../core/errors.ts";
import type { Table } from "./result.ts";

/** The parts of a figure that name its table. */
export interface TableFigure {
  /** The id of the figure. */
  readonly id: string;
  /** The id of the table. */
  readonly table: string;
}

/** A row of the table of a figure. */
export class FigureRow {
  readonly #place: (column: string) => string;
  readonly #cells: ReadonlyMap<string, number | string | null>;

  /**
   * Makes a reader of a row.
   *
   * @param place Names a column in messages.
   * @param cells The cells by the names of their columns.
   */
  constructor(
    place: (column: string) => string,
    cells: ReadonlyMap<string, number | string | null>,
  ) {
    this.#place = place;
    this.#cells = cells;
  }

  /**
   * Returns a cell.
   *
   * @param column The name of the column.
   * @returns The cell; `null` if it has no value.
   */
  cell(column: string): number | string | null {
    return this.#cells.get(column) ?? null;
  }

  /**
   * Reads a name.
   *
   * @param column The name of the column.
   * @returns The text of the cell; a number as text.
   * @throws {InputError} If the cell has no value or an empty text.
   */
  name(column: string): string {
    const cell = this.cell(column);
    if (cell === null || cell === "") {
      throw new InputError(this.#place(column), "a text that is not empty, or a number", cell);
    }
    return String(cell);
  }

  /**
   * Reads a name that must be one of a list.
   *
   * @param column The name of the column.
   * @param names The possible names.
   * @returns The index in the list.
   * @throws {InputError} If the cell is not in the list.
   */
  indexIn(column: string, names: readonly string[]): number {
    const index = names.findIndex((name) => name === this.cell(column));
    if (index >= 0) return index;
    throw new InputError(this.#place(column), `one of ${names.join(", ")}`, this.cell(column));
  }

  /**
   * Reads a number of a range.
   *
   * @param column The name of the column.
   * @param greatest The greatest number; the smallest is 0.
   * @returns The number.
   * @throws {InputError} If the cell is not a number of the range.
   */
  number(column: string, greatest = Infinity): number {
    const cell = this.cell(column);
    if (typeof cell === "number" && cell >= 0 && cell <= greatest) return cell;
    const wanted = greatest === Infinity
      ? "a number of 0 or more"
      : `a number from 0 to ${greatest}`;
    throw new InputError(this.#place(column), wanted, cell);
  }
}

/**
 * Reads the rows of the table of a figure.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @param columns The names of the columns that the figure uses.
 * @returns The rows in order, and the labels of the columns.
 * @throws {InputError} If the table or a column does not exist.
 */
export function figureRows(
  figure: TableFigure,
  tables: readonly Table[],
  columns: readonly string[],
): { readonly rows: readonly FigureRow[]; readonly labels: ReadonlyMap<string, string> } {
  const table = tables.find(({ id }) => id === figure.table);
  if (!table) {
    const known = tables.map(({ id }) => id).join(", ");
    const wanted = known === "" ? "a table that is recorded before it" : `one of ${known}`;
    throw new InputError(`figure ${figure.id}: table`, wanted, figure.table);
  }
  const names = table.columns.map(({ name }) => name);
  const unknown = columns.find((column) => !names.includes(column));
  if (unknown !== undefined) {
    const wanted = `one of ${names.join(", ")}`;
    throw new InputError(`figure ${figure.id}: column of ${table.id}`, wanted, unknown);
  }
  const place = (column: string) =>
    `column ${column} of table ${table.id}, drawn in figure ${figure.id},`;
  const rows = table.rows.map((row) =>
    new FigureRow(place, new Map(names.map((name, i) => [name, row[i] ?? null])))
  );
  return { rows, labels: new Map(table.columns.map(({ name, label }) => [name, label])) };
}
