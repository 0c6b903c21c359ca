import { checkOptions, type OptionNames } from "../core/options.ts";
import type { BandLayer, Layer, LineLayer } from "../result/marks.ts";
import type { Chart } from "../result/figure.ts";
import type { FigureText } from "../result/figure_text.ts";
import type { NumberAxis } from "../result/axes.ts";
import type { Column, SeedStatistic } from "../result/result.ts";
import { type CellInput, type Labels, nameOf, type TableInput } from "./seed_values.ts";

/** The values of seeds: the column `value` of a table. */
export interface ValuesInput {
  /** The quantity in words: `"mean squared error"`. */
  readonly label: string;
  /** The unit of the values. Default: none. */
  readonly unit?: string;
  /** The statistic that summarises the values over seeds. Default: `"mean"`. */
  readonly statistic?: SeedStatistic;
}

/** The positions of the points of curves on x: a column of the table. */
export interface PointsInput extends Column {
  /** The position of each point. Can be left out if each curve has `points`. */
  readonly values?: readonly number[];
}

/** A curve of the table, with the values of each seed at each point. */
export interface CurveInput {
  /** The cells of the columns `names`, which name the curve. Default: none. */
  readonly names?: readonly CellInput[];
  /**
   * The values, of shape [seed][point]. A missing value is `NaN` or `null`, or the list of the seed
   * is shorter.
   */
  readonly values: readonly (readonly (number | null)[])[];
  /** The position of each point of this curve. Default: the positions of `x`. */
  readonly points?: readonly number[];
  /** The cells of the columns `more`, of shape [column][point]. Default: empty cells. */
  readonly more?: readonly (readonly CellInput[])[];
}

/** A row of the table, with a value of each seed. */
export interface RowInput {
  /** The cells of the columns `names`, which name the row. */
  readonly names: readonly CellInput[];
  /** A number for each seed. */
  readonly values: readonly (number | null)[];
  /** The cells of the columns `more`. Default: empty cells. */
  readonly more?: readonly CellInput[];
}

/** The column that names the series or the categories of a figure. */
export interface NamesInput {
  /** The name of the column. */
  readonly column: string;
  /** The names in order. Default: the cells of the column, in the order of the table. */
  readonly names?: readonly string[];
  /** The heading of the names in the figure. Default: the column's label. */
  readonly label?: string;
}

/** The text, series and panels of a figure of values by seed. */
export interface SeedFigureInput extends Omit<FigureText, "id"> {
  /** The figure's id. Default: the table's. */
  readonly id?: string;
  /** The column with the series of each curve or symbol. Default: none (one series). */
  readonly series?: string | NamesInput;
  /** The column with the panel of each row: small multiples. Default: none (one panel). */
  readonly facet?: string;
  /** Layers that are drawn below the values, such as rules. Default: none. */
  readonly under?: readonly Layer[];
  /** Layers that are drawn above the values. Default: none. */
  readonly over?: readonly Layer[];
}

/** The figure of curves: lines with bands of the pointwise intervals. */
export interface CurvesFigureInput extends SeedFigureInput {
  /**
   * The properties of the x axis that differ from the default: the label and unit of the column of
   * points, on a linear scale.
   */
  readonly x?: Partial<NumberAxis>;
  /**
   * The properties of the y axis that differ from the default: the label and unit of the values, on
   * a linear scale.
   */
  readonly y?: Partial<NumberAxis>;
}

/** The figure of intervals: symbols with lines, beside the names of their categories. */
export interface IntervalsFigureInput extends SeedFigureInput {
  /**
   * The properties of the x axis that differ from the default: the label and unit of the values, on
   * a linear scale.
   */
  readonly x?: Partial<NumberAxis>;
  /** The column of the categories. */
  readonly y: string | NamesInput;
}

/** The text and the values of a table by seed. */
export interface SeedTableInput {
  /** The id of the table and, by default, of its figure. */
  readonly id: string;
  /** The table's title. */
  readonly title: string;
  /** Columns after the values, such as a theory. Default: none. */
  readonly more?: readonly Column[];
  /** The quantity, and its statistic over seeds. */
  readonly value: ValuesInput;
  /** The label of each value. Default: the seeds. */
  readonly labels?: Labels;
}

/** Curves by seed: a table with a row for each point of each curve, and a figure of it. */
export interface CurvesInput extends SeedTableInput {
  /** Columns in front of the points, which name the curves. Default: none. */
  readonly names?: readonly Column[];
  /** The points. */
  readonly x: PointsInput;
  /** The curves, in the order of the table. */
  readonly curves: readonly CurveInput[];
  /** The figure. Default: none (only the table is recorded). */
  readonly figure?: CurvesFigureInput;
}

/** Values by seed: a table with a row for each name, and a figure of the intervals. */
export interface IntervalsInput extends SeedTableInput {
  /** Columns in front of the values, which name the rows. */
  readonly names: readonly Column[];
  /** The rows, in the order of the table. */
  readonly rows: readonly RowInput[];
  /** The figure. Default: none (only the table is recorded). */
  readonly figure?: IntervalsFigureInput;
}

