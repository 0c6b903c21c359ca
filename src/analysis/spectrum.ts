import {
  complex,
  eigs,
  isComplex,
  type Matrix as MathMatrix,
  matrix as mathMatrix,
  multiply,
} from "mathjs";
import { EigenvalueDecomposition, Matrix as MlMatrix } from "ml-matrix";
import { min } from "simple-statistics";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { assertSquare, type Complex, euclideanNorm, type Matrix, normalized } from "./matrix.ts";
import { exactEigenvalues } from "./exact_spectrum.ts";
import { representable } from "../statistics/float64.ts";

/** The largest matrix that mathjs solves by default: its time grows as n^4. */
export const MATHJS_LIMIT = 32;

/** What mathjs counts as 0 below the diagonal, of matrices whose largest entry is about 1. */
const PRECISION = 1e-12;

/** What {@link eigenvalues} can be told besides. */
export interface SpectrumOptions {
  /**
   * By default `"mathjs"` up to {@link MATHJS_LIMIT} rows, with ill-conditioned eigenvalues computed
   * in exact arithmetic, and `"ml-matrix"` above. ml-matrix takes under a millisecond at 20 rows where
   * mathjs takes some tenths of a second.
   */
  readonly solver?: "mathjs" | "ml-matrix";
}

const names: OptionNames<SpectrumOptions> = { solver: true };

/**
 * If two solvers differ by more than this, of matrices whose largest entry is about 1, an eigenvalue
 * is ill-conditioned.
 */
const AGREED = 1e-11;

/**
 * The eigenvalues of a real square matrix, by descending modulus, then descending imaginary part,
 * then descending real part.
 *
 * Real eigenvalues have `im` exactly 0 and the others come in exact conjugates. Up to
 * {@link MATHJS_LIMIT} rows they are those of the matrix as it is given, to 1e-9 of its norm, also if
 * they are ill-conditioned or the matrix is defective. Larger matrices, and those for which a solver
 * is chosen, are solved in float64: there an eigenvalue is right to n eps cond of the norm, where eps
 * is 2e-16 and cond its condition number, the product of the norms of its left and right eigenvectors
 * over the size of their inner product. The condition number is 1 in symmetric matrices and infinite
 * in defective ones, in which an eigenvalue of a Jordan block of size k is right to eps^(1/k).
 * Eigenvalues that can be read off, such as those of triangular matrices, are exact in any case.
 *
 * Eigenvalues on the diagonal are set apart (`isolate`) and the rest is normalized and balanced
 * (`balance`). Then mathjs runs its QR iteration on the matrix between two random complex
 * Householder reflections, always the same ones: on most real matrices as they are its real shifts
 * do not converge. Where it still fails, or by choice, ml-matrix runs EISPACK's hqr2, some
 * hundred times as fast, on the matrix in a random scaling that is always the same. A symmetric
 * matrix is given to either as it is. If ml-matrix on the transposed matrix finds other eigenvalues
 * than mathjs, by 1e-11 of the norm, they are ill-conditioned: then the roots of the characteristic
 * polynomial are computed in exact arithmetic (`exactEigenvalues`), for 32 rows in some seconds.
 *
 * @param matrix Square, of shape [n, n].
 * @param options What to compute them by.
 * @returns n eigenvalues, multiple ones as often as they count.
 * @throws {InputError} If the matrix is empty, ragged or not square, an entry is not finite, an
 * eigenvalue is beyond float64, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { eigenvalues } from "./spectrum.ts";
 *
 * const [first, second] = eigenvalues([[0, 2], [-2, 0]]);
 * assert(first && Math.hypot(first.re, first.im - 2) < 1e-12);
 * assert(second?.re === first.re && second.im === -first.im);
 * ```
 */
export function eigenvalues(matrix: Matrix, options: SpectrumOptions = {}): Complex[] {
  checkOptions("eigenvalues", options, names);
  const { solver } = options;
  if (solver !== undefined && solver !== "mathjs" && solver !== "ml-matrix") {
    throw new InputError("solver", '"mathjs" or "ml-matrix"', solver);
  }
  assertSquare("matrix", matrix);
  const { eigenvalues: isolated, core } = isolate(matrix);
  const found = isolated.map((re) => ({ re, im: 0 })).concat(solve(core, solver));
  for (const value of found) representable("modulus of an eigenvalue", modulus(value));
  return found.sort((a, b) => modulus(b) - modulus(a) || b.im - a.im || b.re - a.re);
}

/**
 * The spectral radius: the largest modulus of an eigenvalue.
 *
 * @param matrix Square, of shape [n, n].
 * @param options What to compute the eigenvalues by.
 * @returns The radius.
 * @throws {InputError} As {@link eigenvalues}.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { spectralRadius } from "./spectrum.ts";
 *
 * assert(spectralRadius([[0.5, 100], [0, -0.75]]) === 0.75);
 * ```
 */
export function spectralRadius(matrix: Matrix, options: SpectrumOptions = {}): number {
  return eigenvalues(matrix, options).reduce((most, value) => Math.max(most, modulus(value)), 0);
}

