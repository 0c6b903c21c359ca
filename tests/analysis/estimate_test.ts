import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { bootstrapInterval } from "../../src/analysis/bootstrap.ts";
import {
  curveInterval,
  estimate,
  MINIMUM_SEEDS,
  shareEstimate,
} from "../../src/analysis/estimate.ts";
import { mean } from "../../src/analysis/statistics.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

const values = [0.9, 1.1, 1.0, 1.3, 0.8, 1.2];

Deno.test("estimate: the statistic with its bootstrap interval", () => {
  const found = estimate(values, { random: new Random(1) });
  const { low, high } = bootstrapInterval(values, { random: new Random(1) });
  assertEquals(found, {
    value: mean(values),
    low,
    high,
    n: 6,
    confidence: 0.95,
    method: "mean, BCa bootstrap, 10000 resamples",
  });
});

Deno.test("estimate: the method says what was done", () => {
  const method = (options: object, of = values) =>
    estimate(of, { random: new Random(1), ...options }).method;
  assertEquals(
    method({ statistic: "geometric-mean", resamples: 500 }),
    "geometric mean, BCa bootstrap, 500 resamples",
  );
  assertEquals(method({ statistic: "median" }), "median, percentile bootstrap, 10000 resamples");
  assertEquals(method({ method: "percentile" }), "mean, percentile bootstrap, 10000 resamples");
  assertEquals(method({}, [2, 2, 2, 2, 2]), "mean, percentile bootstrap, 10000 resamples");
  assertEquals(method({}, [1, 2]), "mean, no interval below 5 seeds");
});

Deno.test("estimate: no interval below the fewest seeds", () => {
  assertEquals(MINIMUM_SEEDS, 5);
  for (let n = 1; n <= values.length; n++) {
    const { value, low, high, n: count } = estimate(values.slice(0, n), { random: new Random(1) });
    assertEquals(value, mean(values.slice(0, n)));
    assertEquals([low === null, high === null, count], [n < 5, n < 5, n]);
  }
});

Deno.test("estimate: wrong values and options are errors", () => {
  const random = new Random(1);
  assertThrows(() => estimate([], { random }), InputError, "values must be at least 1 number");
  assertThrows(() => estimate([1, Infinity], { random }), InputError, "values[1] must be a finite");
  for (const some of [[1], values]) {
    assertThrows(
      () => estimate(some, { random, confidence: 95 }),
      InputError,
      "confidence must be",
    );
    assertThrows(() => estimate(some, { random, resamples: 1.5 }), InputError, "resamples must be");
  }
});

Deno.test("curveInterval: each point as an estimate of its own from the same resamples", () => {
  const curves = values.map((value) => [value, 2 * value, 1, value ** 2]);
  for (const statistic of ["mean", "median", "geometric-mean"] as const) {
    const options = { statistic, resamples: 300, confidence: 0.9 };
    const found = curveInterval(curves, { ...options, random: new Random(2) });
    for (const [point, { value, low, high }] of found.entries()) {
      const column = curves.map((curve) => curve[point] ?? NaN);
      const wanted = estimate(column, { ...options, random: new Random(2) });
      assertEquals([value, low, high], [wanted.value, wanted.low, wanted.high]);
    }
  }
});

Deno.test("curveInterval: narrows as the root of the seeds", () => {
  const random = new Random(3);
  const width = (seeds: number) => {
    const curves = Array.from(
      { length: seeds },
      () => Array.from({ length: 50 }, () => random.normal()),
    );
    const points = curveInterval(curves, { random, resamples: 500 });
    return mean(points.map(({ low, high }) => (high ?? NaN) - (low ?? NaN)));
  };
  // The mean width of 50 intervals varies by about 5 %.
  assertLess(Math.abs(width(10) / width(40) - 2), 0.3);
});

Deno.test("curveInterval: no interval below the fewest seeds", () => {
  const found = curveInterval([[1, 2], [3, 6]], { random: new Random(4) });
  assertEquals(found, [{ value: 2, low: null, high: null }, { value: 4, low: null, high: null }]);
  assert(curveInterval([[], []], { random: new Random(4) }).length === 0);
});

