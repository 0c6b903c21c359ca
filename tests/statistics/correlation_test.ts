import { assert, assertEquals, assertThrows } from "@std/assert";
import { linearRegression, mean, sampleCorrelation } from "simple-statistics";
import {
  correlation,
  correlationValues,
  rankCorrelation,
  rankCorrelationValues,
} from "../../src/statistics/correlation.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("rankCorrelation() depends only on ranks and gives equal values their mean rank", () => {
  // SciPy 1.17.1: spearmanr([1, 2, 2, 4, 5], [3, 1, 2, 5, 4]).
  assertClose(
    [rankCorrelation([1, 2, 2, 4, 5], [3, 1, 2, 5, 4])],
    [0.5642880936468347],
    tolerance.rounding,
  );
  const x = [0.1, 5, 3, 2, 8];
  const y = [4, 2, 9, 1, 7];
  assertClose(
    [rankCorrelation(x.map(Math.exp), y.map((value) => value ** 3))],
    [rankCorrelation(x, y)],
    tolerance.rounding,
  );
  assert(Number.isNaN(rankCorrelation([1, 1, 1], [1, 2, 3])));
});

/** The residuals of the ranks of a list after linear regression on the ranks of another list. */
function residuals(ranks: readonly number[], held: readonly number[]): number[] {
  const { m, b } = linearRegression(held.map((value, i) => [value, ranks[i] ?? NaN]));
  return held.map((value, i) => (ranks[i] ?? NaN) - m * value - b);
}

function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => values.filter((other) => other < value).length);
}

Deno.test("rankCorrelation() with a control is the correlation of the residuals of a line", () => {
  const random = new Random(3);
  const [x, y, held] = [1, 2, 3].map(() => Array.from({ length: 12 }, () => random.normal()));
  assert(x && y && held);
  const [a, b] = [x, y].map((list) => residuals(ranksOf(list), ranksOf(held)));
  assert(a && b);
  assertClose([rankCorrelation(x, y, held)], [sampleCorrelation(a, b)], tolerance.rounding);
});

Deno.test("rankCorrelationValues() leaves out each pair in turn", () => {
  const x = [3, 1, 4, 1.5, 9, 2.6];
  const y = [2, 7, 1, 8, 2.8, 1.8];
  const values = rankCorrelationValues(x, y);
  const without = values.map((_, i) =>
    rankCorrelation(x.filter((_, j) => j !== i), y.filter((_, j) => j !== i))
  );
  const all = rankCorrelation(x, y);
  assertClose(values, without.map((less) => 6 * all - 5 * less), tolerance.rounding);
  assertClose([mean(values)], [6 * all - 5 * mean(without)], tolerance.rounding);
});

Deno.test("rankCorrelation() throws if the lists do not match", () => {
  for (
    const [lists, message] of [
      [[[1, 2], [1]], "y must be of 2 numbers, as many as x, found 1"],
      [[[1], [1]], "x must be at least 2 numbers, found 1"],
      [[[1, NaN], [1, 2]], "x[1] must be a finite number, found NaN"],
      [[[1, 2], [1, 2], [1]], "control must be of 2 numbers, as many as x, found 1"],
    ] as const
  ) {
    const [x, y, held] = lists;
    assertThrows(() => rankCorrelation(x ?? [], y ?? [], held), InputError, message);
  }
  assertThrows(() => rankCorrelationValues([1, 2], [1, 2]), InputError, "at least 3 numbers");
  assertClose(rankCorrelationValues([1, 2, 3], [3, 2, 1]), [-1, -1, -1], tolerance.rounding);
});

Deno.test("correlation() is Pearson's and stays within [-1, 1]", () => {
  assertClose([correlation([1, 2, 3, 4], [1, 3, 2, 4])], [0.8], tolerance.rounding);
  const random = new Random(1);
  for (let trial = 0; trial < 50; trial++) {
    const series = Array.from({ length: 3 }, () => random.normal());
    const scaled = series.map((value) => 1 - 0.1 * value);
    const found = correlation(series, scaled);
    assertClose([found], [-1], tolerance.rounding);
    assertEquals(found >= -1, true);
  }
});

Deno.test("correlation() with a constant series is 0", () => {
  assertEquals(correlation([0.1, 0.1, 0.1], [1, 2, 3]), 0);
  assertEquals(correlation([1, 2, 3], [0.3, 0.3, 0.3]), 0);
});

Deno.test("correlation() throws if the series do not match", () => {
  assertThrows(() => correlation([1, 2], [1, 2, 3]), InputError, "series must be of equal length");
  assertThrows(() => correlation([1], [1]), InputError, "a must be at least 2 numbers");
  assertThrows(() => correlation([1, 2], [1, NaN]), InputError, "b[1] must be a finite");
});

Deno.test("correlationValues() leaves out each pair in turn", () => {
  const a = [3, 1, 4, 1.5, 9, 2.6];
  const b = [2, 7, 1, 8, 2.8, 1.8];
  const without = a.map((_, i) =>
    sampleCorrelation(a.filter((_, j) => j !== i), b.filter((_, j) => j !== i))
  );
  const all = sampleCorrelation(a, b);
  assertClose(
    correlationValues(a, b),
    without.map((less) => 6 * all - 5 * less),
    tolerance.rounding,
  );
  assertThrows(() => correlationValues([1, 2], [1, 2]), InputError);
  assertThrows(
    () => correlationValues([1, 2, 3], [1, 2]),
    InputError,
    "series must be of equal length",
  );
});
