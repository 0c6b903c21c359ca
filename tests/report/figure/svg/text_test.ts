import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { openCanvas } from "../../../../src/report/figure/svg/canvas.ts";
import {
  cutText,
  plainWidth,
  textElement,
  textWidth,
  wrapText,
} from "../../../../src/report/figure/svg/text.ts";

Deno.test("wrapText() and cutText() fit a width", () => {
  const text = "training sequences seen so far, counted over all epochs";
  const lines = wrapText(text, 13, 150);
  assertEquals(lines.join(" "), text);
  assert(lines.length > 1);
  for (const line of lines) assertLessOrEqual(textWidth(line, 13), 150);
  const cut = cutText(text, 13, 150);
  assert(cut.endsWith("…"));
  assertLessOrEqual(textWidth(cut, 13), 150);
  assertEquals(cutText("short", 13, 150), "short");
});

Deno.test("cutText() keeps as much of a text as fits", () => {
  for (
    const text of [
      "word ".repeat(20_000),
      "i".repeat(100_000),
      "W_hh".repeat(30_000),
      "\u{1f600}".repeat(99),
    ]
  ) {
    for (const width of [40, 90, 400]) {
      const cut = cutText(text, 13, width);
      const count = [...cut].length - 1;
      assertLessOrEqual(textWidth(cut, 13), width);
      const more = `${[...text].slice(0, count + 2).join("")}\u2026`;
      assert(text.startsWith(cut.slice(0, -1)) && textWidth(more, 13) > width, cut);
    }
  }
  assertEquals(cutText("long", 13, 0), "l\u2026");
});

Deno.test("textElement() lowers a subscript, and raises the text after it again", async () => {
  const { document } = await openCanvas();
  const text = textElement(document, "W_hh x", { x: 0 });
  assertEquals(
    text.outerHTML,
    '<text x="0">W<tspan dy="0.4em" font-size="75%">hh</tspan><tspan dy="-0.3em"> x</tspan></text>',
  );
});

Deno.test("plainWidth() measures a text as it is, without typography", () => {
  assert(plainWidth("W_hh", 13) > textWidth("W_hh", 13));
  assertEquals(plainWidth("gain", 13), textWidth("gain", 13));
  assertEquals(cutText("W_hh", 13, textWidth("W_hh", 13), plainWidth), "W\u2026");
});
