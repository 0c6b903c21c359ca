import { assert, assertEquals, assertLess } from "@std/assert";
import { balance, isolate } from "../../src/analysis/balance.ts";
import { Random } from "../../src/core/random.ts";
import { eigenvalueCases } from "./fixtures.ts";
import { frobenius, gaussian, matrixOf } from "./matrices.ts";

Deno.test("isolate: a triangular matrix in any order is solved, exactly", () => {
  const upper = matrixOf(5, (i, j) => i <= j ? i + 10 * j + 0.1 : 0);
  const order = [3, 0, 4, 1, 2];
  const shuffled = order.map((i) => order.map((j) => upper[i]?.[j] ?? NaN));
  for (const matrix of [upper, shuffled]) {
    const { eigenvalues, core } = isolate(matrix);
    assertEquals(eigenvalues.toSorted((a, b) => a - b), upper.map((row, i) => row[i]));
    assertEquals(core, []);
  }
});

Deno.test("isolate: the rest keeps its order", () => {
  const matrix = [[1, 2, 3, 4], [0, 5, 6, 0], [0, 7, 8, 0], [0, 9, 9, 2]];
  const { eigenvalues, core } = isolate(matrix);
  assertEquals(eigenvalues.toSorted(), [1, 2]);
  assertEquals(core, [[5, 6], [7, 8]]);
});

Deno.test("isolate: a matrix without zeros is left alone", () => {
  const matrix = gaussian(4, 4, new Random(1));
  assertEquals(isolate(matrix), { eigenvalues: [], core: matrix });
});

Deno.test("balance: undoes a scaling up to a power of two a row, without rounding", () => {
  const random = new Random(2);
  const matrix = gaussian(6, 6, random);
  const powers = matrix.map(() => 2 ** random.integer(-40, 40));
  const scaled = matrix.map((row, i) =>
    row.map((x, j) => x * (powers[j] ?? NaN) / (powers[i] ?? NaN))
  );
  const balanced = balance(scaled);
  assertLess(frobenius(balanced), 2 * frobenius(matrix));
  // Whatever was multiplied was multiplied by a power of two, and the diagonal not at all.
  for (const [i, row] of balanced.entries()) {
    assertEquals(row[i], matrix[i]?.[i]);
    for (const [j, value] of row.entries()) {
      assert(Number.isInteger(Math.log2(value / (matrix[i]?.[j] ?? NaN))), `entry ${i} ${j}`);
    }
  }
});

Deno.test("balance: a balanced and a zero matrix stay as they are", () => {
  for (const matrix of [[[1, 2], [2, 1]], [[0, 0], [0, 0]], [[0, 1], [0, 0]]]) {
    assertEquals(balance(matrix), matrix);
  }
});

Deno.test("balance: brings the badly scaled reference matrix to the size of its eigenvalues", () => {
  const badlyScaled = eigenvalueCases.find(({ name }) => name === "badly_scaled_6");
  assert(badlyScaled);
  assertLess(1e4 * badlyScaled.spectral_radius, frobenius(badlyScaled.matrix));
  assertLess(frobenius(balance(badlyScaled.matrix)), 10 * badlyScaled.spectral_radius);
});
