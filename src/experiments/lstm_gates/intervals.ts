import { estimate } from "../../analysis/estimate.ts";
import type { IntervalLayer } from "../../core/figure.ts";
import type { Cell } from "../curves.ts";
import type { Context } from "./parameters.ts";

/**
 * A number over seeds with its interval, as the cells that `curveColumns` names.
 *
 * @param values A number for each seed.
 * @param path What the resamples are drawn for.
 */
export function intervalCells(
  context: Context,
  values: readonly number[],
  ...path: readonly string[]
): Cell[] {
  const random = context.random("bootstrap", ...path);
  const { value, low, high } = estimate(values, { random });
  return [value, low, high];
}

/** The layer that draws {@link intervalCells} of both networks beside the names in column `y`. */
export function intervalLayer(table: string, y: string): IntervalLayer {
  return { mark: "interval", table, x: "value", low: "low", high: "high", y, series: "network" };
}
