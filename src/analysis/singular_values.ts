import { Matrix as MlMatrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { assertMatrix, assertSquare, type Matrix, normalized } from "./matrix.ts";
import { powerOfTwoBelow, representable } from "../statistics/float64.ts";
import { InputError } from "../core/errors.ts";

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
 * import { singularValues } from "./singular_values.ts";
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
 * import { spectralNorm } from "./singular_values.ts";
 *
 * assert(spectralNorm([[0, 2], [0, 0]]) === 2);
 * ```
 */
export function spectralNorm(matrix: Matrix): number {
  const [largest = NaN] = singularValues(matrix);
  return largest;
}

/** A row of a matrix of any size: 2^exponent times values of about 1; -Infinity for a zero row. */
export interface GradedRow {
  readonly exponent: number;
  readonly values: Float64Array;
}

/**
 * The singular values of a matrix given by graded rows, as base-2 logarithms, largest first.
 *
 * One-sided Jacobi (Hestenes, 1958): plane rotations make the rows orthogonal, and their norms are
 * then the singular values. For D B with any diagonal D and a well-conditioned B every one of them
 * is right in its own digits, the smallest too (Demmel & Veselic, 1992), where the usual algorithm
 * is right to rounding of the largest. Norms are kept as exponents, so none can underflow. Where the
 * rows of B depend on each other up to rounding, the values lost to it are -Infinity.
 *
 * @param rows n rows of n values.
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
  // Each sweep about squares the largest cosine: ten are more than any matrix of the tests takes.
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
  /** Below this exponent nothing but rounding is left of the row. */
  readonly #floor: number;

  constructor(row: GradedRow) {
    this.values = row.values.slice();
    this.exponent = row.exponent;
    this.#floor = -Infinity;
    this.normalize();
    this.#floor = this.exponent + Math.log2(Number.EPSILON * this.values.length);
  }

  /** Moves the norm into the exponent. */
  normalize(): void {
    const norm = Math.sqrt(dot(this.values, this.values));
    this.exponent += Math.log2(norm);
    if (this.exponent < this.#floor) this.exponent = -Infinity;
    if (this.exponent === -Infinity) return;
    for (let i = 0; i < this.values.length; i++) this.values[i] = (this.values[i] ?? NaN) / norm;
  }
}

/** Rotates two rows until they are orthogonal; `false` where they are. */
function makeOrthogonal(a: UnitRow, b: UnitRow): boolean {
  if (a.exponent === -Infinity || b.exponent === -Infinity) return false;
  const cosine = dot(a.values, b.values);
  if (Math.abs(cosine) <= Number.EPSILON * a.values.length) return false;
  const [p, q] = a.exponent >= b.exponent ? [a, b] : [b, a];
  // The tangent of the rotation is ratio * slope; the slope is finite even where the ratio is 0.
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

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

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
