import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import { levels } from "../../../../src/report/figure/colour_scale.ts";
import { openCanvas, type SvgElement } from "../../../../src/report/figure/svg/canvas.ts";
import { standaloneFigure } from "../../../../src/report/figure/render.ts";
import type { Table } from "../../../../src/result/result.ts";
import type { WordStrips } from "../../../../src/result/word_strips.ts";
import { parseSvg } from "../../dom.ts";
import { hostile } from "../../hostile.ts";
import { all, draw, numberOf, texts } from "../drawing.ts";
import { tableOf } from "../sample_charts.ts";
import { sampleComparison, sampleFigureTables, sampleStrips } from "../sample_figures.ts";

const canvas = await openCanvas();

/** The figure and the table of one text. */
function textOf(words: readonly string[], weights: readonly number[]): [WordStrips, Table[]] {
  const rows = words.map((word, i) => ["a", word, weights[i] ?? 0]);
  return [
    { ...sampleStrips, facts: [], table: "t" },
    [tableOf("sentence word weight", rows)],
  ];
}

/** The words with the boxes of their cells, in the order of the text. */
function boxes(svg: SvgElement) {
  return all(svg, ".cells rect").map((rect) => {
    const [x, y] = [numberOf(rect, "x"), numberOf(rect, "y")];
    return { x, y, right: x + numberOf(rect, "width"), bottom: y + numberOf(rect, "height") };
  });
}

Deno.test("drawWordStrips() writes each word with its weight in a cell, and more digits as a title", () => {
  const [figure, tables] = textOf(["not", "so", "bad"], [0.123456, 0.8, 0]);
  const svg = draw(figure, tables);
  assertEquals(texts(svg, ".words text"), ["not", "so", "bad"]);
  assertEquals(texts(svg, ".weights text"), ["0.12", "0.80", "0.00"]);
  assertEquals(texts(svg, ".cells title"), ["not: 0.1235", "so: 0.8", "bad: 0"]);
  const opacities = all(svg, ".cells rect").map((rect) => numberOf(rect, "fill-opacity"));
  const [low = NaN, high = NaN, none = NaN] = opacities;
  assertEquals(none, 0);
  assert(low > none && high > low);
  for (const [i, box] of boxes(svg).entries()) {
    for (const group of [".words text", ".weights text"]) {
      const text = all(svg, group)[i];
      const [x, y] = [numberOf(text, "x"), numberOf(text, "y")];
      assert(x > box.x && x < box.right && y > box.y && y < box.bottom);
    }
  }
});

Deno.test("drawWordStrips() gives the full shade to the largest weight, or to the limit", () => {
  const [figure, tables] = textOf(["a", "b", "c"], [0.1, 0.2, 0.4]);
  const shades = (one: WordStrips) =>
    all(draw(one, tables), ".cells rect").map((rect) => numberOf(rect, "fill-opacity"));
  assertEquals(shades(figure), [0.15, 0.3, 0.6]);
  assertEquals(shades({ ...figure, colour: { label: "w", limit: 0.2 } }), [0.3, 0.6, 0.6]);
  const svg = draw({ ...figure, colour: { label: "w", limit: 0.2 } }, tables);
  assertEquals(texts(svg, ".colour-label"), ["w"]);
  assertEquals(texts(svg, ".colour-tick"), ["0", "0.2"]);
  // The bar has no shade for 0 and none below 0.
  assertEquals(all(svg, "rect[shape-rendering][fill-opacity]").length, levels);
});

Deno.test("drawWordStrips() draws weights that are all 0, and no words at all", () => {
  const [figure, tables] = textOf(["a"], [0]);
  assertEquals(all(draw(figure, tables), ".cells rect").length, 1);
  const empty = draw(figure, [tableOf("sentence word weight", [])]);
  assert(texts(empty).includes("no values"));
});

Deno.test("drawWordStrips() breaks lines at the width, with all cells inside and apart", () => {
  for (const figure of [sampleStrips, sampleComparison]) {
    for (const width of [720, 350]) {
      const svg = draw(figure, sampleFigureTables, width);
      for (const text of all(svg, ".text")) {
        const cells = boxes(text);
        for (const [i, box] of cells.entries()) {
          assert(box.x >= 0 && box.right <= width, `${box.right} of ${width}`);
          const apart = cells.slice(i + 1).every((other) =>
            other.x >= box.right || other.right <= box.x || other.y >= box.bottom ||
            other.bottom <= box.y
          );
          assert(apart);
        }
      }
    }
  }
});

Deno.test("drawWordStrips() writes the words of several strips once, above a row of cells for each", () => {
  const rows = ["attention", "gradient"].flatMap((measure, m) =>
    ["not", "bad"].map((word, i) => ["1", "good", measure, m === 0 ? "good" : "poor", word, i])
  );
  const figure = { ...sampleComparison, table: "t" };
  const svg = draw(figure, [tableOf("sentence label measure predicted word weight", rows)]);
  assertEquals(texts(svg, ".words text"), ["not", "bad"]);
  assertEquals(texts(svg, ".strip-name"), ["attention", "gradient"]);
  assertEquals(texts(svg, ".cells title"), [
    "not, attention: 0",
    "bad, attention: 1",
    "not, gradient: 0",
    "bad, gradient: 1",
  ]);
  const [a, b, c, d] = boxes(svg);
  assert(a && b && c && d);
  assertEquals([a.x, b.x], [c.x, d.x]);
  assert(c.y >= a.bottom);
  // Facts that differ between strips are beside the name of the strip.
  assertEquals(texts(svg, ".text-name"), ["sentence 1", "attention", "gradient"]);
  assertEquals(texts(svg, ".fact"), ["label: good", "predicted: good", "predicted: poor"]);
});

Deno.test("drawWordStrips() lays out a text from the right if its first letter is written so", () => {
  const [figure, tables] = textOf(["«", "שלום", "world"], [0.2, 0.3, 0.5]);
  const svg = draw(figure, tables);
  const [first, second, third] = boxes(svg);
  assert(first && second && third);
  assert(first.x > second.x && second.x > third.x);
  assertEquals(svg.querySelector(".words")?.getAttribute("direction"), "rtl");
  const [left, words] = textOf(["hello", "שלום"], [0.5, 0.5]);
  const [a, b] = boxes(draw(left, words));
  assert(a && b && a.x < b.x);
});

Deno.test("drawWordStrips() writes words as they are, and cuts a word that is wider than a line", () => {
  const long = "w".repeat(200);
  const words = ["h_t", "x^2", "don't", '"', "👩‍👩‍👧", "  ", long];
  const [figure, tables] = textOf(words, []);
  const drawn = texts(draw(figure, tables, 350), ".words text");
  assertEquals(drawn.slice(0, -1), words.slice(0, -1));
  assert(drawn.at(-1)?.endsWith("w…"));
});

Deno.test("drawWordStrips() escapes markup in words, names and facts", async () => {
  const rows = [[hostile, hostile, hostile, `${hostile}\u0007`, 1]];
  const figure = { ...sampleStrips, strip: "strip", facts: ["label"], table: "t" };
  const tables = [tableOf("sentence strip label word weight", rows)];
  const document = await parseSvg(standaloneFigure(figure, tables, canvas));
  assertEquals(document.querySelectorAll("img, script").length, 0);
  assert(document.querySelector(".cells title")?.textContent?.includes(hostile));
});

Deno.test("drawWordStrips() throws an InputError if the figure does not fit its table", () => {
  const [figure, tables] = textOf(["a"], [2]);
  assertThrows(() => draw(figure, tables), InputError, "a number from 0 to 1, found 2");
});
