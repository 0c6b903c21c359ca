import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Chart, Figure } from "../../../src/result/figure.ts";
import type { LineLayer } from "../../../src/result/marks.ts";
import type { Table } from "../../../src/result/result.ts";
import { openCanvas, type SvgElement } from "../../../src/report/figure/svg/canvas.ts";
import { sampleResult } from "../sample_result.ts";
import { draw, texts } from "./drawing.ts";
import { chartOf, sampleCharts, sampleTables, tableOf } from "./sample_charts.ts";
import { sampleFigures, sampleFigureTables } from "./sample_figures.ts";
import { droppedNote, inlineFigure, standaloneFigure } from "../../../src/report/figure/render.ts";
import { parseHtml, parseSvg } from "../dom.ts";
import { hostile } from "../hostile.ts";
import { renderSite } from "../../../src/report/site.ts";
import { sampleManifest } from "../sample_manifest.ts";

const sampled = sampleResult();
const figures: readonly Figure[] = [...sampled.figures, ...sampleCharts, ...sampleFigures];
const tables = [...sampled.tables, ...sampleTables, ...sampleFigureTables];

function sample(id: string): Figure {
  const figure = figures.find((candidate) => candidate.id === id);
  assert(figure);
  return figure;
}

function render(figure: Figure, own: readonly Table[] = tables, width = 720): SvgElement {
  return draw(figure, own, width);
}

function table(rows: Table["rows"], names: readonly string[] = ["x", "y"]): Table {
  return { id: "t", title: "T", columns: names.map((name) => ({ name, label: name })), rows };
}

const line: LineLayer = { mark: "line", table: "t", x: "x", y: "y", role: "measured" };

Deno.test("renderFigure() draws a line, a band, a dashed theory and different symbols for each series", () => {
  const svg = render(sample("gradient-decay"));
  const shapes = new Set<string>();
  for (const n of [1, 2, 3, 4]) {
    const path = svg.querySelector(`.mark-measured.series-${n} path`);
    assertMatch(path?.getAttribute("d") ?? "", /^M/);
    assert(svg.querySelector(`.mark-band.series-${n} path`));
    const theory = svg.querySelector(`.mark-theory.series-${n}`);
    assertEquals(theory?.getAttribute("stroke-dasharray"), "5 4");
    assertEquals(theory?.getAttribute("stroke"), `var(--s${n})`);
    const symbols = svg.querySelectorAll(`.mark-symbol.series-${n} > *`);
    assert(symbols.length >= 5 && symbols.length <= 25);
    shapes.add(symbols[0]?.getAttribute("d") ?? "circle");
  }
  assertEquals(shapes.size, 4);
});

Deno.test("renderFigure() writes the legend, the titles of axes, rules and log ticks", () => {
  const all = texts(render(sample("gradient-decay")));
  for (const text of ["gain of Whh", "0.5", "1.5", "gk", "lag k (steps)", "10⁰", "10⁻⁶"]) {
    assert(all.includes(text), text);
  }
  assert(all.includes("relative norm of the gradient"));
  assert(all.includes("resolution of 32-bit floats"));
});

Deno.test("renderFigure() draws facets as small multiples with titles and one legend", () => {
  const svg = render(sample("accuracy"));
  assertEquals(texts(svg, ".facet"), ["copy", "adding", "pattern"]);
  assertEquals(texts(svg, ".legend"), ["RNN", "LSTM", "GRU"]);
  assertEquals(svg.querySelectorAll(".mark-measured.series-1").length, 3);
  assertEquals(svg.querySelectorAll(".mark-rule").length, 3);
});

Deno.test("renderFigure() draws round circles at equal aspect", () => {
  const svg = render(sample("eigenvalues"));
  const circles = [...svg.querySelectorAll("ellipse")];
  assertEquals(circles.length, 2);
  for (const circle of circles) assertEquals(circle.getAttribute("rx"), circle.getAttribute("ry"));
  assertEquals(svg.querySelectorAll(".mark-point.series-1 > *").length, 64);
});

