import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreaterOrEqual,
  assertThrows,
} from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import {
  levelFill,
  levelOf,
  levels,
  negativeMark,
  shadeFill,
} from "../../../../src/report/figure/colour_scale.ts";
import { baseColours, seriesColours } from "../../../../src/report/figure/svg/palette.ts";
import { contrast } from "../../contrast.ts";
import { all, assertPixel, draw, numberOf, texts } from "../drawing.ts";
import { tolerance } from "../../../tolerance.ts";
import { chartOf, sampleCharts, sampleTables, tableOf } from "../sample_charts.ts";

const cell = { mark: "cell", table: "t", x: "x", y: "y", value: "v" } as const;
const colour = { label: "state", unit: "mV", limit: 2 } as const;
const chart = chartOf([cell], { colour });
const names = "x y v";

Deno.test("levelOf() is the share of the limit, with the sign of the value", () => {
  assertEquals([2, 1, -1, -2, 5, -5, 0].map((value) => levelOf(value, 2)), [
    levels,
    levels / 2,
    -levels / 2,
    -levels,
    levels,
    -levels,
    0,
  ]);
  const [full, half] = [levelFill(levels), levelFill(-levels / 2)];
  assertEquals([full.fill, half.fill], ["var(--s1)", "var(--s2)"]);
  assertAlmostEquals(Number(full["fill-opacity"]), 2 * Number(half["fill-opacity"]));
});

Deno.test("cell draws a path for each level and sign", () => {
  const rows = [[0, 0, 2], [1, 0, 9], [2, 0, 1], [0, 1, -2], [1, 1, null], [2, 1, 0], [3, 1, -1]];
  const svg = draw(chart, [tableOf(names, rows)]);
  const counts = all(svg, ".mark-cell > path:not(.negative)").map((path) => [
    path.getAttribute("class"),
    path.getAttribute("d")?.match(/z/g)?.length,
  ]);
  assertEquals(counts, [
    ["level-below-12", 1],
    ["level-below-6", 1],
    ["level-above-6", 1],
    ["level-above-12", 2],
  ]);
  assertEquals(svg.querySelector(".negative")?.getAttribute("d")?.match(/M/g)?.length, 2);
});

Deno.test("cell draws half a unit around each position, and the axes end at the cells", () => {
  const svg = draw(chart, [tableOf(names, [[3, 7, 2], [4, 7, 2], [3, 8, 2], [4, 8, -2]])]);
  const squares = all(svg, ".mark-cell > path:not(.negative)").flatMap((path) =>
    [...(path.getAttribute("d") ?? "").matchAll(/M(\d+),(\d+)h(\d+)v(\d+)h-\d+z/g)]
      .map((match) => match.slice(1).map(Number))
  );
  assertEquals(squares.length, 4);
  const [last = [], lower = [], right = [], upper = []] = squares;
  // The first path is the negative cell at (4, 8). In the chart, y increases upwards.
  assertEquals([last[0], last[1]], [right[0], upper[1]]);
  assertEquals([lower[0], lower[1]], [upper[0], right[1]]);
  assertEquals((lower[0] ?? NaN) + (lower[2] ?? NaN), right[0]);
  assertEquals((upper[1] ?? NaN) + (upper[3] ?? NaN), lower[1]);
  const edge = all(svg, `rect[fill="none"]`).at(-1);
  assertPixel(numberOf(edge, "width"), (last[2] ?? NaN) + (upper[2] ?? NaN), tolerance.cells);
  assertEquals(texts(svg, "text[transform]"), ["3", "4", "7", "8"]);
});

Deno.test("drawColourBar() has a label, a unit, ends and the strokes of negative values", () => {
  for (const width of [720, 350]) {
    const svg = draw(chart, [tableOf(names, [[0, 0, -1]])], width);
    assertEquals(texts(svg, ".colour-label"), ["state (mV)"]);
    assertEquals(texts(svg, ".colour-tick"), ["−2", "0", "2"]);
    const boxes = all(svg, "rect[fill-opacity]");
    assertEquals(boxes.map((box) => box.getAttribute("fill")), [
      ...Array.from({ length: levels }, () => "var(--s2)"),
      ...Array.from({ length: levels }, () => "var(--s1)"),
    ]);
    const [from, to] = [numberOf(boxes[0], "x"), numberOf(boxes[levels], "x")];
    const strokes = all(svg, "path").find((path) =>
      path.getAttribute("stroke") === negativeMark.stroke && !path.getAttribute("class")
    );
    const places = [...(strokes?.getAttribute("d") ?? "").matchAll(/M([\d.]+),/g)]
      .map(([, x]) => Number(x));
    assertEquals(places.length, levels);
    assert(places.every((x) => x > from && x < to));
  }
});

