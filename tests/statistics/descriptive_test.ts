import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  geometricMean,
  mean,
  median,
  populationStandardDeviation,
  quantile,
  sampleStandardDeviation,
} from "../../src/statistics/descriptive.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("mean() is compensated and stays in the range of the values", () => {
  assertEquals(mean([1, 2, 6]), 3);
  assertEquals(mean(new Array<number>(300_000).fill(2)), 2);
  assertEquals(mean([1e16, 1, 1, -1e16]), 0.5);
  for (let n = 1; n <= 20; n++) assertEquals(mean(new Array<number>(n).fill(0.1)), 0.1);
});

Deno.test("median() of odd and even counts does not depend on the order", () => {
  assertEquals(median([9]), 9);
  assertEquals(median([9, 1, 5]), 5);
  assertEquals(median([9, 1, 5, 2]), 3.5);
});

Deno.test("geometricMean() neither overflows nor underflows", () => {
  assertClose([geometricMean([1, 4, 16])], [4], tolerance.rounding);
  assertClose([geometricMean(new Array<number>(40).fill(1e-300))], [1e-300], tolerance.exact);
  assertClose([geometricMean([1e300, 1e200, 1e-200])], [1e100], tolerance.rounding);
  for (const wrong of [0, -2]) {
    assertThrows(() => geometricMean([1, wrong]), InputError, "values[1] must be above 0");
  }
});

Deno.test("sampleStandardDeviation() divides by n - 1", () => {
  assertClose(
    [sampleStandardDeviation([2, 4, 4, 4, 5, 5, 7, 9])],
    [Math.sqrt(32 / 7)],
    tolerance.rounding,
  );
  assertEquals(sampleStandardDeviation([3, 3, 3]), 0);
  assertThrows(
    () => sampleStandardDeviation([1]),
    InputError,
    "values must be at least 2 numbers, found 1",
  );
});

Deno.test("quantile() is type 7 of Hyndman & Fan, NumPy's default", () => {
  // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], fractions), NumPy 2.4.6.
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const fractions = [0, 0.025, 0.1, 0.25, 0.5, 0.6, 0.9, 1];
  const wanted = [1, 1, 1, 1.75, 3.5, 4.2, 6.9, 9];
  const found = fractions.map((fraction) => quantile(values, fraction));
  assertClose(found, wanted, tolerance.rounding);
  assertEquals(values, [3, 1, 4, 1, 5, 9, 2, 6]);
  for (const fraction of [-0.1, 1.1, NaN]) {
    assertThrows(() => quantile(values, fraction), InputError, "fraction must be a number from 0");
  }
});

Deno.test("quantile() of 0.5 is the median", () => {
  const random = new Random(1);
  for (let n = 1; n <= 12; n++) {
    const values = Array.from({ length: n }, () => random.normal());
    assertClose([quantile(values, 0.5)], [median(values)], tolerance.rounding);
  }
});

Deno.test("mean(), median() and other statistics throw on no values and on values that are not finite", () => {
  const first = (values: readonly number[]) => quantile(values, 0.5);
  for (const statistic of [mean, median, geometricMean, sampleStandardDeviation, first]) {
    assertThrows(() => statistic([]), InputError, "values must be at least");
    assertThrows(() => statistic([1, NaN]), InputError, "values[1] must be a finite number");
    assertThrows(() => statistic([Infinity, 1]), InputError, "values[0] must be a finite number");
  }
});

const { MAX_VALUE, MIN_VALUE } = Number;

Deno.test("mean() is finite even if the sum is beyond float64, and exact for the smallest numbers", () => {
  assertEquals(mean([1.5e308, 1.7e308]), 1.6e308);
  assertEquals(mean([MAX_VALUE, MAX_VALUE, MAX_VALUE]), MAX_VALUE);
  assertEquals(mean([MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE]), 0);
  assertClose([mean([-MAX_VALUE, -MAX_VALUE, 1])], [-2 / 3 * MAX_VALUE], tolerance.rounding);
  assertEquals(mean([3 * MIN_VALUE, 5 * MIN_VALUE]), 4 * MIN_VALUE);
  assertEquals(mean([0, -0]), 0);
});

