import { complex, eigs, isComplex, matrix as mathMatrix, multiply } from "mathjs";
import type { Matrix as MathMatrix } from "mathjs";
import { EigenvalueDecomposition, Matrix as MlMatrix } from "ml-matrix";
import { Random } from "../core/random.ts";
import { balance, isolate } from "./balance.ts";
import { closeUnderConjugation, type Complex } from "./conjugates.ts";
import { assertSquare, type Matrix, normalized } from "./matrix.ts";

/** The largest matrix that mathjs solves by default: its time grows as n^4. */
export const MATHJS_LIMIT = 32;

/** What mathjs counts as 0 below the diagonal, of matrices whose largest entry is about 1. */
const PRECISION = 1e-12;

/** What {@link eigenvalues} can be told besides. */
export interface SpectrumOptions {
  /**
   * By default `"mathjs"` up to {@link MATHJS_LIMIT} rows and `"ml-matrix"` above. ml-matrix takes
   * under a millisecond at 20 rows where mathjs takes some tenths of a second.
   */
  readonly solver?: "mathjs" | "ml-matrix";
}

/**
 * The eigenvalues of a real square matrix, by descending modulus, then descending imaginary part,
 * then descending real part.
 *
 * Real eigenvalues have `im` exactly 0 and the others come in exact conjugates. They are right to
 * 1e-9 of the matrix's norm where the matrix is not defective; an eigenvalue in a Jordan block of
 * size k is determined to eps^(1/k) only, by any method, except in a triangular matrix, whose
 * diagonal is taken as it is.
 *
 * The matrix is normalized, eigenvalues on the diagonal are set apart (`isolate`) and the rest is
 * balanced (`balance`). Then mathjs runs its QR iteration on the matrix between two random complex
 * Householder reflections, always the same ones: on most real matrices as they are its real shifts
 * do not converge. Where it still fails, or by choice, ml-matrix runs EISPACK's hqr2, some
 * hundred times as fast, on the matrix in a random scaling that is always the same. A symmetric
 * matrix is given to either as it is.
 *
 * @param matrix Square, of shape [n, n].
 * @returns n eigenvalues, multiple ones as often as they count.
 * @throws {InputError} Where the matrix is empty, ragged or not square, or an entry not finite.
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
  assertSquare("matrix", matrix);
  const { scale, matrix: scaled } = normalized(matrix);
  const { eigenvalues: isolated, core } = isolate(scaled);
  const found = isolated.map((re) => ({ re, im: 0 })).concat(solve(core, options.solver));
  return found
    .map(({ re, im }) => ({ re: re * scale, im: im * scale }))
    .sort((a, b) => modulus(b) - modulus(a) || b.im - a.im || b.re - a.re);
}

/**
 * The spectral radius: the largest modulus of an eigenvalue.
 *
 * @param matrix Square, of shape [n, n].
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
  return Math.max(...eigenvalues(matrix, options).map(modulus));
}

function modulus({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

function solve(core: number[][], wanted: SpectrumOptions["solver"]): Complex[] {
  if (core.length === 0) return [];
  const solver = wanted ?? (core.length <= MATHJS_LIMIT ? "mathjs" : "ml-matrix");
  const symmetric = core.every((row, i) => row.every((entry, j) => entry === core[j]?.[i]));
  const { scale, matrix } = normalized(symmetric ? core : balance(core));
  const found = (solver === "mathjs" ? byMathjs(matrix, symmetric) : null) ??
    byMlMatrix(matrix, symmetric);
  return found.map(({ re, im }) => ({ re: re * scale, im: im * scale }));
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
