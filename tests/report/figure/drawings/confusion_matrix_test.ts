import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import type { SvgElement } from "../../../../src/report/figure/svg/canvas.ts";
import type { ConfusionFigure } from "../../../../src/result/confusion_figure.ts";
import { all, draw, numberOf, texts } from "../drawing.ts";
import { tableOf } from "../sample_charts.ts";
import { sampleConfusion, sampleFigureTables, sampleTopics } from "../sample_figures.ts";

const { facet: _, ...alone } = sampleConfusion;
const figure: ConfusionFigure = { ...alone, table: "t" };
const table = tableOf("actual predicted count share", [
  ["negative", "negative", 30, 0.75],
  ["negative", "positive", 10, 0.25],
  ["positive", "negative", 0, null],
]);

/** The cells by the beginning of their title. */
function cell(svg: SvgElement, title: string): SvgElement | undefined {
  return all(svg, ".cells rect").find((rect) => rect.textContent?.startsWith(title));
}

Deno.test("drawConfusion() writes counts and shares, and the names of both axes", () => {
  const svg = draw(figure, [table]);
  assertEquals(texts(svg, ".axis-title"), ["predicted", "actual"]);
  assertEquals(texts(svg, ".category"), ["negative", "positive", "negative", "positive"]);
  assertEquals(texts(svg, ".numbers text"), ["30", "75\u00a0%", "10", "25\u00a0%", "0", "—", "—"]);
  assertEquals(texts(svg, ".cells title").toSorted(), [
    "negative, predicted as negative: 30 (75\u00a0%)",
    "negative, predicted as positive: 10 (25\u00a0%)",
    "positive, predicted as negative: 0 (—)",
    "positive, predicted as positive: — (—)",
  ]);
  assertEquals(texts(svg, ".colour-label"), ["share (%)"]);
  assertEquals(texts(svg, ".colour-tick"), ["0", "100"]);
});

Deno.test("drawConfusion() has the true class from the top, and the predicted class from the left", () => {
  const svg = draw(figure, [table]);
  const [right, wrong, missing] = [
    cell(svg, "negative, predicted as negative"),
    cell(svg, "negative, predicted as positive"),
    cell(svg, "positive, predicted as negative"),
  ];
  assertEquals(numberOf(right, "x") + numberOf(right, "width"), numberOf(wrong, "x"));
  assertEquals(numberOf(right, "y"), numberOf(wrong, "y"));
  assertEquals(numberOf(right, "y") + numberOf(right, "height"), numberOf(missing, "y"));
  assert(numberOf(right, "fill-opacity") > numberOf(wrong, "fill-opacity"));
  assertEquals(numberOf(missing, "fill-opacity"), 0);
});

Deno.test("drawConfusion() gives correct predictions a thick border, above the others", () => {
  const rects = all(draw(figure, [table]), ".cells rect");
  assertEquals(rects.map((rect) => rect.getAttribute("class")), [null, null, "right", "right"]);
});

Deno.test("drawConfusion() draws a matrix for each facet, side by side if they fit", () => {
  const places = (width: number) => {
    const svg = draw(sampleConfusion, sampleFigureTables, width);
    assertEquals(
      texts(svg, ".facet").join(" "),
      [
        "GRU with attention naive Bayes TF-IDF and logistic regression lexicon",
      ].join(),
    );
    return all(svg, ".matrix").map((matrix) => matrix.getAttribute("transform") ?? "");
  };
  const columns = (width: number) =>
    new Set(places(width).map((place) => /translate\(([\d.]+)/.exec(place)?.[1])).size;
  assertEquals([columns(720), columns(350)], [3, 1]);
});

Deno.test("drawConfusion() numbers columns whose names do not fit, and leaves out counts without room", () => {
  for (const width of [720, 350]) {
    const svg = draw(sampleTopics, sampleFigureTables, width);
    const names = texts(svg, ".category");
    assertEquals(names.slice(0, 12), Array.from({ length: 12 }, (_, i) => String(i + 1)));
    assertEquals(names[12], "1 joy");
    const right = all(svg, ".cells rect").map((rect) =>
      numberOf(rect, "x") + numberOf(rect, "width")
    );
    assert(Math.max(...right) <= width);
    const numbers = texts(svg, ".numbers text");
    assertEquals(numbers[0], width === 720 ? "180" : "45");
  }
});

Deno.test("drawConfusion() draws an empty matrix without rows", () => {
  const svg = draw(figure, [tableOf("actual predicted count share", [])]);
  assertEquals(texts(svg, ".numbers text"), ["—", "—", "—", "—"]);
});

Deno.test("drawConfusion() throws an InputError if the figure does not fit its table", () => {
  assertThrows(
    () => draw({ ...figure, classes: ["negative", "neutral"] }, [table]),
    InputError,
    'column predicted of table t, drawn in figure confusion, must be one of negative, neutral, found "positive"',
  );
});
