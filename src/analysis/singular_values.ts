import { Matrix as MlMatrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { assertMatrix, assertSquare, dot, type Matrix, normalized } from "./matrix.ts";
import { powerOfTwoBelow, representable } from "../statistics/float64.ts";
import { InputError } from "../core/errors.ts";

/**
 * Computes the singular values of a matrix, largest first.
 *
 * Each has an error of about 1e-15 times the largest, so values below this error are rounding
 * errors. For a product of many Jacobians use `jacobianProducts`, in which the error of each value
 * is relative to this value.
 *
 * @param matrix A matrix of any shape [row, column].
 * @returns min(rows, columns) singular values.
 * @throws {InputError} If the matrix is empty or ragged, an entry is not finite, or a singular
 * value is beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { singularValues } from "./singular_values.ts";
 *
 * const [first, second] = singularValues([[0, 3, 0], [2, 0, 0]]);
 * assert(first === 3 && second === 2);
 * ```
 */
export function singularValues(matrix: Matrix): number[] {
  assertMatrix("matrix", matrix);
  const { scale, matrix: scaled } = normalized(matrix);
  // Smaller entries have subnormal squares, with which the iteration may not end.
  const clear = scaled.map((row) => row.map((entry) => Math.abs(entry) < 2 ** -500 ? 0 : entry));
  const { diagonal } = new SingularValueDecomposition(new MlMatrix(clear), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.map((value) => representable("singular value", value * scale));
}

/**
 * Computes the spectral norm ||A||_2 of a matrix: its largest singular value, which is the largest
 * factor by which the matrix changes the norm of a vector.
 *
 * @param matrix A matrix of any shape [row, column].
 * @returns The spectral norm.
 * @throws {InputError} If the matrix is empty or ragged, an entry is not finite, or the norm is
 * beyond float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { spectralNorm } from "./singular_values.ts";
 *
 * assert(spectralNorm([[0, 2], [0, 0]]) === 2);
 * ```
 */
export function spectralNorm(matrix: Matrix): number {
  const [largest = NaN] = singularValues(matrix);
  return largest;
}

/** A row of a graded matrix: 2^exponent times values of about 1. The exponent of 0 is -Infinity. */
export interface GradedRow {
  readonly exponent: number;
  readonly values: Float64Array;
}

/**
 * Computes the base-2 logarithms of the singular values of a matrix of graded rows, largest first.
 *
 * One-sided Jacobi rotations (Hestenes, 1958, doi:10.1137/0106005) make the rows orthogonal; their
 * norms are then the singular values. If the matrix is D B with a diagonal D and a well-conditioned
 * B, even the smallest singular value has a small relative error (Demmel & Veselic, 1992,
 * doi:10.1137/0613074), whereas the error of the usual algorithm is relative to the largest. Norms
 * are kept as exponents and cannot underflow. If rows of B are linearly dependent up to rounding,
 * some singular values are lost to rounding; their logarithms are -Infinity.
 *
 * @param rows n rows of n values.
 * @returns n logarithms, largest first.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { logSingularValues } from "./singular_values.ts";
 *
 * const [first, last] = logSingularValues([
 *   { exponent: 0, values: Float64Array.of(1, 0) },
 *   { exponent: -2000, values: Float64Array.of(1, 1) },
 * ]);
 * assert(first === 0 && last === -2000);
 * ```
 */
export function logSingularValues(rows: readonly GradedRow[]): number[] {
  const units = rows.map((row) => new UnitRow(row))
    .sort((p, q) => q.exponent - p.exponent);
  // Convergence is quadratic: no matrix of the tests needs ten sweeps.
  for (let sweep = 0, rotated = true; rotated; sweep++) {
    if (sweep === 60) throw new Error("one-sided Jacobi did not converge in 60 sweeps");
    rotated = false;
    for (const [i, p] of units.entries()) {
      for (const q of units.slice(i + 1)) rotated = makeOrthogonal(p, q) || rotated;
    }
  }
  return units.map(({ exponent }) => exponent).sort((a, b) => b - a);
}

/** A row of norm 1 times 2^exponent. */
class UnitRow {
  readonly values: Float64Array;
  exponent: number;
  /** The exponent below which the row is only a rounding error. */
  readonly #floor: number;

  constructor(row: GradedRow) {
    this.values = row.values.slice();
    this.exponent = row.exponent;
    this.#floor = -Infinity;
    this.normalize();
    this.#floor = this.exponent + Math.log2(Number.EPSILON * this.values.length);
  }

  /** Moves the norm of the values into the exponent. */
  normalize(): void {
    const norm = Math.sqrt(dot(this.values, this.values));
    this.exponent += Math.log2(norm);
    if (this.exponent < this.#floor) this.exponent = -Infinity;
    if (this.exponent === -Infinity) return;
    for (let i = 0; i < this.values.length; i++) this.values[i] = (this.values[i] ?? NaN) / norm;
  }
}

/** Rotates two rows so that they are orthogonal; returns `false` if they already are. */
function makeOrthogonal(a: UnitRow, b: UnitRow): boolean {
  if (a.exponent === -Infinity || b.exponent === -Infinity) return false;
  const cosine = dot(a.values, b.values);
  if (Math.abs(cosine) <= Number.EPSILON * a.values.length) return false;
  const [p, q] = a.exponent >= b.exponent ? [a, b] : [b, a];
  // The tangent of the rotation is ratio * slope. The slope is finite even if the ratio is 0.
  const ratio = 2 ** (q.exponent - p.exponent);
  const zeta = (1 - ratio * ratio) / (2 * cosine);
  const slope = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(ratio * ratio + zeta * zeta));
  const back = slope * ratio * ratio;
  for (let i = 0; i < p.values.length; i++) {
    const u = p.values[i] ?? NaN;
    const v = q.values[i] ?? NaN;
    p.values[i] = u + back * v;
    q.values[i] = v - slope * u;
  }
  const contraction = Math.log2(1 + (ratio * slope) ** 2) / 2;
  for (const row of [p, q]) {
    row.exponent -= contraction;
    row.normalize();
  }
  return true;
}

/**
 * A product of many square matrices, P = F_1 F_2 ... F_k, with a small relative error of every
 * singular value, however small or large it is.
 *
 * P as a matrix would lose all singular values below 1e-16 times the largest. Instead, the
 * transpose of P is stored as Q R, with an orthogonal Q and a triangular R whose rows have
 * exponents of their own. A further factor F makes it F^T Q R; F^T Q is decomposed again, and its
 * triangle is multiplied into R. This is the QR method of Benettin et al. (1980),
 * doi:10.1007/BF02128236, except that R is stored. Each factor adds about n eps cond(F) to the
 * relative errors, which therefore depend on the condition numbers of the factors and not on that
 * of the product.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { MatrixProduct } from "./singular_values.ts";
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

  /**
   * Creates a product without factors, the identity.
   *
   * @param size The number of rows and columns of the factors.
   */
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
   * @param factor A matrix of shape [size, size].
   * @throws {InputError} If the factor has another shape or an entry is not finite.
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

  /**
   * Computes the natural logarithms of the singular values.
   *
   * @returns The logarithms, largest first; that of 0 is -Infinity.
   */
  logSingularValues(): number[] {
    return logSingularValues(this.#rows).map((exponent) => exponent * Math.LN2);
  }

  /** The linear combination of the rows with the given weights, times 2^exponent. */
  #combined(weights: readonly number[], exponent: number): GradedRow {
    // Rows of weight 0 are left out: their powers may overflow.
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
