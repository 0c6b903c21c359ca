import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { bootstrapInterval, intervalFrom } from "../../src/statistics/bootstrap.ts";
import { mean } from "../../src/statistics/descriptive.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** All n^n resamples of n indices, with which the bootstrap has no random error. */
function everyResample(n: number): Uint32Array {
  return Uint32Array.from(
    { length: n ** n * n },
    (_, i) => Math.floor(Math.floor(i / n) / n ** (i % n)) % n,
  );
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
}

// z0, a and the quantiles by NumPy 2.4.6 and scipy.stats.norm, from the 3125 resamples of `five`.
const five = [3.1, 2.8, 3.5, 3.0, 4.7];
const exact = [
  { statistic: "mean", method: "bca", confidence: 0.95, wanted: [3, 4.340585328172856] },
  { statistic: "mean", method: "bca", confidence: 0.8, wanted: [3.1, 3.98] },
  { statistic: "mean", method: "percentile", confidence: 0.95, wanted: [2.94, 4.08] },
  { statistic: "mean", method: "percentile", confidence: 0.8, wanted: [3.04, 3.8] },
  {
    statistic: "geometric-mean",
    method: "bca",
    confidence: 0.95,
    wanted: [2.988001192318066, 4.2071901175243065],
  },
  {
    statistic: "geometric-mean",
    method: "bca",
    confidence: 0.8,
    wanted: [3.071609879591581, 3.8735982150370263],
  },
  {
    statistic: "geometric-mean",
    method: "percentile",
    confidence: 0.95,
    wanted: [2.9375417867271825, 3.994881762320707],
  },
] as const;

for (const { wanted, ...options } of exact) {
  const { statistic, method, confidence } = options;
  Deno.test(`intervalFrom() of all resamples of five values, ${statistic}, ${method} ${confidence}`, () => {
    const { low, high } = intervalFrom(five, [everyResample(5)], options);
    assertClose([low, high], wanted, tolerance.rounding);
  });
}

Deno.test("bootstrapInterval() of a variance equals that of Efron & Tibshirani's spatial test data", () => {
  // An Introduction to the Bootstrap (1993), table 14.1; test A.
  // deno-fmt-ignore
  const testA = [
    48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
    0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
  ];
  const random = new Random(1);
  const options = { random, statistic: variance, confidence: 0.9, resamples: 100_000 } as const;
  const { low, high, method } = bootstrapInterval(testA, options);
  // Table 14.2 has 115.8 to 259.6 from 2000 resamples; SciPy 1.17.1 has 115.6 to 261.2 from three
  // times 400,000.
  assertClose([low], [115.6], tolerance.resampling);
  assertClose([high], [261.2], tolerance.resampling);
  assertClose([high], [259.6], tolerance.resampling);
  assertEquals(method, "bca");
});

Deno.test("bootstrapInterval() by BCa of 10 normal values covers their mean in 87 to 93 % of draws", () => {
  // Nominally 95 %. The bootstrap's variance is (n - 1)/n of the sample's, and its tails are the
  // normal's where Student's t has 9 degrees of freedom: 1.96 sqrt(0.9) is the 90.4 % point of t.
  // The share of 400 draws has a deviation of 1.5 %.
  const random = new Random(2);
  let covered = 0;
  for (let draw = 0; draw < 400; draw++) {
    const values = Array.from({ length: 10 }, () => random.normal(3, 2));
    const { low, high } = bootstrapInterval(values, { random, resamples: 1000 });
    if (low <= 3 && 3 <= high) covered += 1;
  }
  assertGreater(covered, 0.87 * 400);
  assertLess(covered, 0.93 * 400);
});

