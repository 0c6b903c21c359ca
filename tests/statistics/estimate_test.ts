import { assert, assertEquals, assertThrows } from "@std/assert";
import { estimate, proportionEstimate, winProbability } from "../../src/statistics/estimate.ts";
import { MINIMUM_SEEDS } from "../../src/statistics/seed_statistic.ts";
import { geometricMean, mean, sampleStandardDeviation } from "../../src/statistics/descriptive.ts";
import { InputError } from "../../src/core/errors.ts";
import type { SeedStatistic } from "../../src/result/result.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const values = [0.62, 1.13, 0.88, 1.31, 0.97, 1.22, 1.05, 0.79, 1.48, 1.16, 0.91, 1.27];
const wins = [1, 1, 0, 1, 1, 1, 1, 1, 1, 1];

/** The interval, or a failure if there is none. */
function interval({ low, high }: { low: number | null; high: number | null }): [number, number] {
  assert(low !== null && high !== null);
  return [low, high];
}

Deno.test("estimate() of a mean has SciPy's Student t interval", () => {
  const found = estimate(values);
  // SciPy 1.17.1: t.interval(0.95, 11, numpy.mean(values), sem(values))
  assertClose(interval(found), [0.9110642598631591, 1.2206024068035077], tolerance.special);
  assertEquals(found.value, mean(values));
  assertEquals([found.n, found.confidence, found.method], [12, 0.95, "mean, Student t"]);
});

Deno.test("estimate() of a geometric mean has SciPy's Student t interval of the logarithms", () => {
  const found = estimate(values, { statistic: "geometric-mean" });
  // SciPy 1.17.1: numpy.exp(t.interval(0.95, 11, numpy.log(values).mean(), sem(numpy.log(values))))
  assertClose(interval(found), [0.88924379, 1.21274262], { relative: 1e-8, reason: "8 digits" });
  assertEquals(found.value, geometricMean(values));
  assertEquals(found.method, "geometric mean, Student t of logarithms");
});

Deno.test("estimate() of a share equals proportionEstimate() of the number of ones", () => {
  assertEquals(estimate(wins, { statistic: "share" }), proportionEstimate(9, 10));
});

Deno.test("estimate() widens with the confidence", () => {
  for (const statistic of ["mean", "geometric-mean"] as const) {
    const [low, high] = interval(estimate(values, { statistic, confidence: 0.9 }));
    const [lower, higher] = interval(estimate(values, { statistic, confidence: 0.99 }));
    assert(lower < low && high < higher);
  }
  // SciPy 1.17.1: t.interval(0.90, 11, numpy.mean(values), sem(values))
  const wanted = [0.9395501422924613, 1.1921165243742053];
  assertClose(interval(estimate(values, { confidence: 0.9 })), wanted, tolerance.special);
});

Deno.test("estimate() with overlap has the variance of Nadeau & Bengio", () => {
  const overlap = 4 / 16;
  const found = estimate(values, { overlap });
  const t = 2.200985160091639; // SciPy 1.17.1: t.ppf(0.975, 11)
  const half = t * sampleStandardDeviation(values) * Math.sqrt(1 / 12 + overlap);
  assertClose(interval(found), [mean(values) - half, mean(values) + half], tolerance.special);
  assertEquals(
    found.method,
    "mean, Student t, corrected for overlapping splits (Nadeau & Bengio)",
  );
  const logs = values.map(Math.log);
  const width = t * sampleStandardDeviation(logs) * Math.sqrt(1 / 12 + overlap);
  const ratio = estimate(values, { statistic: "geometric-mean", overlap });
  const wanted = [Math.exp(mean(logs) - width), Math.exp(mean(logs) + width)];
  assertClose(interval(ratio), wanted, tolerance.special);
});

Deno.test("estimate() of a share with overlap equals that of fewer seeds", () => {
  // 30 seeds with an overlap of 1/15 count as 10.
  const many = Array.from({ length: 30 }, (_, i) => i < 27 ? 1 : 0);
  const found = estimate(many, { statistic: "share", overlap: 1 / 15 });
  assertClose(interval(found), interval(proportionEstimate(9, 10)), tolerance.special);
  assertEquals([found.value, found.n], [0.9, 30]);
});

Deno.test("estimate() without overlap equals that with an overlap of 0", () => {
  for (const statistic of ["mean", "geometric-mean", "share"] as const) {
    const given = statistic === "share" ? wins : values;
    assertEquals(estimate(given, { statistic, overlap: 0 }), estimate(given, { statistic }));
  }
});

Deno.test("estimate() has no interval with fewer than MINIMUM_SEEDS values", () => {
  assertEquals(MINIMUM_SEEDS, 10);
  for (let n = 1; n <= 12; n++) {
    const { value, low, high, method } = estimate(values.slice(0, n));
    assertEquals(value, mean(values.slice(0, n)));
    assertEquals([low === null, high === null], [n < 10, n < 10]);
    assertEquals(method, n < 10 ? "mean, no interval below 10 seeds" : "mean, Student t");
    const share = estimate(wins.slice(0, n), { statistic: "share" });
    assertEquals(share.low === null, n < 10);
  }
});