Deno.test("colourLimit() is the limit of the chart, or else the largest magnitude of all facets", () => {
  const rows = [["a", 0, 0, 1], ["b", 0, 0, -4], ["b", 1, 0, 2]];
  const facets = chartOf([cell], { colour: { label: "state" }, facet: "f" });
  const svg = draw(facets, [tableOf("f x y v", rows)]);
  assertEquals(texts(svg, ".colour-tick"), ["−4", "0", "4"]);
  const found = all(svg, ".mark-cell > path:not(.negative)").map((path) =>
    path.getAttribute("class")
  );
  assertEquals(found, ["level-above-3", "level-below-12", "level-above-6"]);
});

Deno.test("negativeMark is visible on every level in both schemes", () => {
  for (const scheme of ["light", "dark"] as const) {
    const base = (name: string) =>
      [...baseColours, ...seriesColours].find(({ variable }) => variable === name)?.[scheme] ?? "";
    for (let level = 0; level <= levels; level++) {
      const opacity = Number(levelFill(-level)["fill-opacity"]);
      const under = mixed(base("--s2"), base("--bg"), opacity);
      const mark = mixed(base("--ink"), under, negativeMark["stroke-opacity"]);
      assertGreaterOrEqual(contrast(mark, under), 3, `${scheme}, level ${level}`);
    }
  }
});

Deno.test("shadeFill() leaves text a contrast of 4.5 : 1 on every level in both schemes", () => {
  for (const scheme of ["light", "dark"] as const) {
    const base = (name: string) =>
      [...baseColours, ...seriesColours].find(({ variable }) => variable === name)?.[scheme] ?? "";
    for (let level = 0; level <= levels; level++) {
      const under = mixed(base("--s1"), base("--bg"), Number(shadeFill(level)["fill-opacity"]));
      assertGreaterOrEqual(contrast(base("--ink"), under), 4.5, `${scheme}, level ${level}`);
    }
  }
});

/** A colour of this opacity over another. */
function mixed(over: string, under: string, opacity: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [over, under].map((colour) => parseInt(colour.slice(at, at + 2), 16));
    return Math.round(opacity * (a ?? 0) + (1 - opacity) * (b ?? 0));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

Deno.test("cell draws four maps of 400 cells in two rows, in less than 60 kB", () => {
  const sample = sampleCharts.find(({ id }) => id === "heat-maps");
  assert(sample);
  for (const width of [720, 350]) {
    const svg = draw(sample, sampleTables, width);
    const places = all(svg, ".facet").map((title) => numberOf(title, "x"));
    assertEquals(new Set(places).size, 2);
    assert(svg.outerHTML.length < 60_000);
  }
});

Deno.test("cell leaves out cells outside the domain, and cuts cells at its ends", () => {
  const x = { label: "x", scale: "linear", domain: [0, 2] } as const;
  const rows = [[0, 0, 1], [1, 0, 1], [5, 0, 1]];
  const svg = draw({ ...chart, x }, [tableOf(names, rows)]);
  const widths = [...svg.outerHTML.matchAll(/h(\d+)v\d+h-\d+z/g)].map(([, width]) => Number(width));
  assertEquals(widths.length, 2);
  assertPixel(widths[0], (widths[1] ?? NaN) / 2, tolerance.cells);
});

Deno.test("cell requires integers, linear axes and colour", () => {
  const between = tableOf(names, [[0, 0.5, 1]]);
  assertThrows(
    () => draw(chart, [between]),
    InputError,
    "column y of table t, drawn in figure f, must be an integer up to a million, found 0.5",
  );
  const table = tableOf(names, [[1, 1, 1]]);
  assertThrows(
    () => draw(chartOf([cell]), [table]),
    InputError,
    "colour of figure f must be given",
  );
  const y = { label: "y", scale: "log" } as const;
  assertThrows(() => draw({ ...chart, y }, [table]), InputError, "must be linear for a cell");
});
