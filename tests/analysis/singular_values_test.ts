import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  logSingularValues,
  MatrixProduct,
  singularValues,
  spectralNorm,
} from "../../src/analysis/singular_values.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { eigenvalueCases } from "./fixtures.ts";
import { frobenius, gaussian, matrixOf, product, reflection, transpose } from "./matrices.ts";
import { determinant, Matrix as MlMatrix } from "ml-matrix";

for (const { name, matrix, spectral_norm } of eigenvalueCases) {
  Deno.test(`spectralNorm() of ${name} equals LAPACK's`, () => {
    assertClose([spectralNorm(matrix)], [spectral_norm], tolerance.lapack);
  });
}

Deno.test("singularValues() has min(rows, columns) values, largest first, also for the transpose", () => {
  const random = new Random(1);
  for (const [rows, columns] of [[1, 1], [1, 5], [5, 1], [3, 7], [7, 3], [20, 20]] as const) {
    const matrix = gaussian(rows, columns, random);
    const found = singularValues(matrix);
    assertEquals(found.length, Math.min(rows, columns));
    assertEquals(found, found.toSorted((a, b) => b - a));
    assertClose(singularValues(transpose(matrix)), found, tolerance.rounding);
    const squares = found.reduce((sum, value) => sum + value * value, 0);
    assertClose([Math.sqrt(squares)], [frobenius(matrix)], tolerance.rounding);
  }
});

Deno.test("singularValues() of U S V' is S", () => {
  const random = new Random(2);
  const wanted = [5, 3, 1, 1e-3, 0];
  const diagonal = wanted.map((value, i) => wanted.map((_, j) => i === j ? value : 0));
  const matrix = product(reflection(5, random), diagonal, reflection(5, random));
  assertClose(singularValues(matrix), wanted, tolerance.rounding);
});

Deno.test("singularValues() scales with the matrix over the range of float64", () => {
  const matrix = gaussian(6, 4, new Random(3));
  const wanted = singularValues(matrix);
  for (const factor of [1e-300, 1e-150, 1e150, 1e300]) {
    const scaled = singularValues(matrix.map((row) => row.map((entry) => entry * factor)));
    assertClose(scaled.map((value) => value / factor), wanted, tolerance.rounding);
  }
});

Deno.test("spectralNorm() bounds the growth of every vector", () => {
  const random = new Random(4);
  const matrix = gaussian(8, 8, random);
  const norm = spectralNorm(matrix);
  for (let draw = 0; draw < 50; draw++) {
    const vector = gaussian(8, 1, random);
    assert(frobenius(product(matrix, vector)) <= norm * frobenius(vector));
  }
});

Deno.test("singularValues() throws unless the matrix is finite and not ragged", () => {
  const wrong: readonly [number[][], string][] = [
    [[], "matrix must be of at least one row and one column, found []"],
    [[[1, 2], [3]], 'matrix[1] must be of 2 columns, like matrix[0], found {"columns":1}'],
    [[[1, 2, 3], [3, 4, Infinity]], "matrix[1][2] must be a finite number, found Infinity"],
  ];
  for (const [matrix, message] of wrong) {
    assertThrows(() => singularValues(matrix), InputError, message);
    assertThrows(() => spectralNorm(matrix), InputError, message);
  }
});

Deno.test("singularValues() of a long row has one value and throws beyond float64", () => {
  const row = new Array<number>(150_000).fill(1);
  assertClose([spectralNorm([row])], [Math.sqrt(150_000)], tolerance.rounding);
  const { MAX_VALUE } = Number;
  assertClose([spectralNorm([[MAX_VALUE, 1], [1, 1]])], [MAX_VALUE], tolerance.rounding);
  assertThrows(
    () => spectralNorm([[MAX_VALUE, MAX_VALUE]]),
    InputError,
    "singular value must be below 1.8e308, found Infinity",
  );
});

Deno.test("singularValues() ends for entries of 1e308 and 1e-323 and keeps the norm of the matrix", () => {
  const [largest, ...rest] = singularValues([
    [-3, -1, 16777217, -2.5e-323, -4e-119, 198],
    [-4.7e-55, 3, 2.5e-269, 69, -1, -1],
    [-1.4e-13, -4.5e-221, 8.4e-69, 1, -3, 0],
    [-1, 0, 1.2e-83, -4.4e-323, 3, -2],
    [1.8e-14, -5e-181, -3, 2e-150, 2, -1.7976931348623157e308],
    [-1.7e104, 1.2e-239, 3.3e-156, -1, 4.3e-209, 2.3e228],
  ]);
  assertEquals(largest, 1.7976931348623157e308);
  // The next, 1.7e104, is below its rounding error.
  assertEquals(rest, [0, 0, 0, 0, 0]);
  assertEquals(Math.hypot(...singularValues([[-3.5e-323, 0], [1e-323, -1]])), 1);
});

