import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { powerOfTwoBelow } from "../statistics/float64.ts";

/** A matrix as an array of rows: `matrix[i][j]` is the entry in row i and column j. */
export type Matrix = readonly (readonly number[])[];

/**
 * Throws unless `matrix` has at least one entry, rows of equal length, and only finite numbers.
 *
 * @param name The name of the matrix in the message.
 * @param matrix The matrix.
 * @throws {InputError} If a row or an entry is wrong. The message names the first wrong one; for a
 * tensor or typed arrays it says how to make nested arrays.
 *
 * @example
 * ```ts
 * import { assertMatrix } from "./matrix.ts";
 *
 * assertMatrix("weights", [[1, 2, 3], [4, 5, 6]]);
 * ```
 */
export function assertMatrix(name: string, matrix: Matrix): void {
  checkArray(name, matrix, "an array of rows");
  if (matrix.length > 0) checkArray(`${name}[0]`, matrix[0], "an array of numbers");
  const columns = matrix[0]?.length ?? 0;
  if (columns === 0) throw new InputError(name, "of at least one row and one column", matrix);
  for (const [i, row] of matrix.entries()) {
    checkArray(`${name}[${i}]`, row, "an array of numbers");
    if (row.length !== columns) {
      const found = { columns: row.length };
      throw new InputError(`${name}[${i}]`, `of ${columns} columns, like ${name}[0]`, found);
    }
    const j = row.findIndex((entry) => !Number.isFinite(entry));
    if (j >= 0) throw new InputError(`${name}[${i}][${j}]`, "a finite number", row[j]);
  }
}

/**
 * Throws unless `matrix` is square and passes {@link assertMatrix}.
 *
 * @param name The name of the matrix in the message.
 * @param matrix The matrix.
 * @throws {InputError} If the matrix is not square, or a row or an entry is wrong.
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
 * Divides a matrix by the power of two that brings the largest absolute value of its entries into
 * [1, 2), so that squares and products of entries neither overflow nor underflow. A matrix of zeros
 * does not change.
 *
 * The division is exact unless an entry becomes smaller than 2^-1022.
 *
 * @param matrix The matrix.
 * @returns The power of two and the scaled matrix.
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

/** A number of arguments that every JavaScript engine permits in a call. */
const ARGUMENTS = 10_000;

/**
 * Computes the Euclidean norm of any number of values, over the whole range of float64.
 *
 * @param values The values.
 * @returns The norm; 0 if there are no values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { euclideanNorm } from "./matrix.ts";
 *
 * assertEquals(euclideanNorm([3e300, 4e300]), 5e300);
 * ```
 */
export function euclideanNorm(values: readonly number[]): number {
  if (values.length <= ARGUMENTS) return Math.hypot(...values);
  const norms: number[] = [];
  for (let start = 0; start < values.length; start += ARGUMENTS) {
    norms.push(Math.hypot(...values.slice(start, start + ARGUMENTS)));
  }
  return euclideanNorm(norms);
}

/**
 * Computes the dot product of two vectors.
 *
 * @param a A vector.
 * @param b A vector of the same length.
 * @returns The sum of products, in float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dot } from "./matrix.ts";
 *
 * assertEquals(dot(Float64Array.of(1, 2), Float64Array.of(3, 4)), 11);
 * ```
 */
export function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

/**
 * Computes the Euclidean norm of a vector whose squares stay within float64. {@link euclideanNorm}
 * is slower and has no such limit.
 *
 * @param vector The vector.
 * @returns The norm, in float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { norm } from "./matrix.ts";
 *
 * assertEquals(norm(Float64Array.of(3, 4)), 5);
 * ```
 */
export function norm(vector: Float32Array | Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

/** A complex number. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}
