import type { IntervalLayer } from "../result/figure.ts";
import type { Cell } from "./curves.ts";

/**
 * The values of seeds as the cells of a row that `curveColumns` names.
 *
 * @param values A number for each seed.
 * @returns One cell.
 */
export function intervalCells(values: readonly number[]): Cell[] {
  return [values];
}

/**
 * The layer that draws a table of {@link intervalCells} beside the names of its categories.
 *
 * @param table The table's id.
 * @param y Its column of the categories.
 * @param series Its column that names symbols of one category.
 */
export function intervalLayer(table: string, y: string, series?: string): IntervalLayer {
  const by = series === undefined ? {} : { series };
  return { mark: "interval", table, x: "value", low: "low", high: "high", y, ...by };
}