Deno.test("bootstrapInterval() by BCa extends further on the long side of skewed values", () => {
  const random = new Random(3);
  const values = Array.from({ length: 20 }, () => Math.exp(random.normal()));
  const centre = mean(values);
  const [bca, percentile] = (["bca", "percentile"] as const).map((method) =>
    bootstrapInterval(values, { random: new Random(4), method })
  );
  assert(bca && percentile);
  assertGreater(bca.high - centre, centre - bca.low);
  assertGreater(bca.high, percentile.high);
  assertGreater(bca.low, percentile.low);
});

Deno.test("bootstrapInterval() depends only on the source and widens with the confidence", () => {
  const draw = (confidence: number) =>
    bootstrapInterval(five, { random: new Random(5), confidence });
  assertEquals(draw(0.95), draw(0.95));
  assertGreater(draw(0.99).high - draw(0.99).low, draw(0.8).high - draw(0.8).low);
});

Deno.test("bootstrapInterval() shifts and scales with the values", () => {
  const draw = (values: number[]) => {
    const { low, high } = bootstrapInterval(values, { random: new Random(6) });
    return [low, high];
  };
  const wanted = draw(five);
  assertClose(draw(five.map((x) => x * 1e-200)), wanted.map((x) => x * 1e-200), tolerance.rounding);
  assertClose(draw(five.map((x) => x + 100)), wanted.map((x) => x + 100), tolerance.rounding);
});

Deno.test("bootstrapInterval() of equal values has no width", () => {
  for (const statistic of ["mean", "median", "geometric-mean"] as const) {
    const interval = bootstrapInterval([0.1, 0.1, 0.1], { random: new Random(7), statistic });
    assertEquals(interval, { low: 0.1, high: 0.1, method: "percentile" });
  }
});

Deno.test("bootstrapInterval() uses percentiles for the median and if BCa is undefined", () => {
  const random = new Random(8);
  const method = (options: object) => bootstrapInterval(five, { random, ...options }).method;
  assertEquals(method({}), "bca");
  assertEquals(method({ statistic: "median" }), "percentile");
  assertEquals(method({ statistic: "median", method: "bca" }), "bca");
  // The jackknife values are all equal.
  assertEquals(method({ statistic: (values: readonly number[]) => values.length }), "percentile");
  // Only a permutation of distinct values has their sum, and no resample here is a permutation.
  const distinct = (values: readonly number[]) => [...new Set(values)].reduce((a, b) => a + b);
  assertEquals(method({ statistic: distinct, resamples: 10 }), "percentile");
  assertEquals(method({ statistic: distinct, resamples: 1000 }), "bca");
});

Deno.test("bootstrapInterval() throws on wrong values and options", () => {
  const random = new Random(9);
  const wrong: readonly [number[], Record<string, unknown>, string][] = [
    [[], {}, "values must be at least 2 numbers, found 0"],
    [[1], {}, "values must be at least 2 numbers, found 1"],
    [[1, NaN], {}, "values[1] must be a finite number, found NaN"],
    [[1, 2], { confidence: 1 }, "confidence must be a number above 0 and below 1, found 1"],
    [[1, 2], { resamples: 0 }, "resamples must be a positive integer, found 0"],
    [[1, 0], { statistic: "geometric-mean" }, "values[1] must be above 0, found 0"],
  ];
  for (const [values, options, message] of wrong) {
    assertThrows(() => bootstrapInterval(values, { random, ...options }), InputError, message);
  }
});

Deno.test("bootstrapInterval() scales with values up to the ends of float64", () => {
  const draw = (factor: number, statistic: "mean" | "median" | "geometric-mean") => {
    const scaled = five.map((value) => value * factor);
    const { low, high } = bootstrapInterval(scaled, { random: new Random(6), statistic });
    return [low / factor, high / factor];
  };
  for (const statistic of ["mean", "median", "geometric-mean"] as const) {
    for (const factor of [2 ** 1021, 2 ** 512, 2 ** -512, 2 ** -1000]) {
      assertClose(draw(factor, statistic), draw(1, statistic), tolerance.rounding);
    }
  }
  const { MAX_VALUE } = Number;
  const extremes = [MAX_VALUE, MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE];
  for (const statistic of ["mean", "median"] as const) {
    const { low, high } = bootstrapInterval(extremes, { random: new Random(1), statistic });
    assert(-MAX_VALUE <= low && low < high && high <= MAX_VALUE, `${low} to ${high}`);
  }
});

