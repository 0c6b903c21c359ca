import type { JacobianProduct } from "../../analysis/jacobian.ts";
import type { Layer } from "../../result/figure.ts";
import { type Cell, curveLayers, curveRows } from "../../harness/curves.ts";

/** The singular values that are shown, by their place among all, from the largest (0) on (to 1). */
const ranks = {
  "largest": 0,
  "upper quartile": 1 / 4,
  "median": 1 / 2,
  "lower quartile": 3 / 4,
} as const;

/** Names of the singular values that are shown. */
export const rankNames: readonly (keyof typeof ranks)[] = [
  "largest",
  "upper quartile",
  "median",
  "lower quartile",
];

/** Singular values of Jacobian products by rank and lag; 0 where one is lost to rounding. */
export type RankedValues = Readonly<Record<keyof typeof ranks, readonly number[]>>;

/** Takes the ranks out of Jacobian products with all of their singular values. */
export function ranked(products: readonly JacobianProduct[]): RankedValues {
  const at = (rank: number) =>
    products.map(({ singularValues }) =>
      singularValues[Math.floor(rank * (singularValues.length - 1))] ?? 0
    );
  return {
    "largest": at(ranks.largest),
    "upper quartile": at(ranks["upper quartile"]),
    "median": at(ranks.median),
    "lower quartile": at(ranks["lower quartile"]),
  };
}

/**
 * Rows `before`, rank, lag and the values of all seeds.
 *
 * @param lags The lags from 0.
 * @param seeds The ranked singular values of each seed.
 * @param before Cells in front of each row.
 */
export function rankedRows(
  lags: readonly number[],
  seeds: readonly RankedValues[],
  before: readonly Cell[] = [],
): Cell[][] {
  return rankNames.flatMap((name) =>
    curveRows(lags, seeds.map((values) => values[name]), [...before, name])
  );
}

/** The layers that draw {@link rankedRows}. */
export function rankedLayers(table: string): Layer[] {
  return curveLayers(table, "lag", "rank");
}
