import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { intervalCoverage } from "../../src/forecasting/coverage.ts";
import { normalQuantile } from "../../src/statistics/distributions.ts";
import { proportionEstimate } from "../../src/statistics/estimate.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Exact intervals of a random walk, whose forecasts from overlapping origins depend. */
function randomWalk(
  { count, horizon, step, coverage }: Record<"count" | "horizon" | "step" | "coverage", number>,
  random: Random,
) {
  const z = normalQuantile((1 + coverage) / 2);
  const x = [0];
  while (x.length < (count - 1) * step + horizon + 1) x.push((x.at(-1) ?? 0) + random.normal());
  const rows = Array.from({ length: count }, (_, o) => {
    const last = x[o * step] ?? NaN;
    return Array.from({ length: horizon }, (_, h) => {
      const reach = z * Math.sqrt(h + 1);
      return { y: x[o * step + h + 1] ?? NaN, low: last - reach, high: last + reach };
    });
  });
  return {
    actual: rows.map((row) => row.map(({ y }) => y)),
    low: rows.map((row) => row.map(({ low }) => low)),
    high: rows.map((row) => row.map(({ high }) => high)),
  };
}

Deno.test("intervalCoverage() of independent forecasts is nearly Clopper and Pearson's", () => {
  const actual = Array.from({ length: 200 }, (_, i) => [i % 10 === 0 ? 5 : 0]);
  const low = actual.map(() => [-1]);
  const high = actual.map(() => [1]);
  const [all, ...none] = intervalCoverage({ actual, low, high });
  assertEquals([all?.horizon, all?.value, all?.width, all?.n, none.length], [null, 0.9, 2, 200, 0]);
  // It is 199, as the variance has n - 1 for n, but at least the number of origins.
  assertClose([all?.effective ?? NaN], [200], tolerance.rounding);
  const { low: from, high: to } = proportionEstimate(180, 200);
  assertClose([all?.low ?? NaN, all?.high ?? NaN], [from ?? NaN, to ?? NaN], tolerance.draws);
});

Deno.test("intervalCoverage() counts an origin whose steps miss together as one forecast", () => {
  const actual = Array.from({ length: 40 }, (_, o) => new Array<number>(6).fill(o % 5 ? 0 : 9));
  const low = actual.map((row) => row.map(() => -1));
  const high = actual.map((row) => row.map(() => 1));
  const rows = intervalCoverage({ actual, low, high });
  assertEquals(rows.map(({ horizon }) => horizon), [1, 2, 3, 4, 5, 6, null]);
  const [first, all] = [rows[0], rows.at(-1)];
  assertEquals([all?.value, all?.n], [0.8, 240]);
  assert(Math.abs((all?.effective ?? NaN) - (first?.effective ?? NaN)) < 3);
});

Deno.test("the interval of intervalCoverage() contains the coverage of dependent forecasts", () => {
  const designs = [
    { horizon: 6, step: 6, count: 20, coverage: 0.9 },
    { horizon: 6, step: 1, count: 60, coverage: 0.9 },
    { horizon: 6, step: 3, count: 30, coverage: 0.8 },
  ];
  for (const design of designs) {
    let [contained, independent] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const found = intervalCoverage(randomWalk(design, new Random(seed)), { step: design.step });
      const { value, low, high, n } = found.at(-1) ?? { value: 0, low: 0, high: 0, n: 1 };
      if ((low ?? 1) <= design.coverage && design.coverage <= (high ?? 0)) contained++;
      const plain = proportionEstimate(Math.round(value * n), n);
      const [from, to] = [plain.low ?? 0, plain.high ?? 1];
      if (from <= design.coverage && design.coverage <= to) independent++;
    }
    // Three standard errors below 0.92; an interval of independent forecasts has 0.8 at most.
    assert(contained / 200 > 0.86, `${JSON.stringify(design)}: ${contained / 200}`);
    assert(independent / 200 < 0.86, `${JSON.stringify(design)}: ${independent / 200}`);
  }
});

Deno.test("intervalCoverage() of 10 origins that all hit has an interval with a width", () => {
  const actual = Array.from({ length: 10 }, () => [0, 0]);
  const [low, high] = [actual.map(() => [-1, -1]), actual.map(() => [1, 1])];
  const all = intervalCoverage({ actual, low, high }).at(-1);
  const exact = proportionEstimate(10, 10);
  assertEquals([all?.value, all?.high, all?.effective], [1, 1, 10]);
  assertClose([all?.low ?? NaN], [exact.low ?? NaN], tolerance.special);
});

Deno.test("intervalCoverage() leaves out missing values, and has no interval for one block", () => {
  const found = intervalCoverage({
    actual: [[1, NaN], [9, 1]],
    low: [[0, 0], [0, 0]],
    high: [[2, 2], [2, 2]],
  }, { step: 1 });
  const shown = found.map(({ n, value, low }) => [n, value, low === null]);
  assertEquals(shown, [[2, 0.5, false], [1, 1, true], [3, 2 / 3, true]]);
});

Deno.test("intervalCoverage() refuses shapes that differ and ends out of order", () => {
  const actual = [[1, 2]];
  const wrong = [
    { actual: [], low: [], high: [] },
    { actual, low: [[0]], high: [[2, 2]] },
    { actual, low: [[0, 0], [0, 0]], high: [[2, 2]] },
    { actual, low: [[3, 0]], high: [[2, 2]] },
    { actual, low: [[NaN, 0]], high: [[2, 2]] },
    { actual: [[NaN, 1]], low: [[0, 0]], high: [[2, 2]] },
  ];
  for (const forecasts of wrong) assertThrows(() => intervalCoverage(forecasts), InputError);
  const forecasts = { actual, low: [[0, 0]], high: [[2, 2]] };
  assertThrows(() => intervalCoverage(forecasts, { confidence: 95 }), InputError, "confidence");
  assertThrows(() => intervalCoverage(forecasts, { step: 0 }), InputError, "step");
});
