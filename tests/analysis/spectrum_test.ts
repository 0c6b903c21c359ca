import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { determinant, Matrix as MlMatrix } from "ml-matrix";
import type { Complex } from "../../src/analysis/conjugates.ts";
import { eigenvalues, MATHJS_LIMIT, spectralRadius } from "../../src/analysis/spectrum.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, defective, tolerance } from "../tolerance.ts";
import { eigenvalueCases } from "./fixtures.ts";
import {
  assertSameEigenvalues,
  frobenius,
  gaussian,
  matrixOf,
  product,
  reflection,
} from "./matrices.ts";

const solvers = ["mathjs", "ml-matrix"] as const;

for (const solver of solvers) {
  for (const { name, matrix, ...wanted } of eigenvalueCases) {
    Deno.test(`eigenvalues: ${name} by ${solver} as LAPACK has them`, () => {
      const found = eigenvalues(matrix, { solver });
      const scale = wanted.spectral_norm;
      const lapack = wanted.eigenvalues.map(([re, im]) => ({ re, im }));
      assertSameEigenvalues(found, lapack, tolerance.lapack, scale);
      assertEquals(count(found, isReal), count(lapack, isReal));
      const radius = spectralRadius(matrix, { solver });
      assertClose([radius], [wanted.spectral_radius], tolerance.lapack, { scale });
    });
  }

  for (const size of [2, 3, 4, 5]) {
    Deno.test(`eigenvalues: a rotated Jordan block of size ${size} by ${solver}`, () => {
      const jordan = matrixOf(size, (i, j) => i === j ? 0.5 : i + 1 === j ? 1 : 0);
      const rotation = reflection(size, new Random(size));
      const found = eigenvalues(product(rotation, jordan, rotation), { solver });
      const wanted = jordan.map(() => ({ re: 0.5, im: 0 }));
      assertSameEigenvalues(found, wanted, defective(size), 1);
    });
  }

  Deno.test(`eigenvalues: their sum is the trace, their product the determinant, by ${solver}`, () => {
    const random = new Random(1).fork(solver);
    const largest = solver === "mathjs" ? 12 : 50;
    for (let n = 1; n <= largest; n++) {
      const matrix = gaussian(n, n, random);
      const found = eigenvalues(matrix, { solver });
      assertEquals(found.length, n);
      const sum = found.reduce((sum, { re }) => sum + re, 0);
      const trace = matrix.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
      assertClose([sum], [trace], tolerance.lapack, { scale: frobenius(matrix), what: "trace" });
      const size = found.reduce((log, value) => log + Math.log(modulus(value)), 0);
      const wanted = Math.log(Math.abs(determinant(new MlMatrix(matrix))));
      assertClose([size], [wanted], tolerance.lapack, { scale: 1 + Math.abs(wanted), what: "det" });
    }
  });

  Deno.test(`eigenvalues: real or exact conjugates, in order, by ${solver}`, () => {
    const random = new Random(2).fork(solver);
    for (let n = 2; n <= 10; n++) {
      const found = eigenvalues(gaussian(n, n, random), { solver });
      for (const { re, im } of found) {
        assert(found.some((other) => other.re === re && other.im === 0 - im), "no conjugate");
      }
      const sorted = found.toSorted((a, b) => modulus(b) - modulus(a) || b.im - a.im);
      assertEquals(found, sorted);
    }
  });

  Deno.test(`eigenvalues: symmetric matrices have real ones, skew ones imaginary, by ${solver}`, () => {
    const matrix = gaussian(9, 9, new Random(3));
    const symmetric = matrix.map((row, i) => row.map((x, j) => x + (matrix[j]?.[i] ?? NaN)));
    const skew = matrix.map((row, i) => row.map((x, j) => x - (matrix[j]?.[i] ?? NaN)));
    assert(eigenvalues(symmetric, { solver }).every(isReal));
    const found = eigenvalues(skew, { solver });
    const scale = frobenius(skew);
    assertClose(found.map(({ re }) => re), found.map(() => 0), tolerance.lapack, { scale });
    assertEquals(count(found, isReal), 1);
  });

  Deno.test(`eigenvalues: scale with the matrix from 1e-150 to 1e150 by ${solver}`, () => {
    const matrix = gaussian(6, 6, new Random(4));
    const wanted = eigenvalues(matrix, { solver });
    for (const factor of [1e-150, 1e-20, 1e20, 1e150]) {
      const scaled = eigenvalues(matrix.map((row) => row.map((x) => x * factor)), { solver });
      const found = scaled.map(({ re, im }) => ({ re: re / factor, im: im / factor }));
      assertSameEigenvalues(found, wanted, tolerance.lapack, frobenius(matrix));
    }
  });
}

