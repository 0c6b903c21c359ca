import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { determinant, Matrix as MlMatrix } from "ml-matrix";
import type { Complex } from "../../src/analysis/matrix.ts";
import {
  balance,
  closeUnderConjugation,
  eigenvalues,
  isolate,
  MATHJS_LIMIT,
  spectralRadius,
} from "../../src/analysis/spectrum.ts";
import { selectBackend } from "../../src/core/backend.ts";
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
  transpose,
} from "./matrices.ts";

const solvers = ["mathjs", "ml-matrix"] as const;

for (const solver of solvers) {
  for (const { name, matrix, ...wanted } of eigenvalueCases) {
    Deno.test(`eigenvalues() of ${name} by ${solver} equals LAPACK's`, async () => {
      const found = await eigenvalues(matrix, { solver });
      const scale = wanted.spectral_norm;
      const lapack = wanted.eigenvalues.map(([re, im]) => ({ re, im }));
      assertSameEigenvalues(found, lapack, tolerance.lapack, scale);
      assertEquals(count(found, isReal), count(lapack, isReal));
      const radius = await spectralRadius(matrix, { solver });
      assertClose([radius], [wanted.spectral_radius], tolerance.lapack, { scale });
    });
  }

  for (const size of [2, 3, 4, 5]) {
    Deno.test(`eigenvalues() by ${solver} of a rotated Jordan block of size ${size} is within eps^(1/${size})`, async () => {
      const jordan = matrixOf(size, (i, j) => i === j ? 0.5 : i + 1 === j ? 1 : 0);
      const rotation = reflection(size, new Random(size));
      const found = await eigenvalues(product(rotation, jordan, rotation), { solver });
      const wanted = jordan.map(() => ({ re: 0.5, im: 0 }));
      assertSameEigenvalues(found, wanted, defective(size), 1);
    });
  }

  Deno.test(`eigenvalues() by ${solver} sums to the trace and multiplies to the determinant`, async () => {
    const random = new Random(1).fork(solver);
    const largest = solver === "mathjs" ? 12 : 50;
    for (let n = 1; n <= largest; n++) {
      const matrix = gaussian(n, n, random);
      const found = await eigenvalues(matrix, { solver });
      assertEquals(found.length, n);
      const sum = found.reduce((sum, { re }) => sum + re, 0);
      const trace = matrix.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
      assertClose([sum], [trace], tolerance.lapack, { scale: frobenius(matrix), what: "trace" });
      const size = found.reduce((log, value) => log + Math.log(modulus(value)), 0);
      const wanted = Math.log(Math.abs(determinant(new MlMatrix(matrix))));
      assertClose([size], [wanted], tolerance.lapack, { scale: 1 + Math.abs(wanted), what: "det" });
    }
  });

  Deno.test(`eigenvalues() by ${solver} returns real values or exact conjugates, in order`, async () => {
    const random = new Random(2).fork(solver);
    for (let n = 2; n <= 10; n++) {
      const found = await eigenvalues(gaussian(n, n, random), { solver });
      for (const { re, im } of found) {
        assert(found.some((other) => other.re === re && other.im === 0 - im), "no conjugate");
      }
      const sorted = found.toSorted((a, b) => modulus(b) - modulus(a) || b.im - a.im);
      assertEquals(found, sorted);
    }
  });

  Deno.test(`eigenvalues() by ${solver} is real for symmetric and imaginary for skew matrices`, async () => {
    const matrix = gaussian(9, 9, new Random(3));
    const symmetric = matrix.map((row, i) => row.map((x, j) => x + (matrix[j]?.[i] ?? NaN)));
    const skew = matrix.map((row, i) => row.map((x, j) => x - (matrix[j]?.[i] ?? NaN)));
    assert((await eigenvalues(symmetric, { solver })).every(isReal));
    const found = await eigenvalues(skew, { solver });
    const scale = frobenius(skew);
    assertClose(found.map(({ re }) => re), found.map(() => 0), tolerance.lapack, { scale });
    assertEquals(count(found, isReal), 1);
  });

  Deno.test(`eigenvalues() by ${solver} scales with the matrix from 1e-150 to 1e150`, async () => {
    const matrix = gaussian(6, 6, new Random(4));
    const wanted = await eigenvalues(matrix, { solver });
    for (const factor of [1e-150, 1e-20, 1e20, 1e150]) {
      const scaled = await eigenvalues(matrix.map((row) => row.map((x) => x * factor)), { solver });
      const found = scaled.map(({ re, im }) => ({ re: re / factor, im: im / factor }));
      assertSameEigenvalues(found, wanted, tolerance.lapack, frobenius(matrix));
    }
  });
}

