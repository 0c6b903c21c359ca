import { assertEquals } from "@std/assert";
import { logSingularValues } from "../../src/analysis/graded_rows.ts";
import { singularValues } from "../../src/analysis/svd.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { gaussian, reflection } from "./matrices.ts";

function graded(matrix: readonly (readonly number[])[], exponents: readonly number[]) {
  return matrix.map((row, i) => ({
    exponent: exponents[i] ?? 0,
    values: Float64Array.from(row),
  }));
}

Deno.test("logSingularValues: without grading as the usual algorithm", () => {
  const random = new Random(1);
  for (const n of [1, 2, 7, 20]) {
    const matrix = gaussian(n, n, random);
    const found = logSingularValues(graded(matrix, [])).map((log) => 2 ** log);
    assertClose(found, singularValues(matrix), tolerance.rounding);
  }
});

Deno.test("logSingularValues: orthogonal rows of any size are what they are", () => {
  const exponents = [300, 5000, 0, -20000];
  const found = logSingularValues(graded(reflection(4, new Random(2)), exponents));
  assertClose(found, [5000, 300, 0, -20000], tolerance.rounding);
});

Deno.test("logSingularValues: two rows at an angle, one 2^-k of the other", () => {
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

Deno.test("logSingularValues: a zero row is a singular value of 0", () => {
  const rows = graded([[3, 4], [0, 0]], [0, 0]);
  assertEquals(logSingularValues(rows), [Math.log2(5), -Infinity]);
});
