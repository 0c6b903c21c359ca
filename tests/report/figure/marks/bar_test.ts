import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../src/core/errors.ts";
import type { SvgElement } from "../../../../src/report/figure/svg/canvas.ts";
import { textWidth } from "../../../../src/report/figure/svg/text.ts";
import { all, assertPixel, draw, numberOf, texts, xScale } from "../drawing.ts";
import { tolerance } from "../../../tolerance.ts";
import { chartOf, sampleCharts, sampleTables, tableOf } from "../sample_charts.ts";

const bar = { mark: "bar", table: "t", x: "n", y: "cell", series: "part" } as const;
const y = { label: "cell", scale: "category", categories: ["RNN", "GRU"] } as const;
const table = tableOf("cell part n", [
  ["GRU", "gates", 20],
  ["GRU", "rest", 15],
  ["RNN", "rest", 10],
  ["RNN", "gates", null],
]);
const chart = chartOf([bar], { y, series: ["rest", "gates"] });

function ends(rectangle: SvgElement | undefined): [number, number] {
  const x = numberOf(rectangle, "x");
  return [x, x + numberOf(rectangle, "width")];
}

Deno.test("bar draws stacked parts from 0, and their total", () => {
  const svg = draw(chart, [table]);
  const at = xScale(svg, "0", "30");
  const [gru, rnn] = all(svg, ".mark-bar.series-1 rect");
  const gates = all(svg, ".mark-bar.series-2 rect");
  assertEquals(gates.length, 1);
  const close = (found: [number, number], from: number, to: number) => {
    assertPixel(found[0], at(from), from > 0 ? tolerance.partsOfBars : tolerance.coordinates);
    assertPixel(found[1], at(to));
  };
  close(ends(gru), 0, 15);
  close(ends(rnn), 0, 10);
  close(ends(gates[0]), 15, 35);
  assert(ends(gates[0])[0] - ends(gru)[1] >= 1);
  assert(numberOf(rnn, "y") < numberOf(gru, "y"));
  assertEquals(texts(svg, ".bar-total"), ["35", "10"]);
});

Deno.test("bar writes totals inside the drawing, beyond the bars and beside rules", () => {
  const rule = { mark: "rule", axis: "x", value: 12, label: "twelve" } as const;
  for (const width of [720, 350]) {
    const svg = draw({ ...chart, layers: [bar, rule] }, [table], width);
    const line = numberOf(svg.querySelector(".mark-rule line"), "x1");
    for (const total of all(svg, ".bar-total")) {
      const left = numberOf(total, "x");
      const right = left + textWidth(total.textContent ?? "", 12);
      assert(right <= numberOf(svg, "width"));
      assert(line < left || line > right);
    }
  }
});

Deno.test("bar fills parts with textures, as in the legend", () => {
  const svg = draw(chart, [table]);
  const ids = all(svg, "defs pattern").map((pattern) => pattern.id);
  assertEquals(ids.length, 1);
  assertEquals(svg.querySelector(".mark-bar.series-1")?.getAttribute("fill"), "var(--s1)");
  assertEquals(svg.querySelector(".mark-bar.series-2")?.getAttribute("fill"), `url(#${ids[0]})`);
  assertEquals(texts(svg, ".legend"), ["rest", "gates"]);
  // One rectangle in the legend, and one bar.
  assertEquals(all(svg, `g[fill="url(#${ids[0]})"] > rect`).length, 2);
});

Deno.test("bar has eight different fills for eight series", () => {
  const series = Array.from({ length: 8 }, (_, i) => `part ${i}`);
  const many = tableOf("cell part n", series.map((part) => ["RNN", part, 1]));
  const svg = draw({ ...chart, series }, [many]);
  const fills = all(svg, ".mark-bar").map((group) => group.getAttribute("fill"));
  assertEquals(new Set(fills).size, 8);
  const paths = all(svg, "pattern path").map((path) => path.getAttribute("d"));
  assertEquals(new Set(paths).size, 7);
});

Deno.test("bar cuts bars at the domain", () => {
  const x = { label: "x", scale: "linear", domain: [0, 20] } as const;
  const svg = draw({ ...chart, x }, [table]);
  assertPixel(ends(all(svg, ".mark-bar.series-2 rect")[0])[1], xScale(svg, "0", "20")(20));
});

Deno.test("bar rounds the totals of decimals", () => {
  const thirds = tableOf("cell part n", [["RNN", "rest", 0.1], ["RNN", "gates", 0.2]]);
  assertEquals(texts(draw(chart, [thirds]), ".bar-total"), ["0.3"]);
  const sample = sampleCharts.find(({ id }) => id === "bars");
  assert(sample);
  assertEquals(texts(draw(sample, sampleTables), ".bar-total"), ["5.1", "10.2", "15.3", "20.4"]);
});

Deno.test("bar requires lengths on a linear axis that includes 0", () => {
  const log = { label: "x", scale: "log" } as const;
  assertThrows(() => draw({ ...chart, x: log }, [table]), InputError, "must be linear");
  const beyond = { label: "x", scale: "linear", domain: [1, 2] } as const;
  assertThrows(() => draw({ ...chart, x: beyond }, [table]), InputError, "must be around 0");
  const negative = tableOf("cell part n", [["RNN", "rest", -1]]);
  assertThrows(
    () => draw(chart, [negative]),
    InputError,
    "column n of table t, drawn in figure f, must be 0 or more, or null, found -1",
  );
});
