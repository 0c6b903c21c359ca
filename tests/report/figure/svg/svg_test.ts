import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../../src/core/random.ts";
import { shortPath } from "../../../../src/report/figure/svg/svg.ts";

/** Computes the points of a path of `M`, `l` and `Z`, as a browser does. */
function points(path: string): [number, number][] {
  const found: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, letter, rest = ""] of path.matchAll(/([MlZ])([^MlZ]*)/g)) {
    const numbers = [...rest.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(([number]) => Number(number));
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      const [dx = NaN, dy = NaN] = numbers.slice(i, i + 2);
      [x, y] = letter === "M" ? [dx, dy] : [x + dx, y + dy];
      found.push([Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    }
  }
  return found;
}

Deno.test("shortPath() keeps the points in fewer characters", () => {
  assertEquals(shortPath("M10,20L10.4,18.8L11,19Z"), "M10 20l.4-1.2.6.2Z");
  const random = new Random(3);
  const round = (value: number) => Math.round(value * 10) / 10;
  const wanted = Array.from({ length: 500 }, (_, i): [number, number] => [
    round(i * 0.4),
    round(random.uniform(-100, 300)),
  ]);
  const text = (list: readonly [number, number][]) =>
    `M${list.map(([x, y]) => `${x},${y}`).join("L")}`;
  const short = shortPath(`${text(wanted.slice(0, 200))}Z${text(wanted.slice(200))}`);
  assertEquals(points(short), wanted);
  assert(short.length < 0.85 * text(wanted).length);
});

Deno.test("shortPath() leaves a path with curves unchanged", () => {
  for (const path of ["M4.5,0A4.5,4.5,0,1,1,-4.5,0", "M3,5h4", "M0,0C1,2,3,4,5,6"]) {
    assertEquals(shortPath(path), path);
  }
});
