import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import {
  gaussian,
  glorotUniform,
  orthogonal,
  semiOrthogonal,
} from "../../../src/model/init/random_matrices.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/**
 * The largest distance of a mean from its expected value, in standard errors; the seeds are fixed.
 */
const errors = 4;

Deno.test("glorotUniform() fills [-a, a] evenly, a = sqrt(6 / (output + input))", () => {
  const weights = glorotUniform([80, 40], new Random(1));
  assertEquals([weights.length, ...new Set(weights.map((row) => row.length))], [80, 40]);
  const values = weights.flat();
  const limit = Math.sqrt(6 / 120);
  assert(values.every((value) => Math.abs(value) <= limit));
  const mean = (power: number) => values.reduce((sum, w) => sum + (w / limit) ** power, 0) / 3200;
  // Moments of a uniform number in [-1, 1]: 0 and 1/3, of variance 1/3 and 4/45.
  assertAlmostEquals(mean(1), 0, errors * Math.sqrt(1 / 3 / 3200));
  assertAlmostEquals(mean(2), 1 / 3, errors * Math.sqrt(4 / 45 / 3200));
});

Deno.test("orthogonal() has the gain as every singular value", () => {
  for (const [size, gain] of [[1, 2], [7, 1], [20, 0.9]] as const) {
    const q = new Matrix(orthogonal(size, new Random(2), gain));
    const product = q.transpose().mmul(q).to1DArray();
    assertClose(product, Matrix.eye(size).mul(gain ** 2).to1DArray(), tolerance.rounding);
  }
});

Deno.test("orthogonal() is uniform: the trace has mean 0 and variance 1", () => {
  const random = new Random(3);
  const traces = Array.from({ length: 1000 }, (_, i) => {
    return new Matrix(orthogonal(4, random.fork(i))).trace();
  });
  const mean = (power: number) => traces.reduce((sum, t) => sum + t ** power, 0) / 1000;
  // Low moments of the trace are those of a normal number (Diaconis & Shahshahani, 1994).
  assertAlmostEquals(mean(1), 0, errors * Math.sqrt(1 / 1000));
  assertAlmostEquals(mean(2), 1, errors * Math.sqrt(2 / 1000));
});

Deno.test("semiOrthogonal() has the gain as every singular value, tall, wide or square", () => {
  for (const shape of [[80, 20], [20, 80], [7, 7], [1, 5], [5, 1]] as const) {
    const weights = semiOrthogonal(shape, new Random(2), 0.9);
    assertEquals([weights.length, ...new Set(weights.map((row) => row.length))], [...shape]);
    const q = new Matrix(weights);
    const small = shape[0] < shape[1] ? q.mmul(q.transpose()) : q.transpose().mmul(q);
    const wanted = Matrix.eye(Math.min(...shape)).mul(0.9 ** 2);
    assertClose(small.to1DArray(), wanted.to1DArray(), tolerance.rounding);
  }
});

Deno.test("semiOrthogonal() of a square shape equals orthogonal()", () => {
  const [ours, theirs] = [semiOrthogonal([12, 12], new Random(3)), orthogonal(12, new Random(3))];
  assertClose(ours.flat(), theirs.flat(), tolerance.rounding);
});

Deno.test("semiOrthogonal() is uniform: entries have mean 0 and variance 1 / output", () => {
  const random = new Random(4);
  const count = 2000;
  const firsts = Array.from({ length: count }, (_, i) => {
    const [[first = NaN] = []] = semiOrthogonal([8, 2], random.fork(i));
    return first;
  });
  const mean = (power: number) => firsts.reduce((sum, w) => sum + w ** power, 0) / count;
  // A coordinate of a uniform point of the sphere in 8 dimensions: E w^2 = 1/8, E w^4 = 3/80.
  assertAlmostEquals(mean(1), 0, errors * Math.sqrt(1 / 8 / count));
  assertAlmostEquals(mean(2), 1 / 8, errors * Math.sqrt((3 / 80 - 1 / 64) / count));
});

Deno.test("gaussian() has the spectral radius g and the largest singular value 2 g", () => {
  const size = 200;
  const weights = new Matrix(gaussian(size, new Random(4), 1.5));
  const values = weights.to1DArray();
  const mean = (power: number) => values.reduce((sum, w) => sum + w ** power, 0) / size ** 2;
  const variance = 1.5 ** 2 / size;
  assertAlmostEquals(mean(1), 0, errors * Math.sqrt(variance) / size);
  assertAlmostEquals(mean(2), variance, errors * variance * Math.SQRT2 / size);

  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(weights);
  const radius = Math.max(
    ...realEigenvalues.map((re, i) => Math.hypot(re, imaginaryEigenvalues[i] ?? NaN)),
  );
  // At finite size the edges fluctuate by about size^(-1/2) and size^(-2/3).
  assertAlmostEquals(radius, 1.5, 1.5 / Math.sqrt(size));
  assertAlmostEquals(new SingularValueDecomposition(weights).norm2, 3, 3 * size ** (-2 / 3));
});

Deno.test("glorotUniform(), orthogonal(), semiOrthogonal() and gaussian() draw equal matrices from equal sources", () => {
  const draws = [
    (random: Random) => glorotUniform([3, 2], random),
    (random: Random) => orthogonal(3, random),
    (random: Random) => semiOrthogonal([3, 2], random),
    (random: Random) => gaussian(3, random),
  ];
  for (const draw of draws) {
    assertEquals(draw(new Random(5)), draw(new Random(5)));
    assert(draw(new Random(5)).flat()[0] !== draw(new Random(6)).flat()[0]);
  }
});

Deno.test("glorotUniform(), orthogonal(), semiOrthogonal() and gaussian() name a wrong size", () => {
  const random = new Random(1);
  assertThrows(
    () => glorotUniform([0, 2], random),
    InputError,
    "output must be a positive integer",
  );
  assertThrows(
    () => glorotUniform([2, 1.5], random),
    InputError,
    "input must be a positive integer",
  );
  assertThrows(
    () => orthogonal(-1, random),
    InputError,
    "size must be a positive integer, found -1",
  );
  assertThrows(
    () => semiOrthogonal([4, 0], random),
    InputError,
    "input must be a positive integer, found 0",
  );
  assertThrows(
    () => gaussian(NaN, random),
    InputError,
    "size must be a positive integer, found NaN",
  );
});
