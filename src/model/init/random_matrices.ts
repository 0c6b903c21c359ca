import { Matrix, QrDecomposition } from "ml-matrix";
import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";

/**
 * Draws a matrix with the Glorot-uniform initialisation, which keeps the variances of a layer's
 * values and of its gradients about equal: uniform in [-a, a) with a = sqrt(6 / (output + input)).
 *
 * Source: Glorot & Bengio (2010), equation 16, https://proceedings.mlr.press/v9/glorot10a.html.
 *
 * @param shape `[output, input]`.
 * @param random The source of random numbers.
 * @returns A matrix [output, input] in float64.
 * @throws {InputError} If a size is not a positive integer, or if `random` is not a source.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { glorotUniform } from "./random_matrices.ts";
 *
 * const weights = glorotUniform([20, 10], new Random(1));
 * assert(weights.flat().every((w) => Math.abs(w) <= Math.sqrt(6 / 30)));
 * ```
 */
export function glorotUniform(shape: readonly [number, number], random: Random): number[][] {
  const [output, input] = sizesOf(shape);
  checkRandom("random", random);
  const limit = Math.sqrt(6 / (output + input));
  return matrix(output, input, () => random.uniform(-limit, limit));
}

/**
 * Draws an orthogonal matrix, uniformly among all orthogonal matrices (Haar measure), times a gain.
 * All singular values are the gain, so a linear recurrence scales gradients by gain^k over k steps.
 * The matrix is the Q of the QR decomposition of a Gaussian matrix. Q is uniform if the diagonal of
 * R is made positive. Source: Mezzadri (2007), section 5, arXiv:math-ph/0609050; as initial
 * weights, Saxe et al. (2014), arXiv:1312.6120.
 *
 * @param size The number of rows and of columns.
 * @param random The source of random numbers.
 * @param gain The factor; 1 by default.
 * @returns A matrix [size, size] in float64.
 * @throws {InputError} If a size is not a positive integer, if `random` is not a source, or if
 * `gain` is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { orthogonal } from "./random_matrices.ts";
 *
 * const [row = []] = orthogonal(20, new Random(1), 0.9);
 * assert(Math.abs(Math.hypot(...row) - 0.9) < 1e-12);
 * ```
 */
export function orthogonal(size: number, random: Random, gain = 1): number[][] {
  positiveInteger("size", size);
  checkDraw(random, gain);
  const decomposition = new QrDecomposition(new Matrix(matrix(size, size, () => random.normal())));
  const signs = decomposition.upperTriangularMatrix.diagonal().map((r) => r < 0 ? -1 : 1);
  return decomposition.orthogonalMatrix.mulRowVector(signs).mul(gain).to2DArray();
}

/**
 * Draws a matrix with orthonormal columns, or with orthonormal rows if there are fewer rows than
 * columns, times a gain. All its singular values are the gain. The matrix is uniform among all such
 * matrices, as in `torch.nn.init.orthogonal_`. A square matrix equals the result of
 * {@link orthogonal} up to rounding.
 *
 * The matrix is the Q of a Gaussian matrix with the diagonal of R positive (Mezzadri, 2007, section
 * 5). Gram-Schmidt is applied twice, which leaves only rounding errors (Giraud et al., 2005,
 * doi:10.1007/s00211-005-0615-4).
 *
 * @param shape `[output, input]`.
 * @param random The source of random numbers.
 * @param gain The factor; 1 by default.
 * @returns A matrix [output, input] in float64.
 * @throws {InputError} If a size is not a positive integer, if `random` is not a source, or if
 * `gain` is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { semiOrthogonal } from "./random_matrices.ts";
 *
 * const tall = semiOrthogonal([80, 20], new Random(1));
 * assert(Math.abs(Math.hypot(...tall.map(([first = NaN]) => first)) - 1) < 1e-12);
 * ```
 */
export function semiOrthogonal(
  shape: readonly [number, number],
  random: Random,
  gain = 1,
): number[][] {
  const [output, input] = sizesOf(shape);
  checkDraw(random, gain);
  const drawn = matrix(output, input, () => random.normal());
  if (output < input) return orthonormal(drawn, gain);
  return transposed(orthonormal(transposed(drawn), gain));
}