Deno.test("estimate() of equal values has no width", () => {
  for (const value of [0.1, 1 / 3, 1e-310, 1e300]) {
    for (const statistic of ["mean", "geometric-mean"] as const) {
      const found = estimate(new Array<number>(17).fill(value), { statistic, overlap: 0.3 });
      assertEquals([found.value, found.low, found.high], [value, value, value]);
    }
  }
  assertEquals(interval(estimate(new Array<number>(10).fill(0))), [0, 0]);
});

Deno.test("estimate() scales with its values over the whole range of float64", () => {
  const [low, high] = interval(estimate(values));
  for (const power of [-1000, -500, 500, 1000]) {
    const found = estimate(values.map((value) => value * 2 ** power));
    assertEquals(interval(found), [low * 2 ** power, high * 2 ** power]);
    const options = { statistic: "geometric-mean" } as const;
    const ratio = estimate(values.map((value) => value * 2 ** power), options);
    const wanted = interval(estimate(values, options)).map((end) => end * 2 ** power);
    assertClose(interval(ratio), wanted, tolerance.special);
  }
});

Deno.test("estimate() keeps the spread of nearly equal values", () => {
  const close = values.map((value) => 1e6 * (1 + value * 2 ** -30));
  const [low, high] = interval(estimate(close, { statistic: "geometric-mean" }));
  const [wantedLow, wantedHigh] = interval(estimate(values));
  const allowed = {
    relative: 1e-6,
    reason: "Ends near 1e6 are rounded to 1e-16 of it, the width to 1e-7.",
  };
  assertClose([(high - low) / 1e6 * 2 ** 30], [wantedHigh - wantedLow], allowed);
});

Deno.test("estimate() limits the interval to the range of float64", () => {
  const wide = values.map((_, i) => i % 2 === 0 ? 1.7e308 : -1.7e308);
  const [low, high] = interval(estimate(wide));
  assertEquals([Number.isFinite(low), Number.isFinite(high)], [true, true]);
  const edge = values.map((_, i) => i === 0 ? -1e308 : 1.7e308);
  assertEquals(estimate(edge).high, Number.MAX_VALUE);
  const ratios = values.map((_, i) => i % 2 === 0 ? 1e300 : 1e-300);
  const ends = interval(estimate(ratios, { statistic: "geometric-mean", overlap: 1 }));
  assertEquals(ends, [Number.MIN_VALUE, Number.MAX_VALUE]);
});

// SciPy 1.17.1: binomtest(count, n).proportion_ci(confidence)
const shares = [
  [9, 10, 0.95, 0.5549838829718047, 0.9974714214555375],
  [0, 10, 0.95, 0, 0.30849710781876294],
  [10, 10, 0.95, 0.6915028921812371, 1],
  [5, 10, 0.95, 0.1870860284474045, 0.8129139715525955],
  [17, 30, 0.95, 0.37427345060921996, 0.7453924500967393],
  [9, 10, 0.9875, 0.4681483779116378, 0.9993732351978222],
] as const;

for (const [count, n, confidence, low, high] of shares) {
  Deno.test(`proportionEstimate(${count}, ${n}, ${confidence}) is SciPy's exact interval`, () => {
    const found = proportionEstimate(count, n, confidence);
    assertClose(interval(found), [low, high], tolerance.special);
    assertEquals([found.value, found.n, found.confidence], [count / n, n, confidence]);
    assertEquals(found.method, "share, Clopper-Pearson");
  });
}

Deno.test("proportionEstimate() begins at 0 without successes and ends at 1 without failures", () => {
  for (const n of [10, 11, 97, 1000, 123_457, 1e6]) {
    for (const confidence of [0.5, 0.95, 0.999999]) {
      const [none, all] = [
        proportionEstimate(0, n, confidence),
        proportionEstimate(n, n, confidence),
      ];
      assertEquals([none.low, all.high], [0, 1]);
      // The other end has a closed form: 1 - (half of 1 - confidence)^(1/n).
      const wanted = -Math.expm1(Math.log((1 - confidence) / 2) / n);
      assertClose([none.high ?? NaN], [wanted], tolerance.special);
      assertClose([all.low ?? NaN], [1 - wanted], tolerance.special);
    }
  }
});

Deno.test("proportionEstimate() contains the proportion at any confidence", () => {
  for (const confidence of [1e-12, 0.9, 1 - 1e-9, 1 - 2 ** -53]) {
    for (const n of [10, 11, 97, 1e8]) {
      for (const count of [0, 1, n - 1, n]) {
        const { value, low, high } = proportionEstimate(count, n, confidence);
        assert(0 <= Number(low) && Number(low) <= value, `${count} of ${n}: ${low}`);
        assert(value <= Number(high) && Number(high) <= 1, `${count} of ${n}: ${high}`);
      }
    }
  }
});

