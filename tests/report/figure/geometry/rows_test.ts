import { assert, assertAlmostEquals, assertEquals, assertLessOrEqual } from "@std/assert";
import type { Chart } from "../../../../src/result/figure.ts";
import { chartData } from "../../../../src/report/figure/data.ts";
import { chartRows } from "../../../../src/report/figure/layout.ts";
import { nameSize, rowPlace, type Rows } from "../../../../src/report/figure/geometry/rows.ts";
import { textWidth } from "../../../../src/report/figure/svg/text.ts";
import { chartOf, tableOf } from "../sample_charts.ts";

function rowsOf(categories: readonly string[], series: readonly string[], width: number): Rows {
  const chart: Chart = chartOf(
    [{ mark: "interval", table: "t", x: "v", low: "v", high: "v", y: "c", series: "s" }],
    { y: { label: "c", scale: "category", categories }, series },
  );
  const cells = categories.flatMap((c) => series.map((s) => [c, s, 1]));
  const rows = chartRows(
    chart,
    chartData(chart, [tableOf("c s v", cells)]),
    width < 500,
    width,
  );
  assert(rows);
  return rows;
}

Deno.test("chartRows() puts short names beside their rows, and long names above them on a narrow screen", () => {
  const short = rowsOf(["RNN", "GRU"], ["a"], 350);
  assertEquals([short.above, short.free], [false, short.height]);
  const names = ["RNN", "GRU with its reset after the product"];
  const long = rowsOf(names, ["a"], 350);
  assertEquals([long.above, long.left], [true, 0]);
  assert(long.height >= long.free + 16);
  assertEquals(rowsOf(names, ["a"], 720).above, false);
});

Deno.test("chartRows() keeps names of 25 characters, and wraps or cuts longer names", () => {
  const name = "bidirectional_lstm_layers";
  for (const width of [720, 350]) assertEquals(rowsOf([name], ["a"], width).names, [[name]]);
  const sentence = "an LSTM whose forget gates start with a bias of one and more";
  const { names: [wrapped = []], left } = rowsOf([sentence], ["a"], 720);
  assertEquals(wrapped.join(" "), sentence);
  assert(wrapped.length > 1);
  for (const line of wrapped) assertLessOrEqual(textWidth(line, nameSize), left);
  const [[cut = ""] = []] = rowsOf(["x".repeat(80)], ["a"], 350).names;
  assert(cut.endsWith("…"));
});

Deno.test("rowPlace() puts the series of a row below each other about its middle", () => {
  const rows = rowsOf(["RNN", "GRU"], ["a", "b", "c"], 720);
  const at = [0, 1, 2].map((series) => rowPlace(rows, 1, series));
  const [first = NaN, second = NaN, third = NaN] = at;
  assertAlmostEquals(second, 1);
  assertAlmostEquals(second - first, third - second);
  assert((second - first) * rows.height >= 12);
  assert((third - first) * rows.height < rows.height - 12);
  assertAlmostEquals(rowPlace(rows, 1), 1);
});

Deno.test("rowPlace() puts marks in the part of a row below its name", () => {
  const rows = rowsOf(["a name that is too long to stand beside"], ["a"], 350);
  const middle = (rowPlace(rows, 0, 0) + 0.5) * rows.height;
  assertAlmostEquals(middle, rows.height - rows.free / 2);
});

Deno.test("chartRows() is null for an axis of numbers", () => {
  assertEquals(chartRows(chartOf([]), [], false, 720), null);
});