/**
 * Draws a square matrix of independent normal entries with mean 0 and variance gain^2 / size. As
 * the size grows, the spectral radius of the matrix tends to the gain (Girko, 1985: the circular
 * law) and the largest singular value to twice the gain (Geman, 1980).
 *
 * Source: Sompolinsky, Crisanti & Sommers (1988), the couplings J, doi:10.1103/PhysRevLett.61.259.
 *
 * @param size The number of rows and of columns.
 * @param random The source of random numbers.
 * @param gain The factor; 1 by default.
 * @returns A matrix [size, size] in float64.
 * @throws {InputError} If a size is not a positive integer, if `random` is not a source, or if
 * `gain` is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { gaussian } from "./random_matrices.ts";
 *
 * assert(gaussian(20, new Random(1), 1.5).length === 20);
 * ```
 */
export function gaussian(size: number, random: Random, gain = 1): number[][] {
  positiveInteger("size", size);
  checkDraw(random, gain);
  const deviation = gain / Math.sqrt(size);
  return matrix(size, size, () => random.normal(0, deviation));
}

function checkDraw(random: Random, gain: number): void {
  checkRandom("random", random);
  if (!Number.isFinite(gain)) throw new InputError("gain", "a finite number", gain);
}

function sizesOf(shape: readonly [number, number]): readonly [number, number] {
  const given: unknown = shape;
  if (!Array.isArray(given) || given.length !== 2) {
    throw new InputError("shape", "[output, input]", given);
  }
  return [positiveInteger("output", shape[0]), positiveInteger("input", shape[1])];
}

function matrix(rows: number, columns: number, draw: () => number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  const [first = []] = rows;
  return first.map((_, j) => rows.map((row) => row[j] ?? NaN));
}

/**
 * The number of rows that are orthogonalised at once. Each gets the same digits as if it were
 * orthogonalised alone.
 */
const BLOCK = 4;

/** Orthogonalises rows and scales each to the length `gain`. */
function orthonormal(rows: readonly (readonly number[])[], gain: number): number[][] {
  const done: Float64Array[] = [];
  for (let begin = 0; begin < rows.length; begin += BLOCK) {
    const block = rows.slice(begin, begin + BLOCK).map((row) => Float64Array.from(row));
    const lengths = block.map((vector) => dot(vector, vector));
    const common = block.length === BLOCK ? done.slice() : [];
    subtractFromBlock(block, common);
    for (const [i, vector] of block.entries()) {
      let before = lengths[i] ?? NaN;
      for (const other of done.slice(common.length)) subtract(vector, other);
      let left = dot(vector, vector);
      // Subtract again if little is left: rounding errors are then relatively large (Daniel et al.,
      // 1976).
      while (left < before / 4) {
        before = left;
        for (const other of done) subtract(vector, other);
        left = dot(vector, vector);
      }
      const length = Math.sqrt(left);
      done.push(vector.map((value) => value / length));
    }
  }
  return done.map((vector) => Array.from(vector, (value) => gain * value));
}

/**
 * Subtracts from each of {@link BLOCK} vectors its components along the vectors of `others`, one
 * after the other.
 */
function subtractFromBlock(
  block: readonly Float64Array[],
  others: readonly Float64Array[],
): void {
  const none = new Float64Array();
  const [a = none, b = none, c = none, d = none] = block;
  for (const other of others) {
    // Four independent sums, which the processor can compute at the same time.
    let [alongA, alongB, alongC, alongD] = [0, 0, 0, 0];
    for (let i = 0; i < other.length; i++) {
      const value = other[i] ?? NaN;
      alongA += (a[i] ?? NaN) * value;
      alongB += (b[i] ?? NaN) * value;
      alongC += (c[i] ?? NaN) * value;
      alongD += (d[i] ?? NaN) * value;
    }
    for (let i = 0; i < other.length; i++) {
      const value = other[i] ?? NaN;
      a[i] = (a[i] ?? NaN) - alongA * value;
      b[i] = (b[i] ?? NaN) - alongB * value;
      c[i] = (c[i] ?? NaN) - alongC * value;
      d[i] = (d[i] ?? NaN) - alongD * value;
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

/** Subtracts from a vector its component along another, in place. */
function subtract(from: Float64Array, other: Float64Array): void {
  const along = dot(from, other);
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? NaN) - along * (other[i] ?? NaN);
}