Deno.test("bootstrapInterval() of many values draws in consecutive blocks", () => {
  const random = new Random(10);
  const values = Array.from({ length: 20_000 }, () => random.normal(5, 1));
  // 400 resamples are 8 million draws, eight blocks: the same draws by hand, resample by resample.
  const options = { resamples: 400, method: "percentile" } as const;
  const found = bootstrapInterval(values, { ...options, random: new Random(11) });
  const draws = new Random(11);
  const means = Float64Array.from({ length: 400 }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[draws.integer(0, 19_999)] ?? NaN;
    return sum / values.length;
  }).sort();
  const at = (place: number) => {
    const [low, high] = [means[Math.floor(place)] ?? NaN, means[Math.ceil(place)] ?? NaN];
    return low + (place - Math.floor(place)) * (high - low);
  };
  assertClose([found.low, found.high], [at(399 * 0.025), at(399 * 0.975)], tolerance.rounding);
});

Deno.test("bootstrapInterval() of a million values has the width of the normal interval", () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => i % 7);
  const { low, high, method } = bootstrapInterval(values, { random: new Random(1), resamples: 60 });
  assertEquals(method, "bca");
  // The standard deviation of the mean is 0.002, so a 95 % interval is about 0.008 wide. With 60
  // resamples its ends are inexact.
  assert(low < 3 && 3 < high && high - low > 0.004 && high - low < 0.012, `${low} to ${high}`);
});

Deno.test("bootstrapInterval() throws on too many draws and names the largest number of resamples", () => {
  const many = Array.from({ length: 200_000 }, (_, i) => i);
  const cases: readonly [readonly number[], object, string][] = [
    [[1, 2, 3], { resamples: 1e11 }, "resamples must be at most 10000000 for 3 values"],
    [many, {}, "resamples must be at most 5000 for 200000 values, found 10000"],
    [
      many,
      { resamples: 10, statistic: (of: readonly number[]) => of.length },
      "values must be at most 31622 for the BCa interval of a function, found 200000. Choose method",
    ],
  ];
  for (const [values, options, message] of cases) {
    const random = new Random(1);
    assertThrows(() => bootstrapInterval(values, { random, ...options }), InputError, message);
  }
});

Deno.test("bootstrapInterval() throws on arguments of other types", () => {
  const random = new Random(1);
  const wrong: readonly [unknown[], string][] = [
    [[five], "options of bootstrapInterval must be an object such as { random, statistic }"],
    [[five, random], "options of bootstrapInterval must be an object"],
    [[five, {}], "random must be a source of random numbers, found undefined"],
    [[five, { random: 1 }], "found 1. new Random(1) makes one"],
    [[five, { random, resample: 10 }], 'found "resample". Did you mean resamples?'],
    [[five, { random, confidence: "0.9" }], "confidence must be a number above 0 and below 1"],
    [[five, { random, resamples: "10" }], 'resamples must be a positive integer, found "10"'],
    [[five, { random, method: "BCa" }], 'method must be "bca" or "percentile", found "BCa"'],
    [[five, { random, statistic: "average" }], "statistic must be mean, median, geometric-mean"],
    [[five, { random, statistic: "toString" }], "statistic must be mean, median, geometric-mean"],
    [[five, { random, statistic: () => "3" }], 'statistic of the values must be finite, found "3"'],
    [
      [[1, 2], { random, statistic: () => NaN }],
      "statistic of the values must be finite, found NaN",
    ],
    [[Float64Array.of(1, 2), { random }], "Array.from(values) makes one"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.apply(bootstrapInterval, undefined, args), InputError, message);
  }
});