Deno.test("renderFigure() fits the width, with text of at least 12 pixels", () => {
  for (const figure of figures) {
    for (const width of [720, 350]) {
      const svg = render(figure, tables, width);
      assert(Number(svg.getAttribute("width")) <= width);
      for (const entry of svg.querySelectorAll("[font-size]")) {
        const size = entry.getAttribute("font-size") ?? "";
        assert(size === "75%" || Number(size) >= 12, `${figure.id}: ${size}`);
      }
    }
  }
});

Deno.test("renderFigure() removes the styles and labels of Plot, and adds the prefix to ids", () => {
  for (const figure of figures) {
    const svg = render(figure);
    assertEquals(svg.querySelectorAll("style, [style], [aria-label], [aria-hidden]").length, 0);
    const ids = [...svg.querySelectorAll("[id]")].map((entry) => entry.id);
    assert(ids.every((id) => id.startsWith("p-")));
    for (const [, id] of svg.outerHTML.matchAll(/url\(#([^)]*)\)/g)) assert(ids.includes(id ?? ""));
    assertEquals(/NaN|undefined|Infinity/.test(svg.outerHTML), false);
    assertEquals(svg.outerHTML, render(figure).outerHTML);
  }
});

Deno.test("line has gaps at nulls, and symbols at points without neighbours", () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i, [12, 14, 20].includes(i) ? null : i]);
  const svg = render(chartOf([line]), [table(rows)]);
  const path = svg.querySelector(".mark-measured path")?.getAttribute("d") ?? "";
  assertEquals(path.match(/M/g)?.length, 4);
  // Every fourth from 2 on, without 14, which has no value, and with 13, which has no neighbours.
  assertEquals(svg.querySelectorAll(".mark-symbol circle").length, 10);
});

Deno.test("line has gaps at values that are not positive on a log axis", () => {
  const rows = [[0, 1], [1, 0.1], [2, 0], [3, 0.01], [4, -1], [5, 0.001]];
  const log = chartOf([line], { y: { label: "y", scale: "log" } });
  const path = render(log, [table(rows)]).querySelector(".mark-measured path");
  assertEquals(path?.getAttribute("d")?.match(/M/g)?.length, 3);
});

Deno.test("renderFigure() draws finite numbers for few, no and extreme data", () => {
  const eight = Array.from({ length: 8 }, (_, i) => `series ${i}`);
  const rows = eight.flatMap((name, i) => [0, 1, 2].map((x) => [x, x * i, name]));
  const decades = Array.from({ length: 25 }, (_, i) => [i, 10 ** (i / 2 - 12)]);
  const cases: readonly (readonly [string, Chart, Table])[] = [
    ["single point", chartOf([line]), table([[3, 7]])],
    ["empty", chartOf([line]), table([])],
    ["nulls", chartOf([line]), table([[null, null], [1, null]])],
    ["log nulls", chartOf([line], { y: { label: "y", scale: "log" } }), table([[1, null]])],
    ["rule alone", chartOf([{ mark: "rule", axis: "y", value: 2, label: "two" }]), table([])],
    ["eight", chartOf([{ ...line, series: "s" }], { series: eight }), table(rows, ["x", "y", "s"])],
    ["twelve decades", chartOf([line], { y: { label: "y", scale: "log" } }), table(decades)],
    ["huge", chartOf([line]), table([[0, -1e300], [1, 1e300]])],
    ["tiny", chartOf([line]), table([[0, 1e-300], [1, 2e-300]])],
  ];
  for (const [name, chart, own] of cases) {
    for (const width of [720, 350]) {
      const svg = render(chart, [own], width);
      assertEquals(/NaN|undefined|Infinity/.test(svg.outerHTML), false, name);
      assertEquals(
        texts(svg).includes("no values"),
        ["empty", "nulls", "log nulls"].includes(name),
      );
    }
  }
  const [, chart, own] = cases[5] ?? [];
  assert(chart && own);
  assertEquals(texts(render(chart, [own]), ".legend"), eight);
});