Deno.test("proportionEstimate() has no interval with fewer than MINIMUM_SEEDS seeds", () => {
  const { low, high, method } = proportionEstimate(1, 9);
  assertEquals([low, high, method], [null, null, "share, no interval below 10 seeds"]);
});

Deno.test("estimate() throws on values that do not suit the statistic", () => {
  const wrong: readonly [number[], SeedStatistic, string][] = [
    [[], "mean", "values must be at least 1 number, found 0"],
    [[1, Infinity], "mean", "values[1] must be a finite number"],
    [[1, 0], "geometric-mean", "values[1] must be above 0, found 0"],
    [[1, -2], "geometric-mean", "values[1] must be above 0, found -2"],
    [[1, 0.5], "share", "values[1] must be 0 or 1, found 0.5"],
  ];
  for (const [given, statistic, message] of wrong) {
    assertThrows(() => estimate(given, { statistic }), InputError, message);
  }
});

Deno.test("estimate() and proportionEstimate() throw on arguments of other types", () => {
  const wrong: readonly [CallableFunction, unknown[], string][] = [
    [estimate, [values, "mean"], "options of estimate must be an object"],
    [estimate, [values, { random: 1 }], 'found "random"'],
    [estimate, [values, { statistic: mean }], "statistic must be mean, geometric-mean, share"],
    [estimate, [values, { statistic: "median" }], "statistic must be mean, geometric-mean, share"],
    [estimate, [values, { statistic: "constructor" }], "statistic must be mean, geometric-mean"],
    [estimate, [[1, 2], { confidence: "0.9" }], "confidence must be a number above 0"],
    [estimate, [[1, 2], { confidence: 95 }], "confidence must be a number above 0 and below 1"],
    [
      estimate,
      [[1, 2], { overlap: -1 }],
      "overlap must be a finite number of at least 0, found -1",
    ],
    [
      estimate,
      [[1, 2], { overlap: "1" }],
      'overlap must be a finite number of at least 0, found "1"',
    ],
    [estimate, [[1, "2"]], 'values[1] must be a finite number, found "2"'],
    [estimate, [new Float32Array(6)], "Array.from(values) makes one"],
    [proportionEstimate, [5], "n must be a positive integer, found undefined"],
    [proportionEstimate, [11, 10], "count must be an integer from 0 to 10, found 11"],
    [proportionEstimate, ["5", 10], 'count must be an integer from 0 to 10, found "5"'],
    [proportionEstimate, [5, 1e9], "n must be at most 100000000, found 1000000000"],
    [
      proportionEstimate,
      [1, 4, "0.9"],
      'confidence must be a number above 0 and below 1, found "0.9"',
    ],
    [proportionEstimate, [5, 10, 95], "confidence must be a number above 0 and below 1, found 95"],
  ];
  for (const [use, args, message] of wrong) {
    assertThrows(() => Reflect.apply(use, undefined, args), InputError, message);
  }
});

Deno.test("winProbability() is the share of seeds won with the interval of a share", () => {
  const losses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const found = winProbability(losses, losses.map((loss, i) => i < 8 ? loss + 1 : loss - 1));
  const { low, high } = proportionEstimate(8, 10);
  assertEquals([found.value, found.low, found.high, found.n], [0.8, low, high, 10]);
  assertEquals(found.method, "share of seeds won, Clopper-Pearson");
});

Deno.test("winProbability() counts a tie as a win for neither method", () => {
  const [a, b] = [[1, 2, 3, 4, 5], [1, 2, 3, 5, 4]];
  assertEquals([winProbability(a, b).value, winProbability(b, a).value], [1 / 5, 1 / 5]);
});

Deno.test("winProbability() raises both ends of the interval with each win", () => {
  const of = (won: number) =>
    winProbability(Array.from({ length: 10 }, (_, i) => i < won ? 0 : 2), new Array(10).fill(1));
  for (let won = 1; won <= 10; won++) {
    assert(Number(of(won).low) > Number(of(won - 1).low), `${won}`);
    assert(Number(of(won).high) >= Number(of(won - 1).high), `${won}`);
  }
});

Deno.test("winProbability() has no interval with fewer than MINIMUM_SEEDS seeds", () => {
  const { low, high, method } = winProbability(new Array(9).fill(1), new Array(9).fill(2));
  assertEquals([low, high], [null, null]);
  assertEquals(method, "share of seeds won, no interval below 10 seeds");
});

Deno.test("winProbability() throws on wrong losses and names them", () => {
  assertThrows(() => winProbability([], []), InputError, "at least 1 number, found 0");
  assertThrows(() => winProbability([1], [NaN]), InputError, "others[0] must be a finite number");
  assertThrows(
    () => winProbability([1, 2], [1]),
    InputError,
    "others must be 2 numbers, one for each seed, found 1",
  );
});
