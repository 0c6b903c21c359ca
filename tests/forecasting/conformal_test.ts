import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { conformalMargins, widenIntervals } from "../../src/forecasting/conformal.ts";

/** Point forecasts of 0 for values whose distribution differs by step. */
function calibrationOf(origins: number, random: Random) {
  const actual = Array.from({ length: origins }, () => [random.normal(), 5 * random.normal() ** 3]);
  const low = actual.map(() => [0, 0]);
  return { actual, low, high: low };
}

Deno.test("conformalMargins() cover at least the wanted share, and at most 1 / (n + 1) more", () => {
  const repetitions = 4000;
  for (
    const { n, coverage } of [{ n: 19, coverage: 0.9 }, { n: 9, coverage: 0.9 }, {
      n: 30,
      coverage: 0.8,
    }]
  ) {
    const hits = [0, 0];
    for (let seed = 0; seed < repetitions; seed++) {
      const random = new Random(seed);
      const margins = conformalMargins(calibrationOf(n, random), { coverage });
      const [later = []] = calibrationOf(1, random).actual;
      hits.forEach((count, h) => {
        hits[h] = count + (Math.abs(later[h] ?? NaN) <= (margins[h] ?? NaN) ? 1 : 0);
      });
    }
    const exact = Math.ceil((n + 1) * coverage - 1e-9) / (n + 1);
    const error = 3.5 * Math.sqrt(exact * (1 - exact) / repetitions);
    for (const count of hits) {
      assert(Math.abs(count / repetitions - exact) < error, `${n}, ${coverage}: ${count}`);
    }
  }
});

Deno.test("conformalMargins() are infinite with too few origins for the coverage", () => {
  const eight = conformalMargins(calibrationOf(8, new Random(1)), { coverage: 0.9 });
  assertEquals([...eight], [Infinity, Infinity]);
  const nine = conformalMargins(calibrationOf(9, new Random(1)), { coverage: 0.9 });
  assert(nine.every(Number.isFinite));
  const { low, high } = widenIntervals({ low: [1, 1], high: [2, 2] }, eight);
  assertEquals([low[0], high[1]], [-Infinity, Infinity]);
});

Deno.test("conformalMargins() mend quantiles that are too narrow and narrow those too wide", () => {
  const random = new Random(3);
  const actual = Array.from({ length: 400 }, () => [random.normal(), random.normal()]);
  const low = actual.map(() => [-1, -3]);
  const high = actual.map(() => [1, 3]);
  const [narrow = NaN, wide = NaN] = conformalMargins({ actual, low, high }, { coverage: 0.9 });
  // The 90 % interval of a standard normal variable ends at 1.645.
  assert(Math.abs(1 + narrow - 1.645) < 0.2 && Math.abs(3 + wide - 1.645) < 0.2);
});

Deno.test("conformalMargins() rank exactly where the product is an integer", () => {
  const actual = Array.from({ length: 99 }, (_, i) => [i + 1]);
  const low = actual.map(() => [0]);
  // 100 * 0.55 is 55.00000000000001 in float64.
  for (const [coverage, margin] of [[0.55, 55], [0.99, 99], [0.995, Infinity], [1e-12, 1]]) {
    const found = conformalMargins({ actual, low, high: low }, { coverage: coverage ?? NaN });
    assertEquals([...found], [margin]);
  }
});

Deno.test("conformalMargins() leave out missing values, and refuse a step without any", () => {
  const low = [[0, 0], [0, 0]];
  const found = conformalMargins({ actual: [[NaN, 2], [3, 4]], low, high: low }, { coverage: 0.5 });
  assertEquals([...found], [3, 4]);
  const actual = [[NaN, 2], [NaN, 4]];
  assertThrows(
    () => conformalMargins({ actual, low, high: low }, { coverage: 0.5 }),
    InputError,
    "values of which one is known at step 1",
  );
});

Deno.test("conformalMargins() refuse a coverage in percent and infinite intervals", () => {
  const calibration = { actual: [[1]], low: [[0]], high: [[2]] };
  assertThrows(() => conformalMargins(calibration, { coverage: 90 }), InputError, "Write 0.9");
  for (const coverage of [0, 1, NaN, -1]) {
    assertThrows(() => conformalMargins(calibration, { coverage }), InputError, "in (0, 1)");
  }
  const infinite = { ...calibration, low: [[-Infinity]], high: [[Infinity]] };
  assertThrows(() => conformalMargins(infinite, { coverage: 0.5 }), InputError, "infinite end");
});