Deno.test("renderFigure() keeps the labels of rules inside the drawing", () => {
  const label = "a label that is rather long for the panel in which it has to lie";
  const rules = [0, 5, 10].flatMap((value) =>
    (["x", "y"] as const).map((axis) => ({ mark: "rule" as const, axis, value, label }))
  );
  const svg = render(chartOf([line, ...rules]), [table([[0, 0], [10, 10]])], 350);
  const labels = [...svg.querySelectorAll(".mark-label")];
  assertEquals(labels.length, 6);
  for (const entry of labels) {
    const [x, y] = [Number(entry.getAttribute("x")), Number(entry.getAttribute("y"))];
    assert(x > 0 && x < 350 && y > 0 && y < Number(svg.getAttribute("height")));
  }
});

Deno.test("band draws bands on each other with different opacities, as in the legend", () => {
  const names = ["x", "y", "a", "b", "c", "d", "s"];
  const rows = [[0, 5, 0, 3, 7, 10, "one"], [1, 5, 0, 3, 7, 10, "one"]];
  const band = { mark: "band", table: "t", x: "x", series: "s" } as const;
  const layers: Chart["layers"] = [
    { ...band, low: "a", high: "d" },
    { ...band, low: "b", high: "c" },
    { ...line, series: "s" },
  ];
  const svg = render(chartOf(layers, { series: ["one"] }), [table(rows, names)]);
  const strengths = (selectors: string) =>
    [...svg.querySelectorAll(selectors)].map((entry) => Number(entry.getAttribute("fill-opacity")));
  const [outer = NaN, inner = NaN] = strengths(".mark-band");
  assert(inner > outer);
  assertEquals(strengths("g[fill-opacity]:has(rect)"), [outer, inner]);
});

Deno.test("line has fewer symbols in a narrow panel", () => {
  const rows = Array.from({ length: 500 }, (_, i) => [i, i % 7]);
  const [wide, narrow] = [720, 150].map((width) =>
    render(chartOf([line]), [table(rows)], width).querySelectorAll(".mark-symbol circle").length
  );
  assert(wide !== undefined && narrow !== undefined && 4 <= narrow && narrow < wide && wide <= 12);
});

Deno.test("renderFigure() throws an InputError if a layer does not fit the axes", () => {
  const y = { label: "y", scale: "category", categories: ["a"] } as const;
  assertThrows(
    () => render(chartOf([line], { y }), [table([])]),
    InputError,
    'the y axis of figure f must be of numbers for a line, found "category"',
  );
});

Deno.test("line names the theory in the legend, and is clipped at the domain", () => {
  const y = { label: "y", scale: "linear", domain: [0, 1] } as const;
  const layers = [line, { ...line, role: "theory" } as const];
  const svg = render(chartOf(layers, { y }), [table([[0, 0.5], [1, 3]])]);
  assertEquals(texts(svg, ".legend"), ["measured", "theory"]);
  assert(svg.querySelector("[clip-path] > .mark-theory"));
  assertEquals(svg.querySelectorAll(".mark-symbol circle").length, 1);
});

Deno.test("line names reference lines by their labels, each with its dashes", () => {
  const compared = { ...line, role: "theory" } as const;
  const svg = render(
    chartOf([
      { ...compared, label: "memoryless baseline" },
      { ...compared, label: "bound" },
      { ...compared, label: "bound" },
      compared,
      { ...line, label: "mean of all" },
    ]),
    [table([[0, 0.5], [1, 3]])],
  );
  assertEquals(texts(svg, ".legend"), ["mean of all", "memoryless baseline", "bound", "theory"]);
  const dashes = [...svg.querySelectorAll("g.mark-theory, .mark-theory")].map((one) =>
    one.getAttribute("stroke-dasharray")
  ).filter((one) => one !== null);
  const [baseline, bound, again, plain] = dashes;
  assertEquals(bound, again);
  assertEquals(new Set([baseline, bound, plain]).size, 3);
  const inLegend = [...svg.querySelectorAll("g[stroke-dasharray]:has(line)")].map((one) =>
    one.getAttribute("stroke-dasharray")
  );
  for (const pattern of [baseline, bound, plain]) assert(inLegend.includes(pattern ?? ""));
});

