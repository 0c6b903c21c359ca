import { estimate } from "../statistics/estimate.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Column, Metric, SeedStatistic, Table } from "../result/result.ts";

/** The label of each value, such as its seed. */
export type Labels = readonly (number | string)[];

/** A metric as an experiment records it. The estimate is computed from the values. */
export interface MetricInput extends Omit<Metric, "estimate" | "labels" | "statistic" | "values"> {
  /** The label of each value. Default: the seeds. */
  readonly labels?: Labels;
  /** How values are summarised. Default: `"mean"`. */
  readonly statistic?: SeedStatistic;
  /** A number for each label. */
  readonly values: readonly number[];
}

/** The measure of a declared claim. */
export interface ClaimInput {
  /** The label of each value. Default: the seeds. */
  readonly labels?: Labels;
  /** The measure for each label. */
  readonly values: readonly number[];
  /** The numbers behind the values, by name, such as the two losses of a ratio. */
  readonly parts?: Readonly<Record<string, readonly number[]>>;
  /**
   * The size of a test set divided by the size of the training set, if the labels are overlapping
   * splits. Default: the labels are independent.
   */
  readonly overlap?: number;
  /** The measure under other conventions, whose verdicts are shown. Default: none. */
  readonly alternatives?: readonly {
    /** The convention. */
    readonly name: string;
    /** The measure for each label. */
    readonly values: readonly number[];
  }[];
}

/** The outcome of a declared check. */
export interface CheckInput {
  /** The number of cases. */
  readonly cases: number;
  /** The largest value of the measure among the cases. */
  readonly worst: number;
}

/** A column as an experiment records it. */
export interface ColumnInput extends Column {
  /**
   * How values are summarised, if each cell of this column is a list of a number for each label.
   * The recorded table has the statistic in this column and the columns `low` and `high` after it.
   * Default: cells are single values.
   */
  readonly statistic?: SeedStatistic;
}

/** A cell as an experiment records it: a single value, or a list of a number for each label. */
export type CellInput = number | string | null | readonly (number | null)[];

/** A table as an experiment records it. */
export interface TableInput extends Omit<Table, "columns" | "rows" | "samples"> {
  /** The columns. At most one has a statistic, and its name is `value`. */
  readonly columns: readonly ColumnInput[];
  /** A cell for each column. */
  readonly rows: readonly (readonly CellInput[])[];
  /** The label of each number of a list. Default: the seeds. */
  readonly labels?: Labels;
}

/**
 * Names a record in messages.
 *
 * @param kind Its kind, such as `"table"`.
 * @param given The record, which may be invalid.
 * @returns The kind with the id, if there is one.
 */
export function nameOf(kind: string, given: unknown): string {
  const id = isPlainObject(given) ? given["id"] : undefined;
  return typeof id === "string" ? `${kind} ${id}` : `a ${kind}`;
}

/**
 * Checks values by seed, and adds the default labels and statistic.
 *
 * @param what The name of the values, for messages.
 * @param given The values with their labels.
 * @param seeds The default labels.
 * @returns The values with labels and statistic.
 * @throws {InputError} Unless there is a finite number for each label.
 */
export function seedValues(
  what: string,
  given: {
    readonly labels?: Labels;
    readonly values: readonly number[];
    readonly statistic?: SeedStatistic;
  },
  seeds: Labels,
): {
  readonly labels: Labels;
  readonly values: readonly number[];
  readonly statistic: SeedStatistic;
} {
  if (!isPlainObject(given)) throw new InputError(what, "an object", given);
  const { labels = seeds, values, statistic = "mean" } = given;
  if (!Array.isArray(values) || values.length !== labels.length) {
    throw new InputError(`${what}: values`, `${labels.length} numbers, one for each label`, values);
  }
  for (const [i, value] of values.entries()) {
    if (Number.isFinite(value)) continue;
    throw new InputError(`${what}: the value of ${labels[i]}`, "a finite number", value);
  }
  return { labels, values, statistic };
}

/**
 * Replaces the column with a statistic by three columns: the statistic and both ends of its
 * interval. The values become the `samples` of the table.
 *
 * If a value of a row is missing or not finite, or not positive for a geometric mean, the statistic
 * does not exist. All three columns then have `null`, and a figure has a gap.
 *
 * @param table The table in the form in which an experiment records it.
 * @param seeds The default labels.
 * @returns The table in the form in which a result has it.
 * @throws {InputError} If two columns have a statistic, the column is not called `value`, or a list
 * has the wrong length.
 */
export function withIntervals(table: TableInput, seeds: Labels): Table {
  const { labels = seeds, ...rest } = table;
  const indices = table.columns.flatMap((column, i) => column.statistic === undefined ? [] : [i]);
  const [index] = indices;
  const column = index === undefined ? undefined : table.columns[index];
  if (index === undefined || column?.statistic === undefined) return plain(rest);
  const what = `table ${table.id}`;
  if (indices.length > 1 || column.name !== "value") {
    const names = indices.map((i) => table.columns[i]?.name);
    throw new InputError(`${what}: columns with a statistic`, 'one column named "value"', names);
  }
  const { statistic, ...value } = column;
  const unit = value.unit === undefined ? {} : { unit: value.unit };
  const ends = [
    { name: "low", label: "lower end of the 95 % interval", ...unit },
    { name: "high", label: "upper end of the 95 % interval", ...unit },
  ];
  const around = <T>(all: readonly T[], middle: readonly T[]): T[] => [
    ...all.slice(0, index),
    ...middle,
    ...all.slice(index + 1),
  ];
  const samples: (number | null)[][] = [];
  const rows = table.rows.map((row, r) => {
    const cell = row[index];
    const values = Array.isArray(cell) ? cell : labels.map(() => null);
    if (values.length !== labels.length || (cell !== null && !Array.isArray(cell))) {
      const wanted = `a list of ${labels.length} numbers, one for each label, or null`;
      throw new InputError(`${what}, row ${r}, column value`, wanted, cell);
    }
    samples.push(values.map((one) => Number.isFinite(one) ? one : null));
    return around(row.map(scalar), summary(values, statistic));
  });
  return {
    ...plain(rest),
    columns: around<Column>(table.columns, [value, ...ends]),
    rows,
    samples: { statistic, labels, values: samples },
  };
}

/**
 * Computes the statistic of a row and its interval; `null` for each if the statistic is undefined.
 */
function summary(
  values: readonly (number | null)[],
  statistic: SeedStatistic,
): [number | null, number | null, number | null] {
  const usable = values.every((value) => {
    return Number.isFinite(value) && (statistic !== "geometric-mean" || Number(value) > 0);
  });
  if (!usable) return [null, null, null];
  const { value, low, high } = estimate(values.map(Number), { statistic });
  return [value, low, high];
}

/** Returns a table without values by seed. */
function plain(table: Omit<TableInput, "labels">): Table {
  return { ...table, rows: table.rows.map((row) => row.map(scalar)) };
}

function scalar(cell: CellInput): number | string | null {
  return typeof cell === "number" || typeof cell === "string" ? cell : null;
}
