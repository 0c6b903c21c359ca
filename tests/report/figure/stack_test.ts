import { assertEquals } from "@std/assert";
import { chartData } from "../../../src/report/figure/data.ts";
import { stackBars } from "../../../src/report/figure/stack.ts";
import { chartOf, tableOf } from "./sample_charts.ts";

const bar = { mark: "bar", table: "t", x: "n", y: "c", series: "s" } as const;
const chart = chartOf([bar], {
  y: { label: "c", scale: "category", categories: ["a", "b"] },
  series: ["one", "two"],
  facet: "f",
});

Deno.test("parts of a bar follow each other in the order of the series, in each facet alone", () => {
  const rows = [
    ["p", "a", "two", 3],
    ["p", "a", "one", 1],
    ["p", "b", "two", 5],
    ["q", "a", "two", 7],
    ["q", "b", "one", null],
    ["q", "b", "two", 2],
  ];
  const traces = stackBars(chartData(chart, [tableOf("f c s n", rows)]));
  const ends = traces.flatMap(({ facet, series, spots }) =>
    spots.map(({ y, low, high }) => [facet, series, y, low, high])
  );
  assertEquals(ends, [
    ["p", 0, 0, 0, 1],
    ["q", 0, 1, 0, 0],
    ["p", 1, 0, 1, 4],
    ["p", 1, 1, 0, 5],
    ["q", 1, 0, 0, 7],
    ["q", 1, 1, 0, 2],
  ]);
});
