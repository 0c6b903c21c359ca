import { assert, assertEquals } from "@std/assert";
import { fromInterval, intoInterval, minimize } from "../../src/forecasting/minimize.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("minimize() finds the minimum of functions of badly scaled arguments", () => {
  const found = minimize(([x = NaN, y = NaN]) => 1e6 * (x - 2) ** 2 + 1e-2 * (y + 3) ** 2 + 5, [
    0,
    0,
  ]);
  assertClose(found.x, [2, -3], tolerance.flatOptimum);
  assertClose([found.value], [5], tolerance.rounding);
});

Deno.test("minimize() stays where the function is finite", () => {
  const found = minimize(([x = NaN]) => x <= 0 ? Infinity : x - Math.log(x), [20]);
  assertClose(found.x, [1], tolerance.flatOptimum);
});

Deno.test("minimize() takes gradients from the function near the arguments", () => {
  let calls = 0;
  const of = ([x = NaN]: Float64Array) => {
    calls++;
    return (x - 2) ** 4 + (x - 2) ** 2;
  };
  const line = (slope: number) => ([x = NaN]: Float64Array) => slope * x;
  const near = ([x = NaN]: Float64Array) => line(4 * (x - 2) ** 3 + 2 * (x - 2));
  const found = minimize(of, [0], { near });
  assertClose(found.x, [2], tolerance.flatOptimum);
  const withNear = calls;
  calls = 0;
  minimize(of, [0]);
  assert(withNear < calls, `${withNear}, ${calls}`);
});

Deno.test("minimize() ends at a minimum, on a plateau and without arguments", () => {
  assertEquals([...minimize(([x = NaN]) => x * x, [0]).x], [0]);
  assertEquals([...minimize(() => 3, [1, 2]).x], [1, 2]);
  assertEquals(minimize(() => 3, []), { x: new Float64Array(0), value: 3, iterations: 0 });
});

Deno.test("intoInterval() reaches both ends, and fromInterval() inverts it", () => {
  assertClose([intoInterval(0, 2, 5), intoInterval(Math.PI / 2, 2, 5)], [2, 5], tolerance.rounding);
  for (const value of [2, 2.5, 4.9, 5]) {
    assertClose([intoInterval(fromInterval(value, 2, 5), 2, 5)], [value], tolerance.rounding);
  }
  assert(fromInterval(2, 2, 5) === 0);
});
