import { assertEquals } from "@std/assert";
import { alongLine, bestBox, type Box } from "../../../src/report/figure/place.ts";

const frame: Box = { x: 0, y: 0, width: 100, height: 100 };
const box = (x: number, y: number): Box => ({ x, y, width: 20, height: 10 });

Deno.test("the first box is taken where nothing is in the way", () => {
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, [], []), box(10, 10));
});

Deno.test("data and other labels are kept clear of", () => {
  const points = [{ x: 15, y: 15 }];
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, points, []), box(50, 50));
  assertEquals(bestBox([box(10, 10), box(50, 50)], frame, points, [box(45, 45)]), box(10, 10));
});

Deno.test("a box is moved into the frame", () => {
  assertEquals(bestBox([box(95, -5)], frame, [], []), box(80, 0));
  assertEquals(bestBox([], frame, [], []), undefined);
});

Deno.test("points lie along a line, and not across a gap", () => {
  const line = alongLine([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: NaN, y: 0 }, { x: 30, y: 0 }]);
  assertEquals(line.map((point) => point.x), [0, 5, 10, 30]);
});
