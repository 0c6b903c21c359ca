import { EigenvalueDecomposition, Matrix as MlMatrix } from "ml-matrix";
import { min } from "simple-statistics";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { representable } from "../statistics/float64.ts";
import { exactEigenvalues } from "./exact_spectrum.ts";
import { assertSquare, type Complex, euclideanNorm, type Matrix, normalized } from "./matrix.ts";

/** The largest number of rows for which mathjs is the default solver: its time grows as n^4. */
export const MATHJS_LIMIT = 32;

/**
 * The size up to which mathjs takes an entry below the diagonal for 0, if the largest entry of the
 * matrix is about 1.
 */
const PRECISION = 1e-12;

/** Options for {@link eigenvalues} and {@link spectralRadius}. */
export interface SpectrumOptions {
  /**
   * The package that computes the eigenvalues. By default `"mathjs"` up to {@link MATHJS_LIMIT}
   * rows, with ill-conditioned eigenvalues in exact arithmetic, and `"ml-matrix"` above. For 20
   * rows mathjs takes a few tenths of a second and ml-matrix less than a millisecond.
   */
  readonly solver?: "mathjs" | "ml-matrix";
}

const names: OptionNames<SpectrumOptions> = { solver: true };

/**
 * The largest difference between the results of two solvers at which eigenvalues count as
 * well-conditioned, if the largest entry of the matrix is about 1.
 */
const AGREED = 1e-11;

/**
 * Computes the eigenvalues of a real square matrix, by descending modulus, then descending
 * imaginary part, then descending real part.
 *
 * Real eigenvalues have an `im` of exactly 0, and the others come in exact conjugate pairs. Up to
 * {@link MATHJS_LIMIT} rows the error is at most 1e-9 times the norm of the matrix, even if
 * eigenvalues are ill-conditioned or the matrix is defective.
 *
 * Larger matrices, and all matrices if `solver` is given, are solved in float64. The error of an
 * eigenvalue is then about n eps cond times the norm, with eps = 2e-16 and the condition number
 * cond of the eigenvalue: the product of the norms of its left and right eigenvectors, divided by
 * the size of their inner product. The condition number is 1 for symmetric matrices and infinite
 * for defective ones, in which the relative error for a Jordan block of size k is about eps^(1/k).
 * Eigenvalues of triangular matrices are exact, even if rows and columns are permuted.
 *
 * The method: eigenvalues that can be read from the diagonal are split off ({@link isolate}), and
 * the other rows are normalized and balanced ({@link balance}). mathjs runs its QR iteration on the
 * matrix multiplied from both sides by a complex Householder reflection, since its real shifts do
 * not converge for most real matrices. If the iteration fails, or if `solver` is `"ml-matrix"`,
 * ml-matrix runs EISPACK's hqr2 on the matrix after a diagonal scaling. Reflection and scaling are
 * drawn at random from a constant seed, so that results do not vary. A symmetric matrix is given to
 * both packages without a transformation. If the eigenvalues that ml-matrix finds for the
 * transposed matrix differ by more than 1e-11 times the norm, the eigenvalues are ill-conditioned.
 * They are then computed as roots of the characteristic polynomial in exact arithmetic
 * ({@link exactEigenvalues}), which takes a few seconds for 32 rows.
 *
 * mathjs is loaded by the first call that needs it.
 *
 * @param matrix A square matrix of shape [n, n].
 * @param options The solver.
 * @returns n eigenvalues; a multiple eigenvalue is repeated.
 * @throws {InputError} If the matrix is empty, ragged or not square, an entry is not finite, an
 * eigenvalue is beyond float64, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { eigenvalues } from "./spectrum.ts";
 *
 * const [first, second] = await eigenvalues([[0, 2], [-2, 0]]);
 * assert(first && Math.hypot(first.re, first.im - 2) < 1e-12);
 * assert(second?.re === first.re && second.im === -first.im);
 * ```
 */
