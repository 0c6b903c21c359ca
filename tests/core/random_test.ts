import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

/** Standard errors that a moment may lie from the distribution's; the seeds are fixed. */
const errors = 4;
const count = 40_000;

function draws(length: number, draw: () => number): number[] {
  return Array.from({ length }, draw);
}

/** The mean of a power of the values. */
function moment(values: readonly number[], power: number): number {
  return values.reduce((sum, value) => sum + value ** power, 0) / values.length;
}

Deno.test("equal seeds give equal numbers, for good", () => {
  const random = new Random(1);
  // Results are kept and compared over years: these numbers must not change with a package.
  assertEquals(draws(2, () => random.uniform()), [0.3081664853860775, 0.5187102496590177]);
  assertEquals(draws(2, () => random.normal()), [0.5006583261568014, -1.1655674833625311]);
  assertEquals(random.integer(0, 1000), 440);
  assertEquals(new Random(1).fork("weights").uniform(), 0.49440266434552427);
});

Deno.test("other seeds, and seeds that are close, give other numbers", () => {
  const first = new Set(draws(1000, () => 0).map((_, seed) => new Random(seed).uniform()));
  assertEquals(first.size, 1000);
  const values = [...first];
  assertAlmostEquals(moment(values, 1), 1 / 2, errors * Math.sqrt(1 / 12 / 1000));
});

Deno.test("a fork is known by its path, whatever was drawn before", () => {
  const used = new Random(7);
  draws(13, () => used.normal());
  const other = used.fork("other");
  draws(5, () => other.uniform());
  const fresh = new Random(7).fork("weights");
  const forked = used.fork("weights");
  assertEquals(draws(5, () => forked.normal()), draws(5, () => fresh.normal()));

  const paths = [
    new Random(7),
    new Random(7).fork("weights"),
    new Random(7).fork("weights").fork(0),
    new Random(7).fork("weights").fork(1),
    new Random(7).fork(0),
    new Random(8).fork("weights"),
  ];
  assertEquals(new Set(paths.map((random) => random.uniform())).size, paths.length);
});

Deno.test("forking does not move the source", () => {
  const [forked, plain] = [new Random(7), new Random(7)];
  forked.fork("weights").uniform();
  assertEquals(forked.uniform(), plain.uniform());
});

Deno.test("uniform numbers have the moments of [low, high)", () => {
  const random = new Random(2);
  const values = draws(count, () => random.uniform(-1, 1));
  assert(values.every((value) => value >= -1 && value < 1));
  // The p-th power of a uniform number in [-1, 1] has the mean 1 / (p + 1) where p is even, else 0.
  for (const [power, mean] of [[1, 0], [2, 1 / 3], [3, 0], [4, 1 / 5]] as const) {
    const variance = 1 / (2 * power + 1) - mean ** 2;
    assertAlmostEquals(moment(values, power), mean, errors * Math.sqrt(variance / count));
  }
});

Deno.test("normal numbers have the moments of the normal distribution", () => {
  const random = new Random(3);
  const values = draws(count, () => random.normal());
  // Means of powers, and the variances of those powers: E z^2p - (E z^p)^2.
  for (const [power, mean, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]] as const) {
    assertAlmostEquals(moment(values, power), mean, errors * Math.sqrt(variance / count));
  }
  const neighbours = values.slice(1).map((value, i) => value * (values[i] ?? NaN));
  assertAlmostEquals(moment(neighbours, 1), 0, errors / Math.sqrt(count));

  const moved = draws(count, () => random.normal(5, 0.1));
  assertAlmostEquals(moment(moved, 1), 5, errors * 0.1 / Math.sqrt(count));
});

Deno.test("integers are even over the range, both ends included", () => {
  const random = new Random(4);
  const counts = new Map<number, number>();
  for (const value of draws(count, () => random.integer(-2, 3))) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort((a, b) => a - b), [-2, -1, 0, 1, 2, 3]);
  for (const found of counts.values()) {
    assertAlmostEquals(found, count / 6, errors * Math.sqrt(count * (1 / 6) * (5 / 6)));
  }
  assertEquals(random.integer(5, 5), 5);
});

Deno.test("array draws 32-bit floats, normal ones by default", () => {
  const values = new Random(5).array(3);
  const random = new Random(5);
  assert(values instanceof Float32Array);
  assertEquals([...values], draws(3, () => Math.fround(random.normal())));
  assertEquals([...new Random(5).array(2, (r) => r.integer(9, 9))], [9, 9]);
  assertNotEquals([...values], [...new Random(6).array(3)]);
});

Deno.test("seeds and ranges that are none are refused", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    assertThrows(
      () => new Random(seed),
      InputError,
      `seed must be an integer from 0 to 2^53 - 1, found ${seed}`,
    );
  }
  const random = new Random(1);
  for (const [low, high] of [[2, 1], [0, 1.5], [NaN, 1]] as const) {
    assertThrows(
      () => random.integer(low, high),
      InputError,
      `range must be two integers in order, found [${low}, ${high}]`,
    );
  }
});