function graded(matrix: readonly (readonly number[])[], exponents: readonly number[]) {
  return matrix.map((row, i) => ({
    exponent: exponents[i] ?? 0,
    values: Float64Array.from(row),
  }));
}

Deno.test("logSingularValues() agrees with singularValues() without grading", () => {
  const random = new Random(1);
  for (const n of [1, 2, 7, 20]) {
    const matrix = gaussian(n, n, random);
    const found = logSingularValues(graded(matrix, [])).map((log) => 2 ** log);
    assertClose(found, singularValues(matrix), tolerance.rounding);
  }
});

Deno.test("logSingularValues() of orthogonal rows is their norms at any size", () => {
  const exponents = [300, 5000, 0, -20000];
  const found = logSingularValues(graded(reflection(4, new Random(2)), exponents));
  assertClose(found, [5000, 300, 0, -20000], tolerance.rounding);
});

Deno.test("logSingularValues() is exact for two rows at an angle with a ratio of 2^-k", () => {
  // Of [[1, 0], [r c, r s]]: sigma_1 sigma_2 = r s, sigma_1^2 + sigma_2^2 = 1 + r^2.
  for (const k of [0, 1, 10, 30, 400, 3000]) {
    const r = 2 ** -k;
    const root = Math.sqrt((1 - r * r) ** 2 + 4 * (r * 0.6) ** 2);
    const first = Math.log2((1 + r * r + root) / 2) / 2;
    const last = Math.log2(0.8) - k - first;
    const rows = graded([[1, 0], [0.6, 0.8]], [0, -k]);
    assertClose(logSingularValues(rows), [first, last], tolerance.rounding);
    assertClose(logSingularValues(rows.toReversed()), [first, last], tolerance.rounding);
  }
});

Deno.test("logSingularValues() of a zero row is -Infinity", () => {
  const rows = graded([[3, 4], [0, 0]], [0, 0]);
  assertEquals(logSingularValues(rows), [Math.log2(5), -Infinity]);
});

Deno.test("MatrixProduct without factors is the identity", () => {
  assertEquals(new MatrixProduct(3).logSingularValues(), [0, 0, 0]);
});

Deno.test("MatrixProduct.multiply() multiplies on the right", () => {
  const random = new Random(1);
  const factors = Array.from({ length: 4 }, () => gaussian(5, 5, random));
  const found = new MatrixProduct(5);
  for (const factor of factors) found.multiply(factor);
  const values = found.logSingularValues().map(Math.exp);
  assertClose(values, singularValues(product(...factors)), tolerance.rounding);
});

Deno.test("MatrixProduct.logSingularValues() sums to the logarithms of the determinants", () => {
  const random = new Random(2);
  const found = new MatrixProduct(8);
  let wanted = 0;
  for (let k = 0; k < 200; k++) {
    const factor = gaussian(8, 8, random);
    found.multiply(factor);
    wanted += Math.log(Math.abs(determinant(new MlMatrix(factor))));
  }
  const sum = found.logSingularValues().reduce((sum, log) => sum + log, 0);
  assertClose([sum], [wanted], tolerance.factors);
});

Deno.test("MatrixProduct.logSingularValues() is exact for powers beyond float64", () => {
  const rotation = reflection(4, new Random(3));
  const sizes = [3, 1, 0.5, 1e-3];
  const factor = product(
    rotation,
    matrixOf(4, (i, j) => i === j ? sizes[i] ?? 0 : 0),
    rotation,
  );
  const found = new MatrixProduct(4);
  for (let k = 0; k < 2000; k++) found.multiply(factor);
  const wanted = sizes.map((size) => 2000 * Math.log(size));
  assertClose(found.logSingularValues(), wanted, tolerance.factors);
});

Deno.test("MatrixProduct.logSingularValues() is -Infinity after a factor of zeros", () => {
  const found = new MatrixProduct(2);
  found.multiply([[0, 0], [0, 0]]);
  found.multiply([[1, 2], [3, 4]]);
  assertEquals(found.logSingularValues(), [-Infinity, -Infinity]);
});

Deno.test("MatrixProduct.multiply() throws on a factor of another shape", () => {
  const found = new MatrixProduct(2);
  assertThrows(() => found.multiply([[1]]), InputError, "factor must be of 2 rows, found 1");
  assertThrows(() => found.multiply([[1, 2]]), InputError, "factor must be square");
  assertThrows(() => found.multiply([[1, 2], [3, NaN]]), InputError, "factor[1][1]");
});
