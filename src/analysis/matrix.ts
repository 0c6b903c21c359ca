import { InputError } from "../core/errors.ts";

/** A matrix by rows: `matrix[i][j]` is of shape [row, column]. */
export type Matrix = readonly (readonly number[])[];

/**
 * Checks that a matrix has at least one entry, rows of equal length, and finite numbers only.
 *
 * @param name The matrix's name, for the message.
 * @throws {InputError} Naming the first wrong row or entry.
 *
 * @example
 * ```ts
 * import { assertMatrix } from "./matrix.ts";
 *
 * assertMatrix("weights", [[1, 2, 3], [4, 5, 6]]);
 * ```
 */
export function assertMatrix(name: string, matrix: Matrix): void {
  const columns = matrix[0]?.length ?? 0;
  if (columns === 0) throw new InputError(name, "of at least one row and one column", matrix);
  for (const [i, row] of matrix.entries()) {
    if (row.length !== columns) {
      const found = { columns: row.length };
      throw new InputError(`${name}[${i}]`, `of ${columns} columns as ${name}[0]`, found);
    }
    const j = row.findIndex((entry) => !Number.isFinite(entry));
    if (j >= 0) throw new InputError(`${name}[${i}][${j}]`, "a finite number", row[j]);
  }
}

/**
 * Checks that a matrix is square, besides what {@link assertMatrix} checks.
 *
 * @param name The matrix's name, for the message.
 * @throws {InputError} Naming rows and columns, or the first wrong row or entry.
 *
 * @example
 * ```ts
 * import { assertSquare } from "./matrix.ts";
 *
 * assertSquare("W_hh", [[0, 1], [-1, 0]]);
 * ```
 */
export function assertSquare(name: string, matrix: Matrix): void {
  assertMatrix(name, matrix);
  const rows = matrix.length;
  const columns = matrix[0]?.length;
  if (rows !== columns) throw new InputError(name, "square", { rows, columns });
}

/**
 * The matrix over a power of two that brings its largest entry into [1, 2), and that power, so that
 * squares and products of entries neither overflow nor underflow. A matrix of zeros stays.
 *
 * Division by a power of two is exact, except for entries that it makes smaller than 2^-1022.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normalized } from "./matrix.ts";
 *
 * const { scale, matrix } = normalized([[3e200, 0], [0, 1e200]]);
 * assert(matrix[0]?.[0] === 3e200 / scale);
 * ```
 */
export function normalized(matrix: Matrix): { scale: number; matrix: number[][] } {
  let largest = 0;
  for (const row of matrix) for (const entry of row) largest = Math.max(largest, Math.abs(entry));
  const scale = powerOfTwoBelow(largest);
  return { scale, matrix: matrix.map((row) => row.map((entry) => entry / scale)) };
}

/** The largest power of two that is at most `value`; 1 for 0. */
export function powerOfTwoBelow(value: number): number {
  if (value === 0) return 1;
  // log2 may round up to the next integer just below a power of two.
  const power = 2 ** Math.min(1023, Math.max(-1074, Math.floor(Math.log2(value))));
  return power > value ? power / 2 : power;
}