Deno.test("curveInterval: wrong curves are errors", () => {
  const random = new Random(5);
  assertThrows(() => curveInterval([], { random }), InputError, "curves must be at least 1 curve");
  assertThrows(
    () => curveInterval([[1, 2], [1]], { random }),
    InputError,
    "curves[1] must be of 2 points as the first, found 1",
  );
  assertThrows(() => curveInterval([[1, NaN]], { random }), InputError, "must be a finite number");
});

Deno.test("shareEstimate: Wilson's interval, wide where all seeds agree", () => {
  // Wilson (1927) by hand: z = 1.959964, n = 10.
  const none = shareEstimate(0, 10);
  assertEquals([none.value, none.low], [0, 0]);
  assertAlmostEquals(none.high ?? NaN, 0.2775327998628892, 1e-9);
  const half = shareEstimate(5, 10);
  assertAlmostEquals(half.low ?? NaN, 0.2365930905, 1e-9);
  assertAlmostEquals(half.high ?? NaN, 0.7634069095, 1e-9);
  assertEquals(shareEstimate(1, 4).low, null);
  assertThrows(() => shareEstimate(11, 10), InputError, "count must be an integer from 0 to 10");
});

Deno.test("shareEstimate() begins at 0 if no seed has it and ends at 1 if all have it, for any n", () => {
  for (let n = MINIMUM_SEEDS; n <= 3000; n++) {
    for (const confidence of [0.5, 0.95, 0.999999]) {
      const [none, all] = [shareEstimate(0, n, confidence), shareEstimate(n, n, confidence)];
      assertEquals([none.low, all.high], [0, 1], `${n} seeds, ${confidence}`);
      assert(Number(none.high) > 0 && Number(none.high) < 1);
      assert(Number(all.low) > 0 && Number(all.low) < 1);
    }
  }
});

Deno.test("shareEstimate() always holds the share, up to any confidence", () => {
  for (const confidence of [1e-12, 0.9, 1 - 1e-9, 1 - 2 ** -53]) {
    for (const n of [5, 6, 97, 2 ** 40]) {
      for (const count of [0, 1, n - 1, n]) {
        const { value, low, high } = shareEstimate(count, n, confidence);
        assert(0 <= Number(low) && Number(low) <= value, `${count} of ${n}: ${low}`);
        assert(value <= Number(high) && Number(high) <= 1, `${count} of ${n}: ${high}`);
      }
    }
  }
});

Deno.test("estimates refuse likely mistakes of JavaScript", () => {
  const random = new Random(1);
  const wrong: readonly [CallableFunction, unknown[], string][] = [
    [estimate, [values], "options of estimate must be an object such as { random, statistic }"],
    [estimate, [values, {}], "random must be a source of random numbers, found undefined"],
    [estimate, [[1], { random: 3 }], "found 3. new Random(3) makes one"],
    [estimate, [values, { random, level: 0.9 }], 'found "level"'],
    [estimate, [values, { random, statistic: mean }], "statistic must be mean, median, geometric"],
    [estimate, [values, { random, statistic: "constructor" }], "statistic must be mean, median"],
    [estimate, [[1, 2], { random, confidence: "0.9" }], "confidence must be a number above 0"],
    [estimate, [new Float32Array(6), { random }], "Array.from(values) makes one"],
    [curveInterval, [[[1], [2]], random], "options of curveInterval must be an object"],
    [curveInterval, [values, { random }], "curves[0] must be an array of a number for each point"],
    [curveInterval, [{ a: [1] }, { random }], "curves must be an array of a curve for each seed"],
    [curveInterval, [[Float32Array.of(1)], { random }], "Array.from(curves[0]) makes one"],
    [curveInterval, [[[1, "2"]], { random }], 'values[0] must be a finite number, found "2"'],
    [curveInterval, [[[1]], { random, resamples: 1e9 }], "resamples must be at most 10000000 of 1"],
    [shareEstimate, [5], "n must be a positive integer, found undefined"],
    [shareEstimate, ["5", 10], 'count must be an integer from 0 to 10, found "5"'],
    [shareEstimate, [1, 4, "0.9"], 'confidence must be a number above 0 and below 1, found "0.9"'],
    [shareEstimate, [5, 10, 95], "confidence must be a number above 0 and below 1, found 95"],
  ];
  for (const [use, args, message] of wrong) {
    assertThrows(() => Reflect.apply(use, undefined, args), InputError, message);
  }
});
