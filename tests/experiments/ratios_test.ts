import { assert, assertEquals } from "@std/assert";
import {
  decidingTolerances,
  inTimeScales,
  timeScaleRatio,
  verdictByDirection,
} from "../../src/experiments/ratios.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { infer } from "../../src/statistics/inference.ts";
import { verdict } from "../../src/statistics/verdict.ts";
import { Random } from "../../src/core/random.ts";

Deno.test("timeScaleRatio() is 2 if a factor is the root of the predicted one", () => {
  assertClose([timeScaleRatio(0.7, 0.49)], [2], tolerance.rounding);
  assertClose([timeScaleRatio(0.49, 0.7)], [0.5], tolerance.rounding);
});

Deno.test("timeScaleRatio() is NaN for a factor that is not in (0, 1)", () => {
  for (
    const [factor, predicted] of [[1, 0.5], [1.2, 0.5], [0.5, 1], [0.5, NaN], [0, 0.5]] as const
  ) {
    assertEquals(timeScaleRatio(factor, predicted), NaN, `${factor}, ${predicted}`);
  }
});

Deno.test("inTimeScales() returns no alternative if one seed has no time scale", () => {
  assertEquals(inTimeScales([0.9, NaN]), []);
  assertEquals(inTimeScales([0.9, 1.1]).map(({ values }) => values), [[0.9, 1.1]]);
});

const reason = "a test";
const random = new Random(1);
const around = (center: number): number[] =>
  Array.from({ length: 12 }, () => center * Math.exp(0.01 * random.normal()));

Deno.test("decidingTolerances() returns the tolerances at which the verdict on ratios changes", () => {
  for (const center of [0.95, 1.04, 1.3]) {
    const ratios = around(center);
    const { within, outside } = decidingTolerances(ratios);
    assert(within !== null && outside !== null);
    const by = (percent: number) => {
      const predicts = {
        ...{ relation: "near" as const, value: 1, reason },
        smallestEffect: percent / 100,
      };
      const found = infer(ratios, predicts, { statistic: "geometric-mean" });
      return verdict(found.estimate, predicts, found);
    };
    assertEquals([outside - 0.01, outside + 0.01, within - 0.01, within + 0.01].map(by), [
      "refuted",
      "undecided",
      "undecided",
      "supported",
    ]);
  }
});

Deno.test("decidingTolerances() returns null if an interval contains 1, or below 10 seeds", () => {
  const ratios = around(1).map((ratio, i, all) => i % 2 === 0 ? ratio : 1 / (all[i - 1] ?? NaN));
  assertEquals(decidingTolerances(ratios).outside, null);
  assertEquals(decidingTolerances([1.1, 1.2]), { within: null, outside: null });
});

Deno.test("verdictByDirection() never finds ratios equivalent", () => {
  assertEquals(
    [around(0.95), around(1.04), [0.9, 1.1]].map((ratios) => verdictByDirection(ratios, "below")),
    ["supported", "refuted", "undecided"],
  );
  assertEquals(verdictByDirection(around(1.04), "above"), "supported");
});