Deno.test("eigenvalues() agrees between both solvers up to MATHJS_LIMIT rows", async () => {
  const random = new Random(5);
  for (const n of [2, 5, 9, 14, 20, MATHJS_LIMIT]) {
    const matrix = gaussian(n, n, random);
    const [byMathjs, byMlMatrix] = await Promise.all(
      solvers.map((solver) => eigenvalues(matrix, { solver })),
    );
    assert(byMathjs && byMlMatrix);
    assertSameEigenvalues(byMathjs, byMlMatrix, tolerance.lapack, frobenius(matrix));
  }
});

Deno.test("eigenvalues() uses ml-matrix above MATHJS_LIMIT rows", async () => {
  const matrix = gaussian(MATHJS_LIMIT + 1, MATHJS_LIMIT + 1, new Random(6));
  assertEquals(await eigenvalues(matrix), await eigenvalues(matrix, { solver: "ml-matrix" }));
});

// For each of these, ml-matrix does not end without the random scaling.
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
  Deno.test(`eigenvalues() of ${name}, ${n} by ${n}, ends with the known imaginary values`, async () => {
    const exact = wanted.map((im) => ({ re: 0, im }));
    assertSameEigenvalues(await eigenvalues(matrix), exact, tolerance.lapack, 2);
  });
}

/** Frank's matrix: its eigenvalues are positive, and the reciprocal of each is one, too. */
const frank = (n: number) => matrixOf(n, (i, j) => j >= i - 1 ? n - Math.max(i, j) : 0);

for (const n of [5, 9, 13, 18, 21]) {
  Deno.test(`eigenvalues() of Frank's matrix, ${n} by ${n}, come in reciprocal pairs`, async () => {
    // LAPACK is off by 2e-5 of the norm at n = 16, where conditions reach 1e12.
    const found = await eigenvalues(frank(n));
    assert(found.every(isReal));
    const values = found.map(({ re }) => re);
    assertClose(values.map((value, i) => value * (values[n - 1 - i] ?? NaN)), values.map(() => 1), {
      ...tolerance.lapack,
    });
  });
}

/** A unit lower triangular matrix of small integers, and its inverse, which has integers, too. */
function unimodular(n: number, random: Random): [number[][], number[][]] {
  const lower = matrixOf(n, (i, j) => i === j ? 1 : i > j ? random.integer(-1, 1) : 0);
  const inverse = matrixOf(n, (i, j) => Number(i === j));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      inverse[i] = (inverse[i] ?? []).map((value, c) =>
        value - (lower[i]?.[j] ?? NaN) * (inverse[j]?.[c] ?? NaN)
      );
    }
  }
  return [lower, inverse];
}

for (const size of [2, 3, 6, 11]) {
  Deno.test(`eigenvalues() of integers similar to a Jordan block of size ${size} is exact`, async () => {
    const jordan = matrixOf(size, (i, j) => i === j ? -3 : i + 1 === j ? 1 : 0);
    const [lower, inverse] = unimodular(size, new Random(size));
    const matrix = product(lower, transpose(lower), jordan, transpose(inverse), inverse);
    const wanted = jordan.map(() => ({ re: -3, im: 0 }));
    assertSameEigenvalues(await eigenvalues(matrix), wanted, tolerance.lapack, frobenius(matrix));
  });
}

for (const n of [12, 40]) {
  Deno.test(`eigenvalues() of ${n} rows in float64 is within n eps cond of the norm`, async () => {
    // X diag(1, 2, ...) X^-1 of integers: the columns of X are right eigenvectors, the rows of its
    // inverse left ones, and the condition of an eigenvalue is the product of their norms.
    const random = new Random(n);
    const sparse = matrixOf(n, (i, j) => i === j ? 1 : i === j + 1 && i % 3 > 0 ? 1 : 0);
    const inverse = matrixOf(n, (i, j) => {
      const [step, sign] = [i - j, (i - j) % 2 === 0 ? 1 : -1];
      return step < 0 || Math.floor(i / 3) !== Math.floor(j / 3) ? 0 : sign;
    });
    const order = matrixOf(n, (i, j) => Number(j === (7 * i + 3) % n));
    const spread = matrixOf(n, (i, j) => i === j ? 1 : j > i && random.integer(0, 9) === 0 ? 1 : 0);
    const back = invertedUnitUpper(spread);
    const x = product(spread, order, sparse, transpose(order));
    const y = product(order, inverse, transpose(order), back);
    assertEquals(product(x, y), matrixOf(n, (i, j) => Number(i === j)));
    const matrix = product(x, matrixOf(n, (i, j) => i === j ? i + 1 : 0), y);
    const scale = n * Number.EPSILON * frobenius(matrix);
    for (const solver of solvers) {
      if (solver === "mathjs" && n > MATHJS_LIMIT) continue;
      const found = await eigenvalues(matrix, { solver });
      for (let i = 0; i < n; i++) {
        const right = Math.hypot(...x.map((row) => row[i] ?? NaN));
        const condition = right * Math.hypot(...y[i] ?? []);
        const error = Math.min(...found.map(({ re, im }) => Math.hypot(re - i - 1, im)));
        assert(scale * condition < 0.1, `condition ${condition} says nothing`);
        assertLess(error, scale * condition, `eigenvalue ${i + 1} of condition ${condition}`);
      }
    }
  });
}

