import { assert, assertEquals, assertThrows } from "@std/assert";
import { singularValues, spectralNorm } from "../../src/analysis/svd.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { eigenvalueCases } from "./fixtures.ts";
import { frobenius, gaussian, product, reflection, transpose } from "./matrices.ts";

for (const { name, matrix, spectral_norm } of eigenvalueCases) {
  Deno.test(`spectralNorm: ${name} as LAPACK has it`, () => {
    assertClose([spectralNorm(matrix)], [spectral_norm], tolerance.lapack);
  });
}

Deno.test("singularValues: descending, as many as the smaller side, and the same transposed", () => {
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

Deno.test("singularValues: those of U S V' are S", () => {
  const random = new Random(2);
  const wanted = [5, 3, 1, 1e-3, 0];
  const diagonal = wanted.map((value, i) => wanted.map((_, j) => i === j ? value : 0));
  const matrix = product(reflection(5, random), diagonal, reflection(5, random));
  assertClose(singularValues(matrix), wanted, tolerance.rounding);
});

Deno.test("singularValues: scale with the matrix over the range of numbers", () => {
  const matrix = gaussian(6, 4, new Random(3));
  const wanted = singularValues(matrix);
  for (const factor of [1e-300, 1e-150, 1e150, 1e300]) {
    const scaled = singularValues(matrix.map((row) => row.map((entry) => entry * factor)));
    assertClose(scaled.map((value) => value / factor), wanted, tolerance.rounding);
  }
});

Deno.test("spectralNorm: no vector grows by more", () => {
  const random = new Random(4);
  const matrix = gaussian(8, 8, random);
  const norm = spectralNorm(matrix);
  for (let draw = 0; draw < 50; draw++) {
    const vector = gaussian(8, 1, random);
    assert(frobenius(product(matrix, vector)) <= norm * frobenius(vector));
  }
});

Deno.test("singularValues: what is no matrix of finite numbers is an error", () => {
  const wrong: readonly [number[][], string][] = [
    [[], "matrix must be of at least one row and one column, found []"],
    [[[1, 2], [3]], 'matrix[1] must be of 2 columns as matrix[0], found {"columns":1}'],
    [[[1, 2, 3], [3, 4, Infinity]], "matrix[1][2] must be a finite number, found Infinity"],
  ];
  for (const [matrix, message] of wrong) {
    assertThrows(() => singularValues(matrix), InputError, message);
    assertThrows(() => spectralNorm(matrix), InputError, message);
  }
});

Deno.test("singularValues() of a long row are one, and one beyond float64 is an error", () => {
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

Deno.test("singularValues() ends, and has the matrix's norm, with entries of 1e308 and 1e-323 beside each other", () => {
  const [largest, ...rest] = singularValues([
    [-3, -1, 16777217, -2.5e-323, -4e-119, 198],
    [-4.7e-55, 3, 2.5e-269, 69, -1, -1],
    [-1.4e-13, -4.5e-221, 8.4e-69, 1, -3, 0],
    [-1, 0, 1.2e-83, -4.4e-323, 3, -2],
    [1.8e-14, -5e-181, -3, 2e-150, 2, -1.7976931348623157e308],
    [-1.7e104, 1.2e-239, 3.3e-156, -1, 4.3e-209, 2.3e228],
  ]);
  assertEquals(largest, 1.7976931348623157e308);
  // The next, 1.7e104, is no more than rounding beside it.
  assertEquals(rest, [0, 0, 0, 0, 0]);
  assertEquals(Math.hypot(...singularValues([[-3.5e-323, 0], [1e-323, -1]])), 1);
});