export async function eigenvalues(
  matrix: Matrix,
  options: SpectrumOptions = {},
): Promise<Complex[]> {
  checkOptions("eigenvalues", options, names);
  const { solver } = options;
  if (solver !== undefined && solver !== "mathjs" && solver !== "ml-matrix") {
    throw new InputError("solver", '"mathjs" or "ml-matrix"', solver);
  }
  assertSquare("matrix", matrix);
  const { eigenvalues: isolated, core } = isolate(matrix);
  const found = isolated.map((re) => ({ re, im: 0 })).concat(await solve(core, solver));
  for (const value of found) representable("modulus of an eigenvalue", modulus(value));
  return found.sort((a, b) => modulus(b) - modulus(a) || b.im - a.im || b.re - a.re);
}

/**
 * Computes the spectral radius of a real square matrix: the largest modulus of its eigenvalues.
 *
 * @param matrix A square matrix of shape [n, n].
 * @param options The solver.
 * @returns The spectral radius, as exact as {@link eigenvalues}.
 * @throws {InputError} If the matrix is empty, ragged or not square, an entry is not finite, an
 * eigenvalue is beyond float64, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { spectralRadius } from "./spectrum.ts";
 *
 * assert(await spectralRadius([[0.5, 100], [0, -0.75]]) === 0.75);
 * ```
 */
export async function spectralRadius(
  matrix: Matrix,
  options: SpectrumOptions = {},
): Promise<number> {
  const values = await eigenvalues(matrix, options);
  return values.reduce((most, value) => Math.max(most, modulus(value)), 0);
}