function invertedUnitUpper(matrix: number[][]): number[][] {
  const n = matrix.length;
  const inverse = matrixOf(n, (i, j) => Number(i === j));
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      inverse[i] = (inverse[i] ?? []).map((value, c) =>
        value - (matrix[i]?.[j] ?? NaN) * (inverse[j]?.[c] ?? NaN)
      );
    }
  }
  return inverse;
}

Deno.test("eigenvalues() of a triangular matrix is exact beside entries 1e600 times as large", async () => {
  const found = await eigenvalues([[1e300, 5, 1e308], [0, 1e-300, 2], [0, 0, -3e-320]]);
  assertEquals(found.map(({ re }) => re), [1e300, 1e-300, -3e-320]);
});

Deno.test("eigenvalues() throws only if an eigenvalue is beyond float64", async () => {
  const { MAX_VALUE } = Number;
  for (const solver of solvers) {
    const [first] = await eigenvalues([[0, MAX_VALUE], [MAX_VALUE / 2, 0]], { solver });
    assertClose([first?.re ?? NaN], [MAX_VALUE / Math.SQRT2], tolerance.lapack);
    await assertRejects(
      () => eigenvalues([[MAX_VALUE, MAX_VALUE], [MAX_VALUE, MAX_VALUE]], { solver }),
      InputError,
      "modulus of an eigenvalue must be below 1.8e308",
    );
  }
});

Deno.test("eigenvalues() throws on tensors, typed arrays and unknown options", async () => {
  await selectBackend("cpu");
  const tensor = tf.tensor2d([[1, 2], [3, 4]]);
  const wrong: readonly [unknown[], string][] = [
    [
      [tensor],
      "matrix must be an array of rows, found an instance of Tensor. await matrix.array()",
    ],
    [[[Float32Array.of(1, 2), Float32Array.of(3, 4)]], "Array.from(matrix[0]) makes one"],
    [[[[1, 2], Float32Array.of(3, 4)]], "Array.from(matrix[1]) makes one"],
    [[Float32Array.of(1, 2, 3, 4)], "matrix must be an array of rows, found a Float32Array of 4"],
    [[[1, 2, 3, 4]], "matrix[0] must be an array of numbers, found 1"],
    [[["12", "34"]], 'matrix[0] must be an array of numbers, found "12"'],
    [[[["1"]]], 'matrix[0][0] must be a finite number, found "1"'],
    [[[[[1]]]], "matrix[0][0] must be a finite number, found [1]"],
    [[], "matrix must be an array of rows, found undefined"],
    [[[[1]], "mathjs"], "options of eigenvalues must be an object"],
    [[[[1]], { solvers: "mathjs" }], 'found "solvers". Did you mean solver?'],
    [[[[1]], { solver: "lapack" }], 'solver must be "mathjs" or "ml-matrix", found "lapack"'],
  ];
  for (const [args, message] of wrong) {
    await assertRejects(() => Reflect.apply(eigenvalues, undefined, args), InputError, message);
    await assertRejects(() => Reflect.apply(spectralRadius, undefined, args), InputError, message);
  }
  tensor.dispose();
});

Deno.test("eigenvalues() of equal matrices are equal bit for bit", async () => {
  const matrix = gaussian(8, 8, new Random(8));
  assertEquals(await eigenvalues(matrix), await eigenvalues(matrix.map((row) => [...row])));
});

Deno.test("spectralRadius() of Gaussian matrices follows the circular law (Ginibre, 1965)", async () => {
  const random = new Random(9);
  const matrices = Array.from({ length: 5 }, () => gaussian(200, 200, random));
  const radii = await Promise.all(matrices.map((matrix) => spectralRadius(matrix)));
  // The law's 1 is a limit: at n = 200 the mean over many draws is 1.04, with a deviation of 0.023.
  const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
  assertLess(Math.abs(mean - 1.04), 3 * 0.023 / Math.sqrt(radii.length));
});

