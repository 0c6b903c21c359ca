import { assert, assertEquals } from "@std/assert";
import type { IntervalLayer } from "../../../../src/result/figure.ts";
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

/** The lines of intervals: from, to, height. */
function lines(path: string | null | undefined): number[][] {
  return [...(path ?? "").matchAll(/M([-\d.]+),([-\d.]+)H([-\d.]+)/g)]
    .map(([, from, at, to]) => [Number(from), Number(to), Number(at)]);
}

Deno.test("an interval goes from its low to its high end, with a symbol at its value", () => {
  const svg = draw(chart, [table]);
  const at = xScale(svg, "2", "8");
  const path = svg.querySelector(".mark-interval.series-1")?.getAttribute("d");
  const [[from = NaN, to = NaN, height = NaN] = []] = lines(path);
  // Coordinates are written with one decimal.
  assertPixel(from, at(1));
  assertPixel(to, at(3));
  const [symbol] = all(svg, ".mark-estimate.series-1 circle");
  assertPixel(numberOf(symbol, "cx"), at(2));
  assertPixel(numberOf(symbol, "cy"), height);
  assertEquals(path?.match(/v7/g)?.length, 2);
  assertEquals(texts(svg, ".category"), ["RNN", "GRU"]);
  assertEquals(texts(svg, ".legend"), ["depth", "flat", "deep"]);
});

Deno.test("without ends there is the symbol alone, and without a value nothing", () => {
  const svg = draw(chart, [table]);
  assertEquals(all(svg, ".mark-estimate.series-1 circle").length, 2);
  assertEquals(lines(svg.querySelector(".mark-interval.series-1")?.getAttribute("d")).length, 1);
  assertEquals(all(svg, ".mark-estimate.series-2 > *").length, 1);
  assertEquals(lines(svg.querySelector(".mark-interval.series-2")?.getAttribute("d")).length, 1);
});

Deno.test("series of a row lie below each other in the figure's order, rows in the axis's", () => {
  for (const width of [720, 350]) {
    const svg = draw(chart, [table], width);
    const flat = lines(svg.querySelector(".mark-interval.series-1")?.getAttribute("d"))[0]?.[2];
    const deep = lines(svg.querySelector(".mark-interval.series-2")?.getAttribute("d"))[0]?.[2];
    assert(flat !== undefined && deep !== undefined && deep - flat >= 12);
    const names = all(svg, ".category").map((name) => numberOf(name, "y"));
    const second = numberOf(all(svg, ".mark-estimate.series-1 circle")[1], "cy");
    assert((names[1] ?? NaN) > (names[0] ?? NaN) && second > deep);
  }
});

Deno.test("what lies outside an explicit domain is cut off there, and has no end", () => {
  const x = { label: "x", scale: "linear", domain: [2, 3.5] } as const;
  const svg = draw({ ...chart, x }, [table]);
  const at = xScale(svg, "2.0", "3.0");
  const first = svg.querySelector(".mark-interval.series-1")?.getAttribute("d");
  const second = svg.querySelector(".mark-interval.series-2")?.getAttribute("d");
  assertPixel(lines(first)[0]?.[0], at(2));
  assertPixel(lines(second)[0]?.[1], at(3.5));
  assertEquals([first, second].map((path) => path?.match(/v7/g)?.length), [1, 1]);
  assertEquals(all(svg, ".mark-estimate.series-1 > *").length, 1);
  assertEquals(all(svg, ".mark-estimate.series-2 > *").length, 0);
});

Deno.test("on a log axis an end that is not positive reaches to the edge", () => {
  const x = { label: "x", scale: "log", domain: [1, 100] } as const;
  const cells = [["RNN", "flat", 10, -1, 30], ["GRU", "flat", 0, 0, 10]];
  const svg = draw({ ...chart, x }, [tableOf("cell depth mean low high", cells)]);
  const path = svg.querySelector(".mark-interval.series-1")?.getAttribute("d");
  assertEquals(lines(path).length, 1);
  assertPixel(lines(path)[0]?.[0], xScale(svg, "1", "100")(1));
  assertEquals(path?.match(/v7/g)?.length, 1);
  assertEquals(/NaN|Infinity/.test(svg.outerHTML), false);
});

Deno.test("rules stand in rows, and their labels above them", () => {
  const rule = { mark: "rule", axis: "x", value: 5, label: "five" } as const;
  for (const width of [720, 350]) {
    const svg = draw({ ...chart, layers: [layer, rule] }, [table], width);
    const [, x, from, to] = /M([\d.]+),([\d.]+)V([\d.]+)/
      .exec(svg.querySelector(".mark-rule")?.getAttribute("d") ?? "") ?? [];
    assertPixel(Number(x), xScale(svg, "2", "8")(5));
    const label = numberOf(svg.querySelector(".mark-label"), "y");
    const symbols = all(svg, ".mark-estimate circle").map((symbol) => numberOf(symbol, "cy"));
    assert(Number(from) < label && label < Math.min(...symbols) - 12);
    assert(Math.max(...symbols) < Number(to));
  }
});

Deno.test("names are written once for each row of panels", () => {
  const facets = tableOf(
    "task cell depth mean low high",
    ["a", "b", "c"].flatMap((task) => rows.map((row) => [task, ...row])),
  );
  const names = (width: number) =>
    texts(draw({ ...chart, facet: "task" }, [facets], width), ".category").length;
  assertEquals([names(720), names(350)], [2, 6]);
});

Deno.test("a panel without a value says so, away from the names", () => {
  for (const width of [720, 350]) {
    const svg = draw(chart, [tableOf("cell depth mean low high", [])], width);
    assertEquals(texts(svg).filter((text) => text === "no values").length, 1);
    assertEquals(texts(svg, ".category"), ["RNN", "GRU"]);
  }
});
