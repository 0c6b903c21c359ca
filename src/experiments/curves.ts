import { curveInterval, type EstimateOptions } from "../analysis/estimate.ts";
import type { BandLayer, LineLayer } from "../core/figure_layers.ts";
import type { Column } from "../core/result.ts";

/** A cell of a recorded table. */
export type Cell = number | string | null;

/** What the y values of a curve are called in a table. */
export interface CurveText {
  readonly label: string;
  readonly unit?: string;
}

/**
 * The columns `value`, `low` and `high` that {@link curveRows} fills.
 *
 * @param y What the values are.
 */
export function curveColumns({ label, unit }: CurveText): Column[] {
  const column = (name: string, text: string): Column => ({
    name,
    label: text,
    ...(unit === undefined ? {} : { unit }),
  });
  return [
    column("value", label),
    column("low", "lower end of the 95 % interval"),
    column("high", "upper end of the 95 % interval"),
  ];
}

/**
 * A curve over seeds as rows of a table: `before`, x, value, low and high.
 *
 * A point that is not positive in every seed has no geometric mean: its cells are `null`, and a
 * figure has a gap there.
 *
 * @param xs The points' places.
 * @param curves Of shape [seed][point].
 * @param options How the interval is computed.
 * @param before Cells in front of each row, such as the name of a series.
 */
export function curveRows(
  xs: readonly number[],
  curves: readonly (readonly number[])[],
  options: EstimateOptions,
  before: readonly Cell[] = [],
): Cell[][] {
  const usable = xs.map((_, i) =>
    curves.every((curve) => {
      const value = curve[i] ?? NaN;
      return Number.isFinite(value) && (options.statistic !== "geometric-mean" || value > 0);
    })
  );
  const kept = curves.map((curve) => curve.filter((_, i) => usable[i]));
  const points = curveInterval(kept, options);
  return xs.map((x, i) => {
    const point = usable[i] ? points.shift() : undefined;
    return [...before, x, point?.value ?? null, point?.low ?? null, point?.high ?? null];
  });
}

/**
 * The layers that draw a table of {@link curveRows}: the intervals as bands, the values as lines.
 *
 * @param table The table's id.
 * @param x Its column of the points' places.
 * @param series Its column that tells curves apart.
 */
export function curveLayers(table: string, x: string, series?: string): [BandLayer, LineLayer] {
  const by = series === undefined ? {} : { series };
  return [
    { mark: "band", table, x, low: "low", high: "high", ...by },
    { mark: "line", table, x, y: "value", role: "measured", ...by },
  ];
}

/** Norms by lag relative to lag 0. */
export function relative(norms: readonly number[]): number[] {
  const [last = NaN] = norms;
  return norms.map((norm) => norm / last);
}