/** A table by seed and, if there is one, its figure, in the form that a recorder accepts. */
export interface SeedFigure {
  readonly table: TableInput;
  readonly figure?: Chart;
}

const tableOptions: OptionNames<SeedTableInput & Pick<CurvesInput, "names" | "figure">> = {
  id: true,
  title: true,
  names: true,
  value: true,
  more: true,
  labels: true,
  figure: true,
};
const curvesOptions: OptionNames<CurvesInput> = { ...tableOptions, x: true, curves: true };
const intervalsOptions: OptionNames<IntervalsInput> = { ...tableOptions, rows: true };

/**
 * Derives the table of curves and its figure.
 *
 * @param input The curves.
 * @returns The columns `names`, x, `value` and `more`; a line with a band for each curve.
 * @throws {InputError} If `input` has an unknown option.
 */
export function curvesFigure(input: CurvesInput): SeedFigure {
  checkOptions<CurvesInput>(nameOf("table", input), input, curvesOptions);
  const { names = [], x, value, more: columns = [], curves, figure } = input;
  const { values: shared = [], ...column } = x;
  const table = tableOf(
    input,
    [...names, column],
    curves.flatMap(({ names = [], values, points = shared, more = [] }) =>
      points.map((point, i) => [
        ...[...names, point, values.map((curve) => curve[i] ?? null)],
        ...columns.map((_, c) => more[c]?.[i] ?? null),
      ])
    ),
  );
  if (!figure) return { table };
  const { id } = input;
  return {
    table,
    figure: chartOf(table, figure, {
      x: axisOf(column, figure.x),
      y: axisOf(value, figure.y),
    }, ({ series }) => curveLayers(id, x.name, series)),
  };
}

/**
 * Returns the layers that draw a table of curves, for figures that also draw other tables.
 *
 * @param table The table's id.
 * @param x The name of the column of the points.
 * @param series The name of the column with the series of each row. Default: none (one curve).
 * @returns The intervals as bands, and the values as lines above them.
 */
export function curveLayers(table: string, x: string, series?: string): [BandLayer, LineLayer] {
  const by = series === undefined ? {} : { series };
  return [
    { mark: "band", table, x, low: "low", high: "high", ...by },
    { mark: "line", table, x, y: "value", role: "measured", ...by },
  ];
}

/**
 * Derives the table of values by name and its figure.
 *
 * @param input The values.
 * @returns The columns `names`, `value` and `more`; a symbol with a line for each row.
 * @throws {InputError} If `input` has an unknown option.
 */
export function intervalsFigure(input: IntervalsInput): SeedFigure {
  checkOptions<IntervalsInput>(nameOf("table", input), input, intervalsOptions);
  const { names, value, more: columns = [], rows, figure } = input;
  const table = tableOf(
    input,
    names,
    rows.map(({ names, values, more = [] }) => [
      ...[...names, values],
      ...columns.map((_, c) => more[c] ?? null),
    ]),
  );
  if (!figure) return { table };
  const { column, names: categories, label } = namesOf(table, figure.y);
  const { id } = input;
  return {
    table,
    figure: chartOf(table, figure, {
      x: axisOf(value, figure.x),
      y: { label, scale: "category", categories },
    }, (by) => [
      { mark: "interval", table: id, x: "value", low: "low", high: "high", y: column, ...by },
    ]),
  };
}

function tableOf(
  { id, title, value, more = [], labels }: SeedTableInput,
  names: readonly Column[],
  rows: readonly (readonly CellInput[])[],
): TableInput {
  const { label, unit, statistic = "mean" } = value;
  const column = { name: "value", label, ...(unit === undefined ? {} : { unit }), statistic };
  const columns = [...names, column, ...more];
  return { id, title, columns, rows, ...(labels === undefined ? {} : { labels }) };
}

function chartOf(
  table: TableInput,
  figure: CurvesFigureInput | IntervalsFigureInput,
  axes: Pick<Chart, "x" | "y">,
  layers: (by: { readonly series?: string }) => readonly Layer[],
): Chart {
  const { id = table.id, title, caption, alt, facet, under = [], over = [] } = figure;
  const series = figure.series === undefined ? null : namesOf(table, figure.series);
  return {
    ...{ kind: "chart", id, title, caption, alt, ...axes },
    ...(series ? { series: series.names, seriesLabel: series.label } : {}),
    ...(facet === undefined ? {} : { facet }),
    layers: [...under, ...layers(series ? { series: series.column } : {}), ...over],
  };
}

function axisOf({ label, unit }: ValuesInput, axis: Partial<NumberAxis> = {}): NumberAxis {
  return { label, ...(unit === undefined ? {} : { unit }), scale: "linear", ...axis };
}

/**
 * Completes the names of a figure: by default the label of their column, and its distinct cells.
 */
function namesOf(table: TableInput, by: string | NamesInput): Required<NamesInput> {
  const { column, ...given } = typeof by === "string" ? { column: by } : by;
  const index = table.columns.findIndex(({ name }) => name === column);
  const cells = table.rows.map((row) => row[index]);
  return {
    column,
    label: table.columns[index]?.label ?? column,
    names: [...new Set(cells.map(String))],
    ...given,
  };
}
