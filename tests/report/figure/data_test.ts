import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Chart } from "../../../src/result/figure.ts";
import type { LineLayer } from "../../../src/result/marks.ts";
import type { Table } from "../../../src/result/result.ts";
import { chartData, facetsOf } from "../../../src/report/figure/data.ts";
import { chartOf, tableOf } from "./sample_charts.ts";

const names = ["cell", "task", "x", "y"];
const table: Table = {
  id: "t",
  title: "T",
  columns: names.map((name) => ({ name, label: name })),
  rows: [["b", "p", 1, 2], ["a", "q", 3, null], ["a", "p", 5, -1], ["b", "p", 2, 4]],
};

function chart(layer: Partial<LineLayer>, more: Partial<Chart> = {}): Chart {
  const line = {
    mark: "line",
    table: "t",
    x: "x",
    y: "y",
    series: "cell",
    role: "measured",
  } as const;
  return {
    kind: "chart",
    id: "f",
    title: "F",
    caption: "C",
    alt: "A",
    x: { label: "x", scale: "linear" },
    y: { label: "y", scale: "log" },
    series: ["a", "b", "c"],
    layers: [{ ...line, ...layer }],
    ...more,
  };
}

Deno.test("chartData() groups rows by series in the order of the figure, with NaN for gaps", () => {
  const traces = chartData(chart({}), [table]);
  assertEquals(traces.map((trace) => trace.series), [0, 1]);
  const gap = { y: NaN, low: NaN, high: NaN, value: NaN };
  assertEquals(traces[0]?.spots, [{ x: 3, ...gap }, { x: 5, ...gap }]);
  assertEquals(traces[1]?.spots.map((spot) => spot.y), [2, 4]);
});

Deno.test("chartData() groups rows by facet, and a table without the column is in every facet", () => {
  const faceted = chartData(chart({}, { facet: "task" }), [table]);
  assertEquals(faceted.map(({ series, facet }) => [series, facet]), [[0, "q"], [0, "p"], [1, "p"]]);
  assertEquals(facetsOf(faceted), ["q", "p"]);
  const shared = chartData(chart({}, { facet: "other" }), [table]);
  assertEquals(facetsOf(shared), [null]);
});

Deno.test("chartData() reads the index of a category, ends of intervals and values of cells", () => {
  const rows = {
    ...table,
    id: "r",
    columns: ["place", "x", "low", "high"].map((name) => ({ name, label: name })),
    rows: [["down", 1, -1, 3], ["up", 0, null, null]],
  };
  const y = { label: "place", scale: "category", categories: ["up", "down"] } as const;
  const interval = { mark: "interval", table: "r", x: "x", low: "low", high: "high" } as const;
  const categories = chart({}, { y, layers: [{ ...interval, y: "place" }] });
  assertEquals(chartData(categories, [rows])[0]?.spots, [
    { x: 1, y: 1, low: -1, high: 3, value: NaN },
    { x: 0, y: 0, low: NaN, high: NaN, value: NaN },
  ]);
  const cells = chart({}, {
    y: { label: "y", scale: "linear" },
    layers: [{ mark: "cell", table: "r", x: "x", y: "x", value: "high" }],
  });
  assertEquals(chartData(cells, [rows])[0]?.spots.map(({ value }) => value), [3, NaN]);
});

Deno.test("chartData() names a table or column that does not exist, and an invalid cell", () => {
  const failures: readonly (readonly [Chart, string])[] = [
    [chart({ table: "u" }), 'the table of figure f, layer 1 (line) must be a table (t), found "u"'],
    [
      chart({ y: "z" }),
      'a column of figure f, layer 1 (line) must be a column of table t (cell, task, x, y), found "z"',
    ],
    [
      chart({ series: "task" }),
      `column task of table t, drawn in figure f, must be one of the figure's series a, b, c, found "p"`,
    ],
    [
      chart({ y: "task" }),
      'column task of table t, drawn in figure f, must be a number or null, found "p"',
    ],
    [chart({}, { series: [] }), "must be listed in the figure's series, found"],
  ];
  for (const [figure, message] of failures) {
    assertThrows(() => chartData(figure, [table]), InputError, message);
  }
});

const bar = { mark: "bar", table: "t", x: "n", y: "c", series: "s" } as const;
const bars = chartOf([bar], {
  y: { label: "c", scale: "category", categories: ["a", "b"] },
  series: ["one", "two"],
  facet: "f",
});

Deno.test("chartData() stacks the parts of a bar in the order of the series, in each facet", () => {
  const rows = [
    ["p", "a", "two", 3],
    ["p", "a", "one", 1],
    ["p", "b", "two", 5],
    ["q", "a", "two", 7],
    ["q", "b", "one", null],
    ["q", "b", "two", 2],
  ];
  const traces = chartData(bars, [tableOf("f c s n", rows)]);
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
