import { assertEquals, assertThrows } from "@std/assert";
import { estimate } from "../../src/analysis/estimate.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { curveColumns } from "../../src/experiments/curves.ts";
import { intervalCells, intervalLayer } from "../../src/experiments/intervals.ts";

const values = [1, 4, 2, 8, 4];

Deno.test("the cells are those of the estimate, in the order of the columns", () => {
  for (const statistic of ["mean", "geometric-mean", "median"] as const) {
    const found = estimate(values, { statistic, random: new Random(1) });
    const cells = intervalCells(values, { statistic, random: new Random(1) });
    assertEquals(cells, [found.value, found.low, found.high]);
  }
  const names = curveColumns({ label: "y" }).map(({ name }) => name);
  assertEquals(names, ["value", "low", "high"]);
});

Deno.test("few seeds have a value and no interval", () => {
  assertEquals(intervalCells([1, 3], { random: new Random(1) }), [2, null, null]);
});

Deno.test("where the statistic does not exist there is a gap", () => {
  const gap = [null, null, null];
  for (const wrong of [NaN, Infinity]) {
    assertEquals(intervalCells([...values, wrong], { random: new Random(1) }), gap);
  }
  const options = { statistic: "geometric-mean", random: new Random(1) } as const;
  assertEquals(intervalCells([...values, 0], options), gap);
  assertEquals(intervalCells([0, 0], { random: new Random(1) }), [0, null, null]);
});

Deno.test("no values are an error", () => {
  assertThrows(() => intervalCells([], { random: new Random(1) }), InputError, "at least 1 number");
});

Deno.test("a layer names its series where there are several", () => {
  const layer = { mark: "interval", table: "t", x: "value", low: "low", high: "high", y: "gate" };
  assertEquals(intervalLayer("t", "gate"), { ...layer, mark: "interval" });
  assertEquals(intervalLayer("t", "gate", "network").series, "network");
});
