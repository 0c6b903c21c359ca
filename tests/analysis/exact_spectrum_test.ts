import { assert, assertEquals } from "@std/assert";
import { exactEigenvalues } from "../../src/analysis/exact_spectrum.ts";
import { Random } from "../../src/core/random.ts";
import { tolerance } from "../tolerance.ts";
import { assertSameEigenvalues, gaussian, matrixOf } from "./matrices.ts";
import { eigenvalueCases } from "./fixtures.ts";

Deno.test("exactEigenvalues() equals LAPACK's from poor approximations", () => {
  const random = new Random(1);
  for (const { matrix, ...wanted } of eigenvalueCases) {
    if (matrix.length > 12 || wanted.spectral_norm === 0) continue;
    const lapack = wanted.eigenvalues.map(([re, im]) => ({ re, im }));
    const size = Math.max(...matrix.flat().map(Math.abs)) || 1;
    const unit = (value: number) => value / size;
    const start = lapack.map(({ re, im }) => ({
      re: unit(re) + random.uniform(-1e-3, 1e-3),
      im: unit(im) + random.uniform(-1e-3, 1e-3),
    }));
    const found = exactEigenvalues(matrix.map((row) => row.map(unit)), start)
      .map(({ re, im }) => ({ re: re * size, im: im * size }));
    assertSameEigenvalues(found, lapack, tolerance.lapack, wanted.spectral_norm);
  }
});

Deno.test("exactEigenvalues() separates eigenvalues that rounding of the matrix would merge", () => {
  // 1 + 2^-40, 1 - 2^-40 and -1: the lower left entry is far below rounding of the others.
  const matrix = [[1, 1, 0], [2 ** -80, 1, 0], [0, 0, -1]];
  const start = [{ re: 1, im: 0 }, { re: 1, im: 0 }, { re: -1, im: 0 }];
  const found = exactEigenvalues(matrix, start).map(({ re }) => re).sort((a, b) => a - b);
  assertEquals(found.slice(1).map((re) => Math.round((re - 1) * 2 ** 44) / 16), [-1, 1]);
});

Deno.test("exactEigenvalues() converges from equal approximations and with entries of 53 bits", () => {
  const matrix = gaussian(9, 9, new Random(2));
  const found = exactEigenvalues(matrix, matrix.map(() => ({ re: 0, im: 0 })));
  const trace = matrix.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
  const [re, im] = [found.map(({ re }) => re), found.map(({ im }) => im)]
    .map((parts) => parts.reduce((sum, part) => sum + part, 0));
  assert(Math.abs((re ?? NaN) - trace) < 1e-12 && Math.abs(im ?? NaN) < 1e-12);
  const zero = exactEigenvalues(
    matrixOf(4, () => 0),
    matrixOf(4, () => 0).map(() => ({ re: 1, im: 1 })),
  );
  assert(zero.every(({ re, im }) => Math.hypot(re, im) < 1e-12));
});