Deno.test("median() and quantile() of finite values are finite and keep small values beside large ones", () => {
  assertEquals(median([MAX_VALUE, MAX_VALUE]), MAX_VALUE);
  assertEquals(median([-MAX_VALUE, MAX_VALUE]), 0);
  assertEquals(median([MAX_VALUE, 1e-300, -MAX_VALUE]), 1e-300);
  assertClose([quantile([-MAX_VALUE, MAX_VALUE], 0.75)], [MAX_VALUE / 2], tolerance.rounding);
  assertEquals(quantile([MAX_VALUE, -1e308, 2, -MAX_VALUE, 1], 0.5), 1);
});

Deno.test("sampleStandardDeviation() neither overflows nor underflows", () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  const wanted = Math.sqrt(32 / 7);
  for (const factor of [2 ** 1000, 2 ** 500, 2 ** -500, 2 ** -1000]) {
    const found = sampleStandardDeviation(values.map((value) => value * factor));
    assertClose([found / factor], [wanted], tolerance.rounding);
  }
  assertEquals(sampleStandardDeviation([MIN_VALUE, 3 * MIN_VALUE]), MIN_VALUE);
  assertThrows(
    () => sampleStandardDeviation([MAX_VALUE, -MAX_VALUE]),
    InputError,
    "standard deviation must be below 1.8e308, found Infinity. Divide",
  );
});

Deno.test("geometricMean() works up to the ends of float64", () => {
  assertEquals(geometricMean([MAX_VALUE, MAX_VALUE, MAX_VALUE]), MAX_VALUE);
  assertEquals(geometricMean([MIN_VALUE, MIN_VALUE]), MIN_VALUE);
});

Deno.test("mean(), median(), quantile() and geometricMean() stay in the range of the values", () => {
  const random = new Random(2);
  for (let trial = 0; trial < 300; trial++) {
    const values = Array.from({ length: random.integer(1, 9) }, () => {
      return random.uniform(-2, 2) * 2 ** random.integer(-1074, 1023);
    });
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const found = [mean(values), median(values), quantile(values, random.uniform())];
    assert(found.every((value) => value >= low && value <= high), `${values}: ${found}`);
  }
});

Deno.test("mean(), median() and other statistics throw unless the values are an array of numbers", () => {
  const hole = [1, 2, 3];
  delete hole[1];
  const wrong: readonly [unknown, string][] = [
    [undefined, "values must be an array of at least"],
    [5, "values must be an array of at least"],
    ["123", "values must be an array of at least"],
    [Float32Array.of(1, 2), "found a Float32Array of 2. Array.from(values) makes one"],
    [new Set([1, 2]), "found an instance of Set"],
    [hole, "values[1] must be a finite number, found undefined"],
    [["1", "2"], 'values[0] must be a finite number, found "1"'],
    [[1, [2]], "values[1] must be a finite number, found [2]"],
    [[1n, 2n], "values[0] must be a finite number, found 1n"],
    [[1, null], "values[1] must be a finite number, found null"],
  ];
  for (const statistic of [mean, median, geometricMean, sampleStandardDeviation, quantile]) {
    for (const [values, message] of wrong) {
      assertThrows(() => Reflect.apply(statistic, undefined, [values, 0.5]), InputError, message);
    }
  }
  assertThrows(
    () => Reflect.apply(quantile, undefined, [[1, 2], "0.5"]),
    InputError,
    'fraction must be a number from 0 to 1, found "0.5"',
  );
});

Deno.test("populationStandardDeviation() divides by n", () => {
  assertEquals(populationStandardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), 2);
  assertEquals(populationStandardDeviation([3]), 0);
  assertThrows(() => populationStandardDeviation([]), InputError, "values must be at least 1");
});
