import { assertEquals, assertThrows } from "@std/assert";
import {
  geometricMean,
  mean,
  median,
  quantile,
  standardDeviation,
} from "../../src/analysis/statistics.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("mean: compensated, and never beyond the values", () => {
  assertEquals(mean([1, 2, 6]), 3);
  assertEquals(mean(new Array<number>(300_000).fill(2)), 2);
  assertEquals(mean([1e16, 1, 1, -1e16]), 0.5);
  for (let n = 1; n <= 20; n++) assertEquals(mean(new Array<number>(n).fill(0.1)), 0.1);
});

Deno.test("median: odd and even counts, in any order", () => {
  assertEquals(median([9]), 9);
  assertEquals(median([9, 1, 5]), 5);
  assertEquals(median([9, 1, 5, 2]), 3.5);
});

Deno.test("geometricMean: over the range of numbers", () => {
  assertClose([geometricMean([1, 4, 16])], [4], tolerance.rounding);
  assertClose([geometricMean(new Array<number>(40).fill(1e-300))], [1e-300], tolerance.exact);
  assertClose([geometricMean([1e300, 1e200, 1e-200])], [1e100], tolerance.rounding);
  for (const wrong of [0, -2]) {
    assertThrows(() => geometricMean([1, wrong]), InputError, "values[1] must be above 0");
  }
});

Deno.test("standardDeviation: of a sample", () => {
  assertClose(
    [standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])],
    [Math.sqrt(32 / 7)],
    tolerance.rounding,
  );
  assertEquals(standardDeviation([3, 3, 3]), 0);
  assertThrows(
    () => standardDeviation([1]),
    InputError,
    "values must be at least 2 numbers, found 1",
  );
});

Deno.test("quantile: type 7 of Hyndman & Fan, as NumPy's default", () => {
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

Deno.test("quantile: the middle is the median", () => {
  const random = new Random(1);
  for (let n = 1; n <= 12; n++) {
    const values = Array.from({ length: n }, () => random.normal());
    assertClose([quantile(values, 0.5)], [median(values)], tolerance.rounding);
  }
});

Deno.test("statistics: no values, and values that are not finite, are errors", () => {
  const first = (values: readonly number[]) => quantile(values, 0.5);
  for (const statistic of [mean, median, geometricMean, standardDeviation, first]) {
    assertThrows(() => statistic([]), InputError, "values must be at least");
    assertThrows(() => statistic([1, NaN]), InputError, "values[1] must be a finite number");
    assertThrows(() => statistic([Infinity, 1]), InputError, "values[0] must be a finite number");
  }
});
