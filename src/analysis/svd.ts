import { Matrix as MlMatrix, SingularValueDecomposition } from "ml-matrix";
import { assertMatrix, type Matrix, normalized, representable } from "./matrix.ts";

/**
 * The singular values of a matrix, largest first, min(rows, columns) of them.
 *
 * Each is right to about 1e-15 of the largest, so those below that part of it are rounding; for a
 * product of many matrices see `jacobianProducts`.
 *
 * @param matrix Of any shape [row, column].
 * @returns min(rows, columns) numbers.
 * @throws {InputError} If the matrix is not an array of equally long arrays of finite numbers, is
 * empty, or has a singular value beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { singularValues } from "./svd.ts";
 *
 * const [first, second] = singularValues([[0, 3, 0], [2, 0, 0]]);
 * assert(first === 3 && second === 2);
 * ```
 */
export function singularValues(matrix: Matrix): number[] {
  assertMatrix("matrix", matrix);
  const { scale, matrix: scaled } = normalized(matrix);
  // Squares of smaller entries are subnormal, and the iteration may never end on them.
  const clear = scaled.map((row) => row.map((entry) => Math.abs(entry) < 2 ** -500 ? 0 : entry));
  const { diagonal } = new SingularValueDecomposition(new MlMatrix(clear), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.map((value) => representable("singular value", value * scale));
}

/**
 * The spectral norm ||A||_2: the largest singular value, the most by which a vector grows.
 *
 * @param matrix Of any shape [row, column].
 * @returns The norm.
 * @throws {InputError} As {@link singularValues}.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { spectralNorm } from "./svd.ts";
 *
 * assert(spectralNorm([[0, 2], [0, 0]]) === 2);
 * ```
 */
export function spectralNorm(matrix: Matrix): number {
  const [largest = NaN] = singularValues(matrix);
  return largest;
}
