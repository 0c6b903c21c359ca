import { estimate, type EstimateOptions } from "../analysis/estimate.ts";
import type { IntervalLayer } from "../core/figure_layers.ts";
import type { Cell } from "./curves.ts";

/**
 * A number over seeds with its interval as cells of a row: value, low and high, the columns that
 * `curveColumns` names.
 *
 * Where the statistic does not exist the cells are `null`, and a figure has a gap there: where a
 * seed has no finite number, or for a geometric mean none above 0.
 *
 * @param values A number for each seed.
 * @param options How the interval is computed.
 */
export function intervalCells(values: readonly number[], options: EstimateOptions): Cell[] {
  const usable = values.every((value) =>
    Number.isFinite(value) && (options.statistic !== "geometric-mean" || value > 0)
  );
  if (!usable) return [null, null, null];
  const { value, low, high } = estimate(values, options);
  return [value, low, high];
}

/**
 * The layer that draws a table of {@link intervalCells} beside the names of its categories.
 *
 * @param table The table's id.
 * @param y Its column of the categories.
 * @param series Its column that tells symbols of one category apart.
 */
export function intervalLayer(table: string, y: string, series?: string): IntervalLayer {
  const by = series === undefined ? {} : { series };
  return { mark: "interval", table, x: "value", low: "low", high: "high", y, ...by };
}
