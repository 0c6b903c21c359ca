import { estimate } from "../statistics/estimate.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Column, Metric, SeedStatistic, Table } from "../result/result.ts";

/** What each value is of, such as the seeds. */
export type Labels = readonly (number | string)[];

/** A metric as an experiment records it: the estimate follows from the values. */
export interface MetricInput extends Omit<Metric, "estimate" | "labels" | "statistic" | "values"> {
  /** What each value is of; by default the seeds. */
  readonly labels?: Labels;
  /** How values are summed up; by default the mean. */
  readonly statistic?: SeedStatistic;
  /** A number for each label. */
  readonly values: readonly number[];
}

/** The measure of a declared claim. */
export interface ClaimInput {
  /** What each value is of; by default the seeds. */
  readonly labels?: Labels;
  /** The measure, for each label. */
  readonly values: readonly number[];
  /** What the values were computed from, by name: the two losses of a ratio. */
  readonly parts?: Readonly<Record<string, readonly number[]>>;
  /** The size of a test set over that of its training set, if the labels are overlapping splits. */
  readonly overlap?: number;
  /** The measure under other conventions: the verdict under each is shown. */
  readonly alternatives?: readonly {
    /** The convention. */
    readonly name: string;
    /** The measure, for each label. */
    readonly values: readonly number[];
  }[];
}

/** What was computed for a declared check. */
export interface CheckInput {
  /** How many cases were computed. */
  readonly cases: number;
  /** The largest value of the measure among them. */
  readonly worst: number;
}

/** A column as an experiment records it. */
export interface ColumnInput extends Column {
  /**
   * How values of seeds are summed up, if each cell of this column is a list of a number for each
   * seed. The recorded table has the statistic there and the columns `low` and `high` after it.
   */
  readonly statistic?: SeedStatistic;
}

/** A cell as an experiment records it: a list has a number for each seed. */
export type CellInput = number | string | null | readonly (number | null)[];

/** A table as an experiment records it. */
export interface TableInput extends Omit<Table, "columns" | "rows" | "samples"> {
  /** What each cell of a row is; at most one has a statistic, and its name is `value`. */
  readonly columns: readonly ColumnInput[];
  /** A cell for each column. */
  readonly rows: readonly (readonly CellInput[])[];
  /** What each number of a list is of; by default the seeds. */
  readonly labels?: Labels;
}

/** The kind and, if there is one, the id of a record, for messages. */
export function nameOf(kind: string, given: unknown): string {
  const id = isPlainObject(given) ? given["id"] : undefined;
  return typeof id === "string" ? `${kind} ${id}` : `a ${kind}`;
}

/**
 * Checks values of seeds, and names what they are of.
 *
 * @param what What they are, for messages.
 * @param given The values with their labels.
 * @param seeds The labels by default.
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
 * Replaces the column with a statistic by the statistic and its interval, and keeps the values.
 *
 * A row whose statistic does not exist has `null` for all three, and a figure has a gap there: if a
 * seed has no finite number, or one that is not positive for a geometric mean.
 *
 * @param table As an experiment records it.
 * @param seeds What each number of a list is of by default.
 * @throws {InputError} On a second such column, another name, or a list of the wrong length.
 */
export function withIntervals(table: TableInput, seeds: Labels): Table {
  const { labels = seeds, ...rest } = table;
  const places = table.columns.flatMap((column, i) => column.statistic === undefined ? [] : [i]);
  const [place] = places;
  const column = place === undefined ? undefined : table.columns[place];
  if (place === undefined || column?.statistic === undefined) return plain(rest);
  const what = `table ${table.id}`;
  if (places.length > 1 || column.name !== "value") {
    const names = places.map((i) => table.columns[i]?.name);
    throw new InputError(`${what}: columns with a statistic`, 'one column named "value"', names);
  }
  const { statistic, ...value } = column;
  const unit = value.unit === undefined ? {} : { unit: value.unit };
  const ends = [
    { name: "low", label: "lower end of the 95 % interval", ...unit },
    { name: "high", label: "upper end of the 95 % interval", ...unit },
  ];
  const around = <T>(all: readonly T[], middle: readonly T[]): T[] => [
    ...all.slice(0, place),
    ...middle,
    ...all.slice(place + 1),
  ];
  const samples: (number | null)[][] = [];
  const rows = table.rows.map((row, r) => {
    const cell = row[place];
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

/** The statistic of a row with its interval; `null` if it does not exist. */
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

/** A table without columns of values by seed. */
function plain(table: Omit<TableInput, "labels">): Table {
  return { ...table, rows: table.rows.map((row) => row.map(scalar)) };
}

function scalar(cell: CellInput): number | string | null {
  return typeof cell === "number" || typeof cell === "string" ? cell : null;
}