function modulus({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

function solve(core: number[][], wanted: SpectrumOptions["solver"]): Complex[] {
  if (core.length === 0) return [];
  const solver = wanted ?? (core.length <= MATHJS_LIMIT ? "mathjs" : "ml-matrix");
  const symmetric = core.every((row, i) => row.every((entry, j) => entry === core[j]?.[i]));
  const { scale: first, matrix: moderate } = normalized(core);
  const { scale, matrix } = normalized(symmetric ? moderate : balance(moderate));
  let found = (solver === "mathjs" ? byMathjs(matrix, symmetric) : null) ??
    byMlMatrix(matrix, symmetric);
  if (wanted === undefined && solver === "mathjs" && !symmetric) {
    found = checked(found, matrix);
  }
  return found.map(({ re, im }) => ({ re: re * scale * first, im: im * scale * first }));
}

/** The eigenvalues that were found, if those of the transposed matrix agree, or exact ones. */
function checked(found: Complex[], matrix: number[][]): Complex[] {
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

/** `null` where the iteration does not converge. */
function byMathjs(matrix: number[][], symmetric: boolean): Complex[] | null {
  let values;
  try {
    const options = { eigenvectors: false, precision: PRECISION } as const;
    values = eigs(symmetric ? matrix : reflected(matrix), options).values;
  } catch (error) {
    if (error instanceof Error && error.message.includes("failed to converge")) return null;
    throw error;
  }
  const found: Complex[] = [];
  // mathjs gives complex values with im = 0 as numbers.
  values.forEach((value: unknown) => {
    if (typeof value === "number") found.push({ re: value, im: 0 });
    else if (isComplex(value)) found.push({ re: value.re, im: value.im });
  });
  return closeUnderConjugation(found, PRECISION);
}

function byMlMatrix(matrix: number[][], symmetric: boolean): Complex[] {
  const similar = new MlMatrix(symmetric ? matrix : scaledAtRandom(matrix));
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(similar);
  return realEigenvalues.map((re, i) => ({ re, im: imaginaryEigenvalues[i] ?? NaN }));
}

/**
 * D^-1 A D with factors from 1 to 2 on the diagonal of D. hqr2 measures convergence by the diagonal
 * and never ends where the diagonal stays 0: for most skew-symmetric matrices, many circulant and
 * tridiagonal ones. Such patterns do not outlive the scaling.
 */
function scaledAtRandom(matrix: number[][]): number[][] {
  const random = new Random(0).fork(`scaling ${matrix.length}`);
  const factors = matrix.map(() => random.uniform(1, 2));
  return matrix.map((row, i) =>
    row.map((entry, j) => entry * (factors[j] ?? NaN) / (factors[i] ?? NaN))
  );
}

/** H A H with H = I - 2 v v* / v*v unitary and v complex: similar to A, and complex. */
function reflected(matrix: number[][]): MathMatrix {
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

/** A matrix with the eigenvalues of another one that stand on its diagonal set apart. */
export interface Isolated {
  /** Diagonal entries that are eigenvalues. */
  readonly eigenvalues: number[];
  /** The matrix of all others, [n, n] with n = 0 where there are none. */
  readonly core: number[][];
}

/**
 * Sets apart eigenvalues that can be read off: wherever a row or a column holds nothing but its
 * diagonal entry, that entry is an eigenvalue and the others are those of the matrix without it.
 * Triangular matrices, in any order of their rows and columns, are solved by this alone, exactly,
 * where an iteration would find a defective eigenvalue of multiplicity k to eps^(1/k) only.
 *
 * Source: the permutation of LAPACK's xGEBAL; Parlett & Reinsch (1969).
 *
 * @param matrix Square, of shape [n, n].
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
  let places = matrix.map((_, i) => i);
  const entry = (i: number, j: number): number => matrix[i]?.[j] ?? NaN;
  while (true) {
    const alone = places.find((i) =>
      places.every((j) => j === i || entry(i, j) === 0) ||
      places.every((j) => j === i || entry(j, i) === 0)
    );
    if (alone === undefined) break;
    eigenvalues.push(entry(alone, alone));
    places = places.filter((i) => i !== alone);
  }
  return { eigenvalues, core: places.map((i) => places.map((j) => entry(i, j))) };
}

/**
 * A similar matrix whose rows and columns have norms of one size: D^-1 A D with powers of two in
 * the diagonal matrix D, so that no entry is rounded. Eigenvalues of badly scaled matrices are
 * found far more exactly after it.
 *
 * Source: LAPACK's xGEBAL in the Euclidean norm (James, Langou & Lowery, 2014), after Parlett &
 * Reinsch (1969).
 *
 * @param matrix Square, of shape [n, n], without entries near the limits of float64.
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
      const factor = balancing(euclideanNorm(column), euclideanNorm(row));
      if (factor === 1) continue;
      changed = true;
      for (const other of balanced) other[i] = (other[i] ?? NaN) * factor;
      for (const [j, value] of row.entries()) row[j] = value / factor;
    }
  }
  return balanced;
}

/** The power of two for a column (and its inverse for the row) where it is worth it, or 1. */
function balancing(columnNorm: number, rowNorm: number): number {
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
 * Makes computed eigenvalues of a real matrix what they must be: real with `im` exactly 0, or in
 * pairs that are exact conjugates.
 *
 * Each value is paired with the one nearest to its conjugate, nearest pairs first, and both become
 * the mean of the two; one that is nearest to its own conjugate becomes real. No value moves by
 * more than rounding had moved them apart.
 *
 * @param values Eigenvalues, with rounding in every part.
 * @param rounding Imaginary parts up to this one count as 0.
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