Deno.test("renderFigure() writes the title of a category axis beside the titles of facets if it fits", () => {
  const category = { scale: "category", categories: ["output gate"] } as const;
  const layer = { mark: "interval", table: "t", x: "x", low: "x", high: "x", y: "y" } as const;
  const data = tableOf("x y f", [[1, "output gate", "a"], [2, "output gate", "b"]]);
  const place = (label: string, facet?: string) => {
    const more = facet === undefined ? {} : { facet };
    const svg = render(chartOf([layer], { y: { label, ...category }, ...more }), [data]);
    const y = (selector: string, text: string) =>
      Number(
        [...svg.querySelectorAll(selector)].find((one) => one.textContent === text)
          ?.getAttribute("y"),
      );
    return { title: y(".axis-title", label), facet: facet === undefined ? NaN : y(".facet", "a") };
  };
  const beside = place("gate", "f");
  assertEquals(beside.title, beside.facet);
  const above = place("gate of the network, or what takes its place", "f");
  assert(above.title < above.facet);
  assert(place("gate").title > 0);
});

Deno.test("circle requires linear axes", () => {
  const layers: Chart["layers"] = [{ mark: "circle", radius: 1, label: "c" }];
  const figure = chartOf(layers, { y: { label: "y", scale: "log" } });
  assertThrows(() => render(figure, []), InputError, "the axes of figure f must be linear");
});

const canvas = await openCanvas();

Deno.test("standaloneFigure() is well-formed XML with a title and the colours of both schemes", async () => {
  for (const figure of figures) {
    const text = standaloneFigure(figure, tables, canvas);
    const root = (await parseSvg(text)).documentElement;
    assertEquals(root.namespaceURI, "http://www.w3.org/2000/svg");
    assertEquals(root.getAttribute("role"), "img");
    assertEquals(root.querySelector("title")?.textContent, figure.title);
    assertEquals(root.querySelector("desc")?.textContent, figure.caption);
    const labels = root.getAttribute("aria-labelledby") ?? "";
    assertEquals(root.querySelector("title")?.id, labels);
    const size = [root.getAttribute("width"), root.getAttribute("height")].join(" ");
    assertStringIncludes(root.getAttribute("viewBox") ?? "", size);
    const style = root.querySelector("style")?.textContent ?? "";
    assertStringIncludes(style, "prefers-color-scheme:dark");
    for (const [, variable] of text.matchAll(/var\((--\w+)\)/g)) {
      assert(style.includes(`${variable}:#`), variable);
    }
    assert(text.length < 60_000, `${figure.id} has ${text.length} characters`);
  }
});

Deno.test("standaloneFigure() escapes markup, and replaces characters that XML cannot contain", async () => {
  const figure = figures[1];
  assert(figure?.kind === "chart");
  const words = `${hostile}\u0000\u0007\u00a0\ud800`;
  const axis = { label: words, scale: "linear" } as const;
  const text = standaloneFigure(
    { ...figure, title: words, caption: words, x: axis },
    tables,
    canvas,
  );
  const document = await parseSvg(text);
  assertEquals(document.querySelectorAll("img, script").length, 0);
  assertStringIncludes(document.querySelector("title")?.textContent ?? "", hostile);
});

