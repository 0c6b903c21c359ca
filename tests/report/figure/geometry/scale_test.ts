import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import { Random } from "../../../../src/core/random.ts";
import { axisDomain, axisTicks, makeScale } from "../../../../src/report/figure/geometry/scale.ts";

const linear = { label: "x", scale: "linear" } as const;
const log = { label: "y", scale: "log" } as const;

Deno.test("axisDomain() extends to round numbers", () => {
  assertEquals(axisDomain(linear, [0.3, 9.7], 5), [0, 10]);
  assertEquals(axisDomain(linear, [0, 40], 8), [0, 40]);
  assertEquals(axisDomain(log, [3e-7, 2], 6), [1e-7, 10]);
  assertEquals(axisDomain(log, [22, 80], 6), [20, 100]);
  assertEquals(axisDomain(log, [0.03, 7], 6), [0.02, 10]);
});

Deno.test("axisDomain() has a positive width for equal values", () => {
  for (const values of [[], [NaN], [0], [7], [-3], [1e-300], [5, 5, NaN]]) {
    const [low, high] = axisDomain(linear, values, 5);
    assert(low < high, String(values));
  }
  for (const values of [[], [7], [1e-300]]) {
    const [low, high] = axisDomain(log, values, 5);
    assert(0 < low && low < high, String(values));
  }
});

Deno.test("axisDomain() keeps the domain of the figure, or throws if it is invalid", () => {
  assertEquals(axisDomain({ ...linear, domain: [0, 0.97] }, [3], 5), [0, 0.97]);
  const empty = () => axisDomain({ ...linear, domain: [1, 1] }, [], 5);
  assertThrows(
    empty,
    InputError,
    'the domain of axis "x" must be two numbers in order, found [1, 1]',
  );
  assertThrows(() => axisDomain({ ...log, domain: [0, 1] }, [], 5), InputError, "positive");
});

Deno.test("axisTicks() returns round numbers in order, inside the domain", () => {
  assertEquals(axisTicks("linear", [0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assertEquals(axisTicks("log", [1e-12, 1], 6), [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]);
  assertEquals(axisTicks("log", [5, 100], 6), [5, 10, 20, 50, 100]);
  const random = new Random(7);
  for (let i = 0; i < 200; i++) {
    const low = 10 ** random.uniform(-8, 8);
    const domain = [low, low * 10 ** random.uniform(0.05, 12)] as const;
    for (const type of ["linear", "log"] as const) {
      const ticks = axisTicks(type, domain, 6);
      // A tick at an end may have a rounding error.
      const scale = makeScale(type, domain, [0, 1]);
      ticks.forEach((tick, k) => {
        const at = scale.at(tick);
        assert(at >= -1e-8 && at <= 1 + 1e-8, `${type} ${domain}: ${tick}`);
        assert(k === 0 || tick > (ticks[k - 1] ?? Infinity));
      });
    }
  }
});

Deno.test("axisTicks() has other multiples than 2 and 5 in less than a decade, if they fit", () => {
  assertEquals(axisTicks("log", [1.5, 6], 6), [2, 3, 4, 5, 6]);
  assertEquals(axisTicks("log", [1.5, 9], 4), [2, 3, 5, 7]);
  assertEquals(axisTicks("log", [1.5, 9], 1), [2, 5]);
  assertEquals(axisTicks("log", [1, 20], 6), [1, 2, 5, 10, 20]);
});

Deno.test("makeScale() maps the domain to the range", () => {
  const x = makeScale("linear", [0, 10], [100, 200]);
  assertEquals([x.at(0), x.at(5), x.at(10)], [100, 150, 200]);
  const y = makeScale("log", [1e-4, 1], [300, 100]);
  assertAlmostEquals(y.at(1e-2), 200);
});
