import { Matrix, QrDecomposition } from "ml-matrix";
import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";

/**
 * Weights that keep the variance of a layer's values and of its gradients about equal: uniform in
 * [-a, a] with a = sqrt(6 / (output + input)).
 *
 * Source: Glorot & Bengio (2010), equation 16.
 *
 * @param shape `[output, input]`.
 * @returns A matrix [output, input] in float64.
 * @throws {InputError} On a size that is not a positive integer, and a `random` that is not a source.
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
  const limit = Math.sqrt(
    6 / (output + input),
  );
  return matrix(output, input, () => random.uniform(-limit, limit));
}

/**
 * A random orthogonal matrix, uniform over all of them (Haar measure), times a gain: every
 * singular value is the gain, so a linear recurrence scales gradients by gain^k over k steps.
 *
 * The Q of a Gaussian matrix's QR decomposition is uniform only when R's diagonal is made
 * positive. Source: Mezzadri (2007), section 5; as initial weights, Saxe et al. (2014).
 *
 * @param size Rows and columns.
 * @returns A matrix [size, size] in float64.
 * @throws {InputError} On a size that is not a positive integer, a `random` that is not a source, and
 * a gain that is not finite.
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
 * A random matrix whose columns, or rows where there are fewer of these, are orthonormal, times a
 * gain: every singular value is the gain. It is uniform over all such matrices, as those of
 * `torch.nn.init.orthogonal_`; a square one is that of {@link orthogonal}, but for rounding.
 *
 * It is the Q of a Gaussian matrix with R's diagonal positive (Mezzadri, 2007, section 5), by
 * Gram-Schmidt done twice, which leaves errors of the size of rounding (Giraud et al., 2005).
 *
 * @param shape `[output, input]`.
 * @returns A matrix [output, input] in float64.
 * @throws {InputError} On a size that is not a positive integer, a `random` that is not a source, and
 * a gain that is not finite.
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
 * A square matrix of independent normal entries of mean 0 and variance gain^2 / size. For large
 * sizes its spectral radius tends to the gain (Girko, 1985: the circular law) and its largest
 * singular value to twice the gain (Geman, 1980).
 *
 * Source: Sompolinsky, Crisanti & Sommers (1988), the couplings J.
 *
 * @param size Rows and columns.
 * @returns A matrix [size, size] in float64.
 * @throws {InputError} On a size that is not a positive integer, a `random` that is not a source, and
 * a gain that is not finite.
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

/** Rows that are made orthogonal to those before them at once; each is computed as if it were alone. */
const BLOCK = 4;

/** The rows made orthogonal to each other, each of length `gain`. */
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
      // Once more if little is left of it, since rounding then counts (Daniel et al., 1976).
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

/** Subtracts from each of {@link BLOCK} vectors its parts along others, one after the other. */
function subtractFromBlock(
  block: readonly Float64Array[],
  others: readonly Float64Array[],
): void {
  const none = new Float64Array();
  const [a = none, b = none, c = none, d = none] = block;
  for (const other of others) {
    // Four sums that do not wait for each other.
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

/** Subtracts from a vector its part along another, in place. */
function subtract(from: Float64Array, other: Float64Array): void {
  const along = dot(from, other);
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? NaN) - along * (other[i] ?? NaN);
}
