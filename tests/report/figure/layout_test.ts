import { assertEquals } from "@std/assert";
import { gridColumns } from "../../../src/report/figure/layout.ts";
import { chartOf } from "./sample_charts.ts";

Deno.test("gridColumns() fills the grid if possible", () => {
  const columns = (narrow: boolean) =>
    [1, 2, 3, 4, 5, 6, 8, 9].map((facets) => gridColumns(chartOf([]), facets, narrow));
  assertEquals(columns(false), [1, 2, 3, 2, 3, 3, 2, 3]);
  assertEquals(columns(true), [1, 1, 1, 2, 2, 2, 2, 2]);
});

Deno.test("gridColumns() is 1 for a category axis on a narrow screen", () => {
  const rows = chartOf([], { y: { label: "c", scale: "category", categories: ["a"] } });
  assertEquals([1, 4, 8].map((facets) => gridColumns(rows, facets, true)), [1, 1, 1]);
});
