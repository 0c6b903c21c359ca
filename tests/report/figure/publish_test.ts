import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openCanvas } from "../../../src/report/figure/canvas.ts";
import { inlineFigure, standaloneFigure } from "../../../src/report/figure/publish.ts";
import { parseSvg } from "../dom.ts";
import { hostile } from "../hostile.ts";
import { sampleResult } from "../sample_result.ts";
import { sampleCharts, sampleTables } from "./sample_charts.ts";

const canvas = await openCanvas();
const sampled = sampleResult();
const figures = [...sampled.figures, ...sampleCharts];
const tables = [...sampled.tables, ...sampleTables];

Deno.test("a file is well-formed, named, and brings its colours for both schemes", async () => {
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

Deno.test("characters that XML cannot hold, and markup, do no harm", async () => {
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

Deno.test("a drawing in a page has its description and no colours of its own", () => {
  const figure = figures[1];
  assert(figure);
  const { markup } = inlineFigure({ ...figure, alt: hostile }, tables, canvas, "narrow", "f");
  assert(markup.startsWith('<svg role="img" aria-label="&quot;&gt;&lt;img src=x'));
  assertEquals(/#[0-9a-f]{6}/.test(markup), false);
});