Deno.test("eigenvalues() throws unless the matrix is square and finite", async () => {
  const wrong: readonly [number[][], string][] = [
    [[], "matrix must be of at least one row and one column, found []"],
    [[[]], "matrix must be of at least one row and one column, found [[]]"],
    [[[1, 2, 3], [4, 5, 6]], 'matrix must be square, found {"rows":2,"columns":3}'],
    [[[1, 2], [3]], 'matrix[1] must be of 2 columns, like matrix[0], found {"columns":1}'],
    [[[1, 2], [3, NaN]], "matrix[1][1] must be a finite number, found NaN"],
    [[[1, -Infinity], [3, 4]], "matrix[0][1] must be a finite number, found -Infinity"],
  ];
  for (const [matrix, message] of wrong) {
    await assertRejects(() => eigenvalues(matrix), InputError, message);
    await assertRejects(() => spectralRadius(matrix), InputError, message);
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

Deno.test("isolate() solves a triangular matrix in any order of rows exactly", () => {
  const upper = matrixOf(5, (i, j) => i <= j ? i + 10 * j + 0.1 : 0);
  const order = [3, 0, 4, 1, 2];
  const shuffled = order.map((i) => order.map((j) => upper[i]?.[j] ?? NaN));
  for (const matrix of [upper, shuffled]) {
    const { eigenvalues, core } = isolate(matrix);
    assertEquals(eigenvalues.toSorted((a, b) => a - b), upper.map((row, i) => row[i]));
    assertEquals(core, []);
  }
});

Deno.test("isolate() keeps the order of the other rows", () => {
  const matrix = [[1, 2, 3, 4], [0, 5, 6, 0], [0, 7, 8, 0], [0, 9, 9, 2]];
  const { eigenvalues, core } = isolate(matrix);
  assertEquals(eigenvalues.toSorted(), [1, 2]);
  assertEquals(core, [[5, 6], [7, 8]]);
});

Deno.test("isolate() returns a matrix without zeros as its core", () => {
  const matrix = gaussian(4, 4, new Random(1));
  assertEquals(isolate(matrix), { eigenvalues: [], core: matrix });
});

Deno.test("balance() undoes a scaling by powers of two without rounding", () => {
  const random = new Random(2);
  const matrix = gaussian(6, 6, random);
  const powers = matrix.map(() => 2 ** random.integer(-40, 40));
  const scaled = matrix.map((row, i) =>
    row.map((x, j) => x * (powers[j] ?? NaN) / (powers[i] ?? NaN))
  );
  const balanced = balance(scaled);
  assertLess(frobenius(balanced), 2 * frobenius(matrix));
  // All factors are powers of two, and the diagonal does not change.
  for (const [i, row] of balanced.entries()) {
    assertEquals(row[i], matrix[i]?.[i]);
    for (const [j, value] of row.entries()) {
      assert(Number.isInteger(Math.log2(value / (matrix[i]?.[j] ?? NaN))), `entry ${i} ${j}`);
    }
  }
});

Deno.test("balance() does not change a balanced or a zero matrix", () => {
  for (const matrix of [[[1, 2], [2, 1]], [[0, 0], [0, 0]], [[0, 1], [0, 0]]]) {
    assertEquals(balance(matrix), matrix);
  }
});

Deno.test("balance() brings a badly scaled matrix to the size of its eigenvalues", () => {
  const badlyScaled = eigenvalueCases.find(({ name }) => name === "badly_scaled_6");
  assert(badlyScaled);
  assertLess(1e4 * badlyScaled.spectral_radius, frobenius(badlyScaled.matrix));
  assertLess(frobenius(balance(badlyScaled.matrix)), 10 * badlyScaled.spectral_radius);
});

Deno.test("closeUnderConjugation() does not change exact conjugates", () => {
  const closed = [{ re: 1, im: 2 }, { re: 0.5, im: 0 }, { re: 1, im: -2 }, { re: 0.5, im: 0 }];
  assertEquals(closeUnderConjugation(closed, 0), closed);
});

Deno.test("closeUnderConjugation() replaces a pair by its mean and removes small imaginary parts", () => {
  const found = closeUnderConjugation(
    [{ re: 3, im: 1e-9 }, { re: 1, im: 2.25 }, { re: 1.5, im: -2.75 }],
    1e-12,
  );
  assertEquals(found, [{ re: 3, im: 0 }, { re: 1.25, im: 2.5 }, { re: 1.25, im: -2.5 }]);
});

Deno.test("closeUnderConjugation() keeps two real values that differ by more than rounding", () => {
  const found = closeUnderConjugation([{ re: 1, im: 1e-10 }, { re: 1 + 1e-8, im: -1e-10 }], 1e-12);
  assertEquals(found, [{ re: 1, im: 0 }, { re: 1 + 1e-8, im: 0 }]);
});

Deno.test("closeUnderConjugation() sets imaginary parts up to the rounding to 0", () => {
  const found = closeUnderConjugation([{ re: 1, im: 1e-13 }, { re: 1, im: -1e-13 }], 1e-12);
  assertEquals(found, [{ re: 1, im: 0 }, { re: 1, im: 0 }]);
});