Deno.test("eigenvalues: both solvers agree up to the limit of mathjs", () => {
  const random = new Random(5);
  for (const n of [2, 5, 9, 14, 20, MATHJS_LIMIT]) {
    const matrix = gaussian(n, n, random);
    const [byMathjs, byMlMatrix] = solvers.map((solver) => eigenvalues(matrix, { solver }));
    assert(byMathjs && byMlMatrix);
    assertSameEigenvalues(byMathjs, byMlMatrix, tolerance.lapack, frobenius(matrix));
  }
});

Deno.test("eigenvalues: above the limit of mathjs the matrix goes to ml-matrix", () => {
  const matrix = gaussian(MATHJS_LIMIT + 1, MATHJS_LIMIT + 1, new Random(6));
  assertEquals(eigenvalues(matrix), eigenvalues(matrix, { solver: "ml-matrix" }));
});

// Each of these, given to ml-matrix as it is, keeps it busy for ever.
const endless: readonly { name: string; n: number; matrix: number[][]; wanted: number[] }[] = [
  {
    name: "differences around a circle",
    n: 40,
    matrix: matrixOf(40, (i, j) => Number(j === (i + 1) % 40) - Number(i === (j + 1) % 40)),
    wanted: Array.from({ length: 40 }, (_, k) => 2 * Math.sin(2 * Math.PI * k / 40)),
  },
  {
    name: "differences along a line",
    n: 33,
    matrix: matrixOf(33, (i, j) => Number(j === i + 1) - Number(i === j + 1)),
    wanted: Array.from({ length: 33 }, (_, k) => 2 * Math.cos(Math.PI * (k + 1) / 34)),
  },
];

for (const { name, n, matrix, wanted } of endless) {
  Deno.test(`eigenvalues: ${name}, ${n} by ${n}, are known and imaginary`, () => {
    const exact = wanted.map((im) => ({ re: 0, im }));
    assertSameEigenvalues(eigenvalues(matrix), exact, tolerance.lapack, 2);
  });
}

Deno.test("eigenvalues: equal matrices have equal bits", () => {
  const matrix = gaussian(8, 8, new Random(8));
  assertEquals(eigenvalues(matrix), eigenvalues(matrix.map((row) => [...row])));
});

Deno.test("spectralRadius: Gaussian matrices follow the circular law (Ginibre, 1965)", () => {
  const random = new Random(9);
  const radii = Array.from({ length: 5 }, () => spectralRadius(gaussian(200, 200, random)));
  // The law's 1 is a limit: at n = 200 the mean over many draws is 1.04, with a deviation of 0.023.
  const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
  assertLess(Math.abs(mean - 1.04), 3 * 0.023 / Math.sqrt(radii.length));
});

Deno.test("eigenvalues: what is no square matrix of finite numbers is an error", () => {
  const wrong: readonly [number[][], string][] = [
    [[], "matrix must be of at least one row and one column, found []"],
    [[[]], "matrix must be of at least one row and one column, found [[]]"],
    [[[1, 2, 3], [4, 5, 6]], 'matrix must be square, found {"rows":2,"columns":3}'],
    [[[1, 2], [3]], 'matrix[1] must be of 2 columns as matrix[0], found {"columns":1}'],
    [[[1, 2], [3, NaN]], "matrix[1][1] must be a finite number, found NaN"],
    [[[1, -Infinity], [3, 4]], "matrix[0][1] must be a finite number, found -Infinity"],
  ];
  for (const [matrix, message] of wrong) {
    assertThrows(() => eigenvalues(matrix), InputError, message);
    assertThrows(() => spectralRadius(matrix), InputError, message);
  }
});

function modulus({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

function isReal({ im }: Complex): boolean {
  return im === 0;
}

function count<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length;
}
