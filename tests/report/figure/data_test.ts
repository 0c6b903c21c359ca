import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Chart, LineLayer } from "../../../src/core/figure.ts";
import type { Table } from "../../../src/core/result.ts";
import { chartData, facetsOf } from "../../../src/report/figure/data.ts";

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

Deno.test("rows are parted by series in the figure's order; gaps are NaN", () => {
  const traces = chartData(chart({}), [table]);
  assertEquals(traces.map((trace) => trace.series), [0, 1]);
  assertEquals(traces[0]?.spots, [{ x: 3, y: NaN, high: NaN }, { x: 5, y: NaN, high: NaN }]);
  assertEquals(traces[1]?.spots.map((spot) => spot.y), [2, 4]);
});

Deno.test("rows are parted by facet, too; a table without the column is in every facet", () => {
  const faceted = chartData(chart({}, { facet: "task" }), [table]);
  assertEquals(faceted.map(({ series, facet }) => [series, facet]), [[0, "q"], [0, "p"], [1, "p"]]);
  assertEquals(facetsOf(faceted), ["q", "p"]);
  const shared = chartData(chart({}, { facet: "other" }), [table]);
  assertEquals(facetsOf(shared), [null]);
});

Deno.test("what the tables do not have is named", () => {
  const failures: readonly (readonly [Chart, string])[] = [
    [chart({ table: "u" }), 'the table of figure f, layer 1 (line) must be a table (t), found "u"'],
    [
      chart({ y: "z" }),
      'a column of figure f, layer 1 (line) must be a column of table t (cell, task, x, y), found "z"',
    ],
    [chart({ series: "task" }), 'must be a series (a, b, c), found "p"'],
    [chart({ y: "task" }), 'column task of table t must be numbers or null, found "p"'],
    [chart({}, { series: [] }), "must be a series, of which there are none"],
  ];
  for (const [figure, message] of failures) {
    assertThrows(() => chartData(figure, [table]), InputError, message);
  }
});
