import { Matrix as MlMatrix, SingularValueDecomposition } from "ml-matrix";
import { assertMatrix, type Matrix, normalized } from "./matrix.ts";

/**
 * The singular values of a matrix, largest first, min(rows, columns) of them.
 *
 * Each is right to about 1e-15 of the largest, so those below that part of it are rounding; for a
 * product of many matrices see `jacobianProducts`.
 *
 * @param matrix Of any shape [row, column].
 * @throws {InputError} Where the matrix is empty or ragged, or an entry is not finite.
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
  // Squares of such numbers are no normal floats, and the iteration may never end on them.
  const clear = scaled.map((row) => row.map((entry) => Math.abs(entry) < 2 ** -500 ? 0 : entry));
  const { diagonal } = new SingularValueDecomposition(new MlMatrix(clear), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.map((value) => value * scale);
}

/**
 * The spectral norm ||A||_2: the largest singular value, the most by which a vector grows.
 *
 * @param matrix Of any shape [row, column].
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
  return Math.max(...singularValues(matrix));
}
