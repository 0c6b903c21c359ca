import type { Phase } from "./phase.ts";

/**
 * A phase that writes the transpose [columns, rows] of a matrix [rows, columns].
 *
 * @param from Where the matrix is; its rows are `ld` apart.
 * @param to Where the transpose goes, without gaps.
 */
export function transpose(
  { rows, columns, from, ld, to }: {
    readonly rows: number;
    readonly columns: number;
    readonly from: number;
    readonly ld: number;
    readonly to: number;
  },
): Phase {
  return {
    name: "transpose",
    body: "put($to + item, at($from + item % $rows * $ld + item / $rows));",
    fields: { rows, from, ld, to },
    items: rows * columns,
    turns: 0,
  };
}