function modulus({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

async function solve(core: number[][], wanted: SpectrumOptions["solver"]): Promise<Complex[]> {
  if (core.length === 0) return [];
  const solver = wanted ?? (core.length <= MATHJS_LIMIT ? "mathjs" : "ml-matrix");
  const symmetric = core.every((row, i) => row.every((entry, j) => entry === core[j]?.[i]));
  const { scale: first, matrix: moderate } = normalized(core);
  const { scale, matrix } = normalized(symmetric ? moderate : balance(moderate));
  let found = (solver === "mathjs" ? await byMathjs(matrix, symmetric) : null) ??
    byMlMatrix(matrix, symmetric);
  if (wanted === undefined && solver === "mathjs" && !symmetric) {
    found = refined(found, matrix);
  }
  return found.map(({ re, im }) => ({ re: re * scale * first, im: im * scale * first }));
}

/**
 * Returns the given eigenvalues if those of the transposed matrix agree with them; otherwise
 * computes them in exact arithmetic.
 */
function refined(found: Complex[], matrix: number[][]): Complex[] {
  const transposed = matrix.map((_, j) => matrix.map((row) => row[j] ?? NaN));
  const left = byMlMatrix(transposed, false);
  const agree = found.every(({ re, im }) => {
    const distances = left.map((other) => Math.hypot(other.re - re, other.im - im));
    const nearest = distances.indexOf(min(distances));
    left.splice(nearest, 1);
    return (distances[nearest] ?? NaN) <= AGREED;
  });
  return agree ? found : closeUnderConjugation(exactEigenvalues(matrix, found), PRECISION);
}

/** The eigenvalues by mathjs; `null` if its iteration does not converge. */
async function byMathjs(matrix: number[][], symmetric: boolean): Promise<Complex[] | null> {
  // mathjs takes longer to import than all other packages together.
  const mathjs = await import("mathjs");
  let values;
  try {
    const options = { eigenvectors: false, precision: PRECISION } as const;
    values = mathjs.eigs(symmetric ? matrix : reflected(matrix, mathjs), options).values;
  } catch (error) {
    if (error instanceof Error && error.message.includes("failed to converge")) return null;
    throw error;
  }
  const found: Complex[] = [];
  // mathjs gives complex values with im = 0 as numbers.
  values.forEach((value: unknown) => {
    if (typeof value === "number") found.push({ re: value, im: 0 });
    else if (mathjs.isComplex(value)) found.push({ re: value.re, im: value.im });
  });
  return closeUnderConjugation(found, PRECISION);
}

/** H A H with H = I - 2 v v* / v*v unitary and v complex: similar to A, and complex. */
function reflected(
  matrix: number[][],
  { complex, matrix: mathMatrix, multiply }: typeof import("mathjs"),
): import("mathjs").Matrix {
  const random = new Random(0).fork(`reflection ${matrix.length}`);
  const v = matrix.map(() => ({ re: random.normal(), im: random.normal() }));
  const twice = 2 / v.reduce((sum, { re, im }) => sum + re * re + im * im, 0);
  const reflection = v.map((a, i) =>
    v.map((b, j) =>
      complex(
        (i === j ? 1 : 0) - twice * (a.re * b.re + a.im * b.im),
        twice * (a.re * b.im - a.im * b.re),
      )
    )
  );
  return multiply(multiply(mathMatrix(reflection), matrix), reflection);
}

function byMlMatrix(matrix: number[][], symmetric: boolean): Complex[] {
  const similar = new MlMatrix(symmetric ? matrix : scaledAtRandom(matrix));
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(similar);
  return realEigenvalues.map((re, i) => ({ re, im: imaginaryEigenvalues[i] ?? NaN }));
}

/**
 * D^-1 A D with factors from 1 to 2 on the diagonal of D. hqr2 measures convergence by the diagonal
 * and never ends if the diagonal stays 0, as it does for most skew-symmetric and many circulant and
 * tridiagonal matrices. The scaling breaks such patterns.
 */
function scaledAtRandom(matrix: number[][]): number[][] {
  const random = new Random(0).fork(`scaling ${matrix.length}`);
  const factors = matrix.map(() => random.uniform(1, 2));
  return matrix.map((row, i) =>
    row.map((entry, j) => entry * (factors[j] ?? NaN) / (factors[i] ?? NaN))
  );
}

/** A matrix, split into eigenvalues on its diagonal and a matrix with the other eigenvalues. */
export interface Isolated {
  /** The diagonal entries that are eigenvalues. */
  readonly eigenvalues: number[];
  /** The matrix of the other eigenvalues, of shape [n, n]; empty if all are on the diagonal. */
  readonly core: number[][];
}

/**
 * Splits off the eigenvalues that are entries of the diagonal: if all other entries of a row or a
 * column are 0, its diagonal entry is an eigenvalue, and the other eigenvalues are those of the
 * matrix without this row and column. This alone solves triangular matrices exactly, even if rows
 * and columns are permuted. An iteration would find a defective eigenvalue of multiplicity k only
 * with an error of about eps^(1/k).
 *
 * Source: the permutation of LAPACK's xGEBAL; Parlett & Reinsch (1969), doi:10.1007/BF02165404.
 *
 * @param matrix A square matrix of shape [n, n].
 * @returns The eigenvalues that were split off, and the matrix of the remaining rows and columns in
 * their order.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isolate } from "./spectrum.ts";
 *
 * const { eigenvalues, core } = isolate([[2, 5, 5], [0, 0, 1], [0, -1, 0]]);
 * assert(eigenvalues[0] === 2 && core.length === 2);
 * ```
 */
export function isolate(matrix: Matrix): Isolated {
  const eigenvalues: number[] = [];
  let indices = matrix.map((_, i) => i);
  const entry = (i: number, j: number): number => matrix[i]?.[j] ?? NaN;
  while (true) {
    const alone = indices.find((i) =>
      indices.every((j) => j === i || entry(i, j) === 0) ||
      indices.every((j) => j === i || entry(j, i) === 0)
    );
    if (alone === undefined) break;
    eigenvalues.push(entry(alone, alone));
    indices = indices.filter((i) => i !== alone);
  }
  return { eigenvalues, core: indices.map((i) => indices.map((j) => entry(i, j))) };
}

/**
 * Balances a matrix A: finds a diagonal matrix D of powers of two with which the rows and columns
 * of D^-1 A D have similar norms. The eigenvalues stay the same, and no entry is rounded.
 * Eigenvalues of badly scaled matrices are computed far more exactly after balancing.
 *
 * Source: LAPACK's xGEBAL in the Euclidean norm (James, Langou & Lowery, 2014, arXiv:1401.5766),
 * after Parlett & Reinsch (1969), doi:10.1007/BF02165404.
 *
 * @param matrix A square matrix of shape [n, n] without entries near the limits of float64.
 * @returns The balanced matrix of shape [n, n].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { balance } from "./spectrum.ts";
 *
 * const [row] = balance([[0, 1024], [1 / 1024, 0]]);
 * assert(row?.[1] === 1);
 * ```
 */
export function balance(matrix: Matrix): number[][] {
  const balanced = matrix.map((row) => [...row]);
  let changed = true;
  while (changed) {
    changed = false;
    for (const [i, row] of balanced.entries()) {
      const column = balanced.map((r) => r[i] ?? NaN);
      const factor = balancingFactor(euclideanNorm(column), euclideanNorm(row));
      if (factor === 1) continue;
      changed = true;
      for (const other of balanced) other[i] = (other[i] ?? NaN) * factor;
      for (const [j, value] of row.entries()) row[j] = value / factor;
    }
  }
  return balanced;
}

/**
 * The power of two by which a column is multiplied and its row divided; 1 if that reduces the sum
 * of both norms by less than 5 %.
 */
function balancingFactor(columnNorm: number, rowNorm: number): number {
  if (columnNorm === 0 || rowNorm === 0) return 1;
  let column = columnNorm;
  let row = rowNorm;
  let factor = 1;
  while (column < row / 2) {
    factor *= 2;
    column *= 2;
    row /= 2;
  }
  while (column / 2 >= row) {
    factor /= 2;
    column /= 2;
    row *= 2;
  }
  return column + row < 0.95 * (columnNorm + rowNorm) ? factor : 1;
}

/**
 * Makes computed eigenvalues of a real matrix exactly real (`im` is 0) or exactly conjugate in
 * pairs.
 *
 * Each value is paired with the value nearest to its conjugate, nearest pairs first, and both
 * become the mean of the two; a value that is nearest to its own conjugate becomes real. Each value
 * moves by half the distance between the two, which results from rounding.
 *
 * @param values Computed eigenvalues.
 * @param rounding The largest imaginary part that counts as 0.
 * @returns The corrected eigenvalues, in the same order.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { closeUnderConjugation } from "./spectrum.ts";
 *
 * const found = [{ re: 2, im: 1e-16 }, { re: 1, im: 3 }, { re: 1, im: -3.0000000000000004 }];
 * const [first, , last] = closeUnderConjugation(found, 1e-12);
 * assert(first?.im === 0 && last?.im === -3);
 * ```
 */
export function closeUnderConjugation(values: readonly Complex[], rounding: number): Complex[] {
  const closed: Complex[] = values.map(({ re, im }) => ({
    re,
    im: Math.abs(im) > rounding ? im : 0,
  }));
  const pairs = closed.flatMap((a, i) =>
    closed.slice(i).map((b, k) => ({
      i,
      j: i + k,
      distance: Math.hypot(a.re - b.re, a.im + b.im),
      middle: { re: (a.re + b.re) / 2, im: (a.im - b.im) / 2 },
    }))
  ).sort((a, b) => a.distance - b.distance || a.i - b.i || a.j - b.j);
  const left = new Set(closed.keys());
  for (const { i, j, middle } of pairs) {
    if (!left.has(i) || !left.has(j)) continue;
    left.delete(i);
    left.delete(j);
    const { re, im } = middle;
    closed[i] = { re, im: i === j ? 0 : im };
    closed[j] = { re, im: i === j ? 0 : 0 - im };
  }
  return closed;
}
