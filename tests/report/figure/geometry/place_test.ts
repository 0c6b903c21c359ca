import { assert, assertEquals } from "@std/assert";
import { textWidth } from "../../../../src/report/figure/svg/text.ts";
import { all, draw, numberOf, texts } from "../drawing.ts";
import { chartOf, tableOf } from "../sample_charts.ts";
import { alongLine, bestBox, type Box } from "../../../../src/report/figure/geometry/place.ts";

const frame: Box = { x: 0, y: 0, width: 100, height: 100 };
const box = (x: number, y: number): Box => ({ x, y, width: 20, height: 10 });

Deno.test("bestBox() takes the first box if it covers nothing", () => {
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, [], []), box(10, 10));
});

Deno.test("bestBox() avoids points and taken boxes", () => {
  const points = [{ x: 15, y: 15 }];
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, points, []), box(50, 50));
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, points, [box(45, 45)]), box(10, 10));
});

Deno.test("bestBox() moves a box into the frame", () => {
  assertEquals(bestBox([box(95, -5)], frame, [], []), box(80, 0));
  assertEquals(bestBox([], frame, [], []), undefined);
});

Deno.test("alongLine() has points along a line, and none across a gap", () => {
  const line = alongLine([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: NaN, y: 0 }, { x: 30, y: 0 }]);
  assertEquals(line.map((point) => point.x), [0, 5, 10, 30]);
});

Deno.test("renderFigure() writes the label of a rule beside other rules", () => {
  const rules = [15, 20].map((value) =>
    ({ mark: "rule", axis: "x", value, label: `notebook: ${value}` }) as const
  );
  const spots = Array.from({ length: 13 }, (_, i) => [5 * i, -i]);
  const line = { mark: "line", table: "t", x: "x", y: "y", role: "measured" } as const;
  const chart = chartOf([line, ...rules], { x: { label: "x", scale: "linear", domain: [0, 60] } });
  const svg = draw(chart, [tableOf("x y", spots)], 350);
  const at = all(svg, ".mark-rule line, line.mark-rule, .mark-rule")
    .flatMap((rule) => [numberOf(rule, "x1")]).filter(Number.isFinite);
  assertEquals(at.length, 2);
  for (const [i, text] of all(svg, ".mark-label").entries()) {
    const half = textWidth(text.textContent ?? "", 12) / 2;
    const middle = numberOf(text, "x");
    const others = at.filter((_, place) => place !== i);
    for (const x of others) assert(Math.abs(x - middle) >= half, text.textContent ?? "");
  }
});

Deno.test("renderFigure() wraps the title of a facet if panels are narrow", () => {
  const names = ["untrained, notebook's sequences", "trained, adding problem", "c", "d"];
  const rows = names.flatMap((name) => [[name, 0, 1], [name, 1, 2]]);
  const line = { mark: "line", table: "t", x: "x", y: "y", role: "measured" } as const;
  const svg = draw(chartOf([line], { facet: "f" }), [tableOf("f x y", rows)], 350);
  const lines = texts(svg, ".facet");
  assert(lines.length > 4);
  assertEquals(lines.join(" "), names.join(" ").replace("'", "\u2019"));
});
