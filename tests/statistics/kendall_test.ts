import { assertEquals } from "@std/assert";
import { kendallTau } from "../../src/statistics/kendall.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("kendallTau() is that of SciPy, with and without ties", () => {
  // scipy.stats.kendalltau of SciPy 1.17.1.
  const cases = [
    [[1, 2, 3, 4, 5, 6], [1, 3, 2, 6, 4, 5], 0.6],
    [[1, 1, 2, 3, 3, 4], [2, 1, 2, 2, 5, 5], 0.7526178090063818],
    [[0.1, 0.4, 0.4, 0.05], [3, 1, 2, 2], -0.39999999999999997],
  ] as const;
  for (const [x, y, wanted] of cases) {
    assertClose([kendallTau(x, y)], [wanted], tolerance.rounding);
    assertClose([kendallTau(y, x)], [wanted], tolerance.rounding);
  }
});

Deno.test("kendallTau() is NaN if all values of a list are equal, and takes extreme numbers", () => {
  assertEquals(kendallTau([1, 1, 1], [1, 2, 3]), NaN);
  const extreme = [-Number.MAX_VALUE, -5e-324, 5e-324, Number.MAX_VALUE];
  assertEquals(kendallTau(extreme, [1, 2, 3, 4]), 1);
});

Deno.test("kendallTau() refuses lists of different lengths and other values than numbers", async () => {
  await assertMistakes([
    [() => kendallTau([1, 2], [1, 2, 3]), "y must be of 2 numbers, as many as x, found 3"],
    [() => kendallTau([1], [1]), "found"],
    [() => kendallTau([1, NaN], [1, 2]), "found NaN"],
    [() => call(null, kendallTau, [1, 2], "12"), "found"],
  ]);
});