Deno.test("inlineFigure() has a description, and no fixed colours", () => {
  const figure = figures[1];
  assert(figure);
  const { markup } = inlineFigure({ ...figure, alt: hostile }, tables, canvas, "narrow", "f");
  assert(markup.startsWith('<svg role="img" aria-label="&quot;&gt;&lt;img src=x'));
  assertEquals(/#[0-9a-f]{6}/.test(markup), false);
});

const columns = ["x", "y", "low", "high"].map((name) => ({ name, label: name }));
const positives: Table = {
  id: "t",
  title: "T",
  columns,
  rows: [[0, 1, 0.5, 2], [1, 0, -1, 2], [2, -3, 1, 2], [3, null, null, null], [4, 5, 0, 6]],
};
const layer = { table: "t", x: "x" } as const;
const sampleLine = { mark: "line", ...layer, y: "y", role: "measured" } as const;
const sampleBand = { mark: "band", ...layer, low: "low", high: "high" } as const;

function chartOn(x: "linear" | "log", y: "linear" | "log", layers: Chart["layers"]): Chart {
  const text = { id: "f", title: "F", caption: "A caption.", alt: "A" };
  return {
    kind: "chart",
    ...text,
    x: { label: "x", scale: x },
    y: { label: "y", scale: y },
    layers,
  };
}

function dropped(figure: Chart, tables: readonly Table[] = [positives]): string | undefined {
  return /Not drawn: (\d+ of \d+) rows/.exec(droppedNote(figure, tables) ?? "")?.[1];
}

Deno.test("droppedNote() counts the rows that have no position on a log axis", () => {
  assertEquals(dropped(chartOn("linear", "linear", [sampleLine, sampleBand])), undefined);
  assertEquals(dropped(chartOn("linear", "log", [sampleLine])), "2 of 5");
  assertEquals(dropped(chartOn("log", "linear", [sampleLine])), "1 of 5");
  assertEquals(dropped(chartOn("linear", "log", [sampleBand])), "2 of 5");
  // A row that two layers draw counts once.
  assertEquals(dropped(chartOn("log", "log", [sampleLine, sampleBand])), "4 of 5");
  const other = { ...positives, id: "u", rows: [[1, 0, 1, 1]] };
  const both = chartOn("linear", "log", [sampleLine, { ...sampleLine, table: "u" }]);
  assertEquals(dropped(both, [positives, other]), "3 of 6");
});

Deno.test("droppedNote() is null for gaps, rules and drawings", () => {
  const rows = [[1, 1, 1, 1], [2, null, null, null]];
  const rule = { mark: "rule", axis: "y", value: 1, label: "r" } as const;
  assertEquals(
    droppedNote(chartOn("log", "log", [sampleLine, rule]), [{ ...positives, rows }]),
    null,
  );
  const text = { id: "d", title: "D", caption: "D.", alt: "D" };
  const drawing = { kind: "drawing", drawing: "rnn-unfolding", ...text, options: {} } as const;
  assertEquals(droppedNote(drawing, []), null);
});

Deno.test("renderSite() writes the note of rows that a log axis leaves out", async () => {
  const figure = chartOn("linear", "log", [sampleLine]);
  const note = droppedNote(figure, [positives]);
  assert(note);
  assertStringIncludes(
    standaloneFigure(figure, [positives], await openCanvas()),
    `<desc id="f-desc">A caption. ${note}</desc>`,
  );
  const sample = sampleResult("lstm-gates");
  const result = {
    ...sample,
    tables: [...sample.tables, positives],
    figures: [...sample.figures, figure],
  };
  const site = await renderSite({
    results: [result],
    manifest: sampleManifest(["lstm-gates"]),
    pages: new Map(),
  });
  const page = await parseHtml(site.get("lstm-gates.html") ?? "");
  assertStringIncludes(page.querySelector("#figure-f figcaption .note")?.textContent ?? "", note);
  // The other figures of the sample draw all of their rows.
  assertEquals((site.get("lstm-gates.html") ?? "").split("Not drawn").length, 2);
});
