import { Matrix as MlMatrix, QrDecomposition } from "ml-matrix";
import { InputError } from "../core/errors.ts";
import { type GradedRow, logSingularValues } from "./graded_rows.ts";
import { assertSquare, type Matrix, normalized, powerOfTwoBelow } from "./matrix.ts";

/**
 * A product of many square matrices, P = F_1 F_2 ... F_k, of which every singular value is known to
 * its own digits, however far the values are apart or beyond the range of numbers.
 *
 * P itself would keep no singular value below 1e-16 of the largest. Its transpose is kept as Q R
 * instead: each factor F takes it to F' Q R, whose first part is decomposed again, and the rows of
 * the triangular R carry exponents of their own (the QR method of Benettin et al., 1980, with R
 * kept). The relative error of each singular value grows by about n eps cond(F) with each factor:
 * what counts is how well conditioned the factors are, not the product.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { MatrixProduct } from "./matrix_product.ts";
 *
 * const product = new MatrixProduct(2);
 * for (let k = 0; k < 1000; k++) product.multiply([[0.5, 0.5], [0, 0.1]]);
 * const [first = 0, last = 0] = product.logSingularValues();
 * assert(Math.abs(first + last - 1000 * Math.log(0.5 * 0.1)) < 1e-9);
 * ```
 */
export class MatrixProduct {
  readonly #size: number;
  #q: MlMatrix;
  #rows: GradedRow[];

  /** @param size Rows and columns of the factors; the product of none is the identity. */
  constructor(size: number) {
    this.#size = size;
    this.#q = MlMatrix.eye(size);
    this.#rows = this.#q.to2DArray().map((row) => ({
      exponent: 0,
      values: Float64Array.from(row),
    }));
  }

  /**
   * Multiplies by one more factor, on the right.
   *
   * @param factor Of shape [size, size].
   * @throws {InputError} Where it is of another shape, or an entry is not finite.
   */
  multiply(factor: Matrix): void {
    assertSquare("factor", factor);
    if (factor.length !== this.#size) {
      throw new InputError("factor", `of ${this.#size} rows`, factor.length);
    }
    const { scale, matrix } = normalized(factor);
    const step = new QrDecomposition(new MlMatrix(matrix).transpose().mmul(this.#q));
    const triangle = step.upperTriangularMatrix.to2DArray();
    this.#q = step.orthogonalMatrix;
    this.#rows = triangle.map((weights) => this.#combined(weights, Math.log2(scale)));
  }

  /** Natural logarithms of the singular values, largest first; -Infinity for 0. */
  logSingularValues(): number[] {
    return logSingularValues(this.#rows).map((exponent) => exponent * Math.LN2);
  }

  /** The rows in proportion to the i-th row of the triangle, times 2^exponent. */
  #combined(weights: readonly number[], exponent: number): GradedRow {
    // A weight of 0 must not meet the power of a row that is larger by more than 2^1024.
    const used = this.#rows.flatMap((row, l) => {
      const weight = weights[l] ?? NaN;
      return weight === 0 || row.exponent === -Infinity ? [] : [{ weight, row }];
    });
    const top = used.reduce((most, { row }) => Math.max(most, row.exponent), -Infinity);
    const values = new Float64Array(this.#size);
    for (const { weight, row } of used) {
      const factor = weight * 2 ** (row.exponent - top);
      for (let j = 0; j < values.length; j++) {
        values[j] = (values[j] ?? NaN) + factor * (row.values[j] ?? NaN);
      }
    }
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const size = powerOfTwoBelow(largest);
    return {
      exponent: top + exponent + Math.log2(size),
      values: values.map((value) => value / size),
    };
  }
}
