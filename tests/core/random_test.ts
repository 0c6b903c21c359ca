import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

/**
 * The largest distance of a moment from its expected value, in standard errors; the seeds are
 * fixed.
 */
const errors = 4;
const count = 40_000;

function draws(length: number, draw: () => number): number[] {
  return Array.from({ length }, draw);
}

/** The mean of a power of the values. */
function moment(values: readonly number[], power: number): number {
  return values.reduce((sum, value) => sum + value ** power, 0) / values.length;
}

Deno.test("Random gives the same numbers for the same seed in every version", () => {
  const random = new Random(1);
  // Results are stored and compared later, so an update of a package must not change these numbers.
  assertEquals(draws(2, () => random.uniform()), [0.3081664853860775, 0.5187102496590177]);
  assertEquals(draws(2, () => random.normal()), [0.5006583261568014, -1.1655674833625311]);
  assertEquals(random.integer(0, 1000), 440);
  assertEquals(new Random(1).fork("weights").uniform(), 0.49440266434552427);
});

Deno.test("Random gives different numbers for different seeds, even for consecutive ones", () => {
  const first = new Set(draws(1000, () => 0).map((_, seed) => new Random(seed).uniform()));
  assertEquals(first.size, 1000);
  const values = [...first];
  assertAlmostEquals(moment(values, 1), 1 / 2, errors * Math.sqrt(1 / 12 / 1000));
});

Deno.test("Random.fork() depends on its path only, not on earlier draws", () => {
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

Deno.test("Random.fork() does not advance the source", () => {
  const [forked, plain] = [new Random(7), new Random(7)];
  forked.fork("weights").uniform();
  assertEquals(forked.uniform(), plain.uniform());
});

Deno.test("Random.uniform() has the moments of the uniform distribution on [low, high)", () => {
  const random = new Random(2);
  const values = draws(count, () => random.uniform(-1, 1));
  assert(values.every((value) => value >= -1 && value < 1));
  // The p-th power of a uniform number in [-1, 1] has the mean 1 / (p + 1) if p is even, and 0
  // otherwise.
  for (const [power, mean] of [[1, 0], [2, 1 / 3], [3, 0], [4, 1 / 5]] as const) {
    const variance = 1 / (2 * power + 1) - mean ** 2;
    assertAlmostEquals(moment(values, power), mean, errors * Math.sqrt(variance / count));
  }
});

Deno.test("Random.normal() has the moments of the normal distribution", () => {
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

Deno.test("Random.integer() is uniform over the range, both ends included", () => {
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

Deno.test("Random.array() draws 32-bit floats, normal ones by default", () => {
  const values = new Random(5).array(3);
  const random = new Random(5);
  assert(values instanceof Float32Array);
  assertEquals([...values], draws(3, () => Math.fround(random.normal())));
  assertEquals([...new Random(5).array(2, (r) => r.integer(9, 9))], [9, 9]);
  assertNotEquals([...values], [...new Random(6).array(3)]);
});

Deno.test("Random refuses invalid seeds, labels and ranges", () => {
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

Deno.test("Random refuses values that are not seeds, and suggests fork() for a text", () => {
  const wrong: readonly [unknown[], string][] = [
    [[], "seed must be an integer from 0 to 2^53 - 1, found undefined"],
    [["1"], 'found "1". A text names a fork: new Random(1).fork("1")'],
    [[7n], "seed must be an integer from 0 to 2^53 - 1, found 7n"],
    [[null], "seed must be an integer from 0 to 2^53 - 1, found null"],
    [[{ seed: 1 }], 'seed must be an integer from 0 to 2^53 - 1, found {"seed":1}'],
    [[1, 2], "parent of a source must be a source of random numbers, found 2"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.construct(Random, args), InputError, message);
  }
});

Deno.test("Random.fork() accepts any text, and encodes lone surrogates by their code", () => {
  const draw = (label: string | number) => new Random(1).fork(label).uniform();
  // A label with characters that are encoded; its numbers must not change between versions.
  assertEquals(draw("a whale \u{1F40B}/\u00E9 %ud83d"), 0.7711898438592046);
  const whale = "\u{1F40B}";
  const labels = [
    whale[0] ?? "",
    whale[1] ?? "",
    `${whale[1]}${whale[0]}`,
    `${whale[0]}${whale}`,
    `${whale}${whale[0]}`,
    "%ud83d",
    "\uFFFD",
    "",
  ];
  assertEquals(new Set(labels.map(draw)).size, labels.length);
  assertEquals(draw(whale.slice(0, 1)), draw("\uD83D"));
  assertEquals([draw(12), draw(-0)], [draw("12"), draw("0")]);
  for (const label of [undefined, null, NaN, Infinity, 3n, ["a"], {}]) {
    assertThrows(
      () => Reflect.apply(Random.prototype.fork, new Random(1), [label]),
      InputError,
      "label must be a text or a finite number, found",
    );
  }
});

Deno.test("Random.uniform() is finite over the whole range of numbers", () => {
  const random = new Random(8);
  const values = draws(1000, () => random.uniform(-Number.MAX_VALUE, Number.MAX_VALUE));
  assert(values.every(Number.isFinite));
  assertAlmostEquals(moment(values.map((value) => value / Number.MAX_VALUE), 2), 1 / 3, 0.04);
});

Deno.test("Random.uniform(), normal() and other methods refuse texts, NaN and ranges out of order", () => {
  const random = new Random(1);
  const wrong: readonly [keyof Random, unknown[], string][] = [
    ["uniform", ["0", "1"], 'range must be two finite numbers in order, found ["0", "1"]'],
    ["uniform", [1, 0], "range must be two finite numbers in order, found [1, 0]"],
    ["uniform", [0, Infinity], "range must be two finite numbers in order"],
    ["normal", ["0"], "normal distribution must be a finite mean and a finite deviation"],
    ["normal", [0, -1], "normal distribution must be a finite mean and a finite deviation"],
    ["integer", ["0", "5"], 'range must be two integers in order, found ["0", "5"]'],
    ["integer", [5], "range must be two integers in order, found [5, undefined]"],
    ["array", [], "length must be an integer from 0 to 2^32, found undefined"],
    ["array", ["3"], 'length must be an integer from 0 to 2^32, found "3"'],
    ["array", [-1], "length must be an integer from 0 to 2^32, found -1"],
    ["array", [1e12], "length must be an integer from 0 to 2^32, found 1000000000000"],
    ["array", [3, 0.5], "draw must be a function of the source, found 0.5"],
  ];
  for (const [method, args, message] of wrong) {
    assertThrows(() => Reflect.apply(random[method], random, args), InputError, message);
  }
});
