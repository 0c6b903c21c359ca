import type { BandLayer, LineLayer } from "../result/figure.ts";
import type { SeedStatistic } from "../result/result.ts";
import type { CellInput, ColumnInput } from "./seed_values.ts";

/** A cell of a table, before it is recorded: a list has a number for each seed. */
export type Cell = CellInput;

/** What the y values of a curve are called in a table. */
export interface CurveText {
  readonly label: string;
  readonly unit?: string;
}

/**
 * The column of the values that {@link curveRows} and `intervalCells` give; the recorded table has
 * columns `value`, `low` and `high` for it.
 *
 * @param y What the values are.
 * @param statistic How they are summed up over seeds.
 * @returns The column, as the only one of a list.
 */
export function curveColumns(
  { label, unit }: CurveText,
  statistic: SeedStatistic = "mean",
): ColumnInput[] {
  return [{ name: "value", label, ...(unit === undefined ? {} : { unit }), statistic }];
}

/**
 * A curve of each seed as rows of a table: `before`, x, and the values of all seeds.
 *
 * @param xs The points' places.
 * @param curves Of shape [seed][point].
 * @param before Cells in front of each row, such as the name of a series.
 * @returns A row for each point.
 */
export function curveRows(
  xs: readonly number[],
  curves: readonly (readonly number[])[],
  before: readonly Cell[] = [],
): Cell[][] {
  return xs.map((x, i) => [...before, x, curves.map((curve) => curve[i] ?? null)]);
}

/**
 * The layers that draw a table of {@link curveRows}: the intervals as bands, the values as lines.
 *
 * @param table The table's id.
 * @param x Its column of the points' places.
 * @param series Its column that names the curve, if there are several.
 */
export function curveLayers(table: string, x: string, series?: string): [BandLayer, LineLayer] {
  const by = series === undefined ? {} : { series };
  return [
    { mark: "band", table, x, low: "low", high: "high", ...by },
    { mark: "line", table, x, y: "value", role: "measured", ...by },
  ];
}
