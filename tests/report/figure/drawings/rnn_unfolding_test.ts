import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import type { Drawing } from "../../../../src/result/figure.ts";
import { openCanvas, type SvgElement } from "../../../../src/report/figure/svg/canvas.ts";
import { drawRnnUnfolding } from "../../../../src/report/figure/drawings/rnn_unfolding.ts";

const { document } = await openCanvas();

function draw(options: Record<string, number>, width = 720): SvgElement {
  const text = { id: "d", title: "D", caption: "C", alt: "A" };
  const drawing: Drawing = { kind: "drawing", ...text, drawing: "rnn-unfolding", options };
  return drawRnnUnfolding(drawing, document, width);
}

Deno.test("drawRnnUnfolding() draws a cell, an input, an output and a state for each step", () => {
  for (const steps of [1, 3, 8, 12]) {
    for (const width of [720, 350]) {
      const svg = draw({ steps }, width);
      // The folded network has one more.
      for (const kind of ["input", "hidden", "output"]) {
        assertEquals(svg.querySelectorAll(`.node.${kind}`).length, steps + 1);
      }
      const texts = [...svg.querySelectorAll(".math")].map((entry) => entry.textContent);
      for (const name of ["x1", "y1", "h0", `x${steps}`, `y${steps}`, `h${steps - 1}`]) {
        assert(texts.includes(name), `${name} at ${steps} steps, ${width} pixels`);
      }
      assert(texts.includes("ht = tanh(Wih xt + Whh ht−1 + bh)"));
      assert(texts.includes("yt = Who ht + bo"));
    }
  }
});

Deno.test("drawRnnUnfolding() draws eight steps by default, all inside the drawing", () => {
  for (const width of [720, 350]) {
    const svg = draw({}, width);
    assertEquals(svg.querySelectorAll(".node.hidden").length, 9);
    for (const circle of svg.querySelectorAll("circle")) {
      const x = Number(circle.getAttribute("cx"));
      assert(x > 16 && x < width - 16);
    }
  }
});

Deno.test("drawRnnUnfolding() draws a dashed gradient from the last output to the first state", () => {
  const arrows = [...draw({ steps: 5 }).querySelectorAll(".arrow.gradient")];
  // Five arrows between steps, one from the output, and one in the legend.
  assertEquals(arrows.length, 7);
  assert(arrows.every((arrow) => arrow.getAttribute("stroke-dasharray") === "4 3"));
});

Deno.test("drawRnnUnfolding() throws an InputError that names an invalid option", () => {
  assertThrows(
    () => draw({ steps: 13 }),
    InputError,
    "steps of drawing d must be an integer from 1 to 12, found 13",
  );
  assertThrows(() => draw({ steps: 2.5 }), InputError, "found 2.5");
  assertThrows(
    () => draw({ stpes: 3 }),
    InputError,
    'an option of drawing d must be steps, found "stpes"',
  );
});
