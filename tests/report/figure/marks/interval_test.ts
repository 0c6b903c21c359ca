import { assert, assertEquals } from "@std/assert";
import type { IntervalLayer } from "../../../../src/result/marks.ts";
import type { SvgElement } from "../../../../src/report/figure/svg/canvas.ts";
import { all, assertPixel, draw, numberOf, texts, xScale } from "../drawing.ts";
import { chartOf, tableOf } from "../sample_charts.ts";

const layer: IntervalLayer = {
  mark: "interval",
  table: "t",
  x: "mean",
  low: "low",
  high: "high",
  y: "cell",
  series: "depth",
};
const y = { label: "cell", scale: "category", categories: ["RNN", "GRU"] } as const;
const rows = [
  ["RNN", "deep", 4, 3, 6],
  ["RNN", "flat", 2, 1, 3],
  ["GRU", "flat", 8, null, null],
  ["GRU", "deep", null, 1, 2],
];
const table = tableOf("cell depth mean low high", rows);
const chart = chartOf([layer], { y, series: ["flat", "deep"], seriesLabel: "depth" });

/** The lines of the intervals of a series: from, to, height. */
function lines(svg: SvgElement, series: number): number[][] {
  return all(svg, `.mark-interval.series-${series} line`)
    .map((line) => ["x1", "x2", "y1"].map((name) => numberOf(line, name)));
}

/** The number of ends of the intervals of a series, each of which is 7 pixels high. */
function endCount(svg: SvgElement, series: number): number {
  const ends = all(svg, `.mark-end.series-${series} line`);
  for (const end of ends) assertPixel(numberOf(end, "y2") - numberOf(end, "y1"), 7);
  return ends.length;
}

Deno.test("interval draws a line from low to high with a symbol at the value", () => {
  const svg = draw(chart, [table]);
  const at = xScale(svg, "2", "8");
  const [[from = NaN, to = NaN, height = NaN] = []] = lines(svg, 1);
  // Coordinates are written with one decimal.
  assertPixel(from, at(1));
  assertPixel(to, at(3));
  const [symbol] = all(svg, ".mark-estimate.series-1 circle");
  assertPixel(numberOf(symbol, "cx"), at(2));
  assertPixel(numberOf(symbol, "cy"), height);
  assertEquals(endCount(svg, 1), 2);
  assertEquals(texts(svg, ".category"), ["RNN", "GRU"]);
  assertEquals(texts(svg, ".legend"), ["depth", "flat", "deep"]);
});

Deno.test("interval draws only the symbol if the ends are missing, and nothing if the value is", () => {
  const svg = draw(chart, [table]);
  assertEquals(all(svg, ".mark-estimate.series-1 circle").length, 2);
  assertEquals(lines(svg, 1).length, 1);
  assertEquals(all(svg, ".mark-estimate.series-2 > *").length, 1);
  assertEquals(lines(svg, 2).length, 1);
});

Deno.test("interval draws rows in the order of the axis, and series in the order of the figure", () => {
  for (const width of [720, 350]) {
    const svg = draw(chart, [table], width);
    const flat = lines(svg, 1)[0]?.[2];
    const deep = lines(svg, 2)[0]?.[2];
    assert(flat !== undefined && deep !== undefined && deep - flat >= 12);
    const names = all(svg, ".category").map((name) => numberOf(name, "y"));
    const second = numberOf(all(svg, ".mark-estimate.series-1 circle")[1], "cy");
    assert((names[1] ?? NaN) > (names[0] ?? NaN) && second > deep);
  }
});

Deno.test("interval cuts lines at the domain, and draws no end there", () => {
  const x = { label: "x", scale: "linear", domain: [2, 3.5] } as const;
  const svg = draw({ ...chart, x }, [table]);
  const at = xScale(svg, "2.0", "3.0");
  assertPixel(lines(svg, 1)[0]?.[0], at(2));
  assertPixel(lines(svg, 2)[0]?.[1], at(3.5));
  assertEquals([1, 2].map((series) => endCount(svg, series)), [1, 1]);
  assertEquals(all(svg, ".mark-estimate.series-1 > *").length, 1);
  assertEquals(all(svg, ".mark-estimate.series-2 > *").length, 0);
});

Deno.test("interval draws to the edge of a log axis if an end is not positive", () => {
  const x = { label: "x", scale: "log", domain: [1, 100] } as const;
  const cells = [["RNN", "flat", 10, -1, 30], ["GRU", "flat", 0, 0, 10]];
  const svg = draw({ ...chart, x }, [tableOf("cell depth mean low high", cells)]);
  assertEquals(lines(svg, 1).length, 1);
  assertPixel(lines(svg, 1)[0]?.[0], xScale(svg, "1", "100")(1));
  assertEquals(endCount(svg, 1), 1);
  assertEquals(/NaN|Infinity/.test(svg.outerHTML), false);
});

Deno.test("rule crosses rows from its label above them", () => {
  const rule = { mark: "rule", axis: "x", value: 5, label: "five" } as const;
  for (const width of [720, 350]) {
    const svg = draw({ ...chart, layers: [layer, rule] }, [table], width);
    const [x, from = NaN, to = NaN] = ["x1", "y1", "y2"].map((name) =>
      numberOf(svg.querySelector(".mark-rule line"), name)
    );
    assertPixel(x, xScale(svg, "2", "8")(5));
    const label = numberOf(svg.querySelector(".mark-label"), "y");
    const symbols = all(svg, ".mark-estimate circle").map((symbol) => numberOf(symbol, "cy"));
    assert(from < label && label < Math.min(...symbols) - 12);
    assert(Math.max(...symbols) < to);
  }
});

Deno.test("renderFigure() writes the names of categories once for each row of panels", () => {
  const facets = tableOf(
    "task cell depth mean low high",
    ["a", "b", "c"].flatMap((task) => rows.map((row) => [task, ...row])),
  );
  const names = (width: number) =>
    texts(draw({ ...chart, facet: "task" }, [facets], width), ".category").length;
  assertEquals([names(720), names(350)], [2, 6]);
});

Deno.test('renderFigure() writes "no values" in a panel of rows without data', () => {
  for (const width of [720, 350]) {
    const svg = draw(chart, [tableOf("cell depth mean low high", [])], width);
    assertEquals(texts(svg).filter((text) => text === "no values").length, 1);
    assertEquals(texts(svg, ".category"), ["RNN", "GRU"]);
  }
});
