import { assertEquals } from "@std/assert";
import { inTimeScales, timeScaleRatio } from "../../src/experiments/time_scale_ratios.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("timeScaleRatio() is 2 if a factor is the root of the predicted one", () => {
  assertClose([timeScaleRatio(0.7, 0.49)], [2], tolerance.rounding);
  assertClose([timeScaleRatio(0.49, 0.7)], [0.5], tolerance.rounding);
});

Deno.test("timeScaleRatio() has no number for what does not decay", () => {
  for (
    const [factor, predicted] of [[1, 0.5], [1.2, 0.5], [0.5, 1], [0.5, NaN], [0, 0.5]] as const
  ) {
    assertEquals(timeScaleRatio(factor, predicted), NaN, `${factor}, ${predicted}`);
  }
});

Deno.test("inTimeScales() gives no alternative if one seed has no time scale", () => {
  assertEquals(inTimeScales([0.9, NaN]), []);
  assertEquals(inTimeScales([0.9, 1.1]).map(({ values }) => values), [[0.9, 1.1]]);
});
