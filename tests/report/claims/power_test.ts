import { assert, assertEquals } from "@std/assert";
import { detectable } from "../../../src/statistics/detectable.ts";
import { decidesSmallestEffect, seedsForSmallestEffect } from "../../../src/report/claims/power.ts";
import type { Prediction, SeedStatistic } from "../../../src/result/result.ts";
import { claim } from "../sample_claims.ts";

/** A claim with the detectable effect of these values. */
function measured(
  values: readonly number[],
  { statistic, overlap }: { statistic: SeedStatistic; overlap?: number },
  predicts: Prediction,
) {
  const options = overlap === undefined ? { statistic } : { statistic, overlap };
  const sample = claim({ id: "a", statement: "S." });
  return {
    ...options,
    predicts,
    detectable: detectable(values, predicts, options),
    estimate: { ...sample.estimate, n: values.length },
  };
}

const above = (value: number, smallestEffect: number): Prediction => {
  return { relation: "above", value, smallestEffect, reason: "r" };
};

Deno.test("seedsForSmallestEffect() is the number of values that detectable() needs", () => {
  const cases = [
    { statistic: "mean", values: [1, 3, 2, 5, 4, 2, 3, 1, 4, 3], predicts: above(0, 0.25) },
    {
      statistic: "geometric-mean",
      values: [1, 3, 2, 5, 4, 2, 3, 1, 4, 3],
      predicts: above(1, 0.1),
    },
  ] as const;
  for (const { statistic, values, predicts } of cases) {
    const needed = seedsForSmallestEffect(measured(values, { statistic }, predicts)) ?? 0;
    const repeated = Array.from({ length: needed }, (_, i) => values[i % values.length] ?? 0);
    const reached = detectable(repeated, predicts, { statistic }) ?? Infinity;
    // Repeated values have a spread with n instead of n - 1, and t at 9 degrees of freedom is larger.
    assert(
      reached < predicts.smallestEffect && reached > 0.8 * predicts.smallestEffect,
      `${reached}`,
    );
  }
});

Deno.test("seedsForSmallestEffect() allows for overlapping splits", () => {
  const values = [1, 3, 2, 5, 4, 2, 3, 1, 4, 3];
  const options = { statistic: "mean", overlap: 0.25 } as const;
  assertEquals(seedsForSmallestEffect(measured(values, options, above(0, 0.1))), Infinity);
  const { detectable: effect } = measured(values, options, above(0, 1));
  const found = measured(values, options, above(0, 0.95 * (effect ?? 0)));
  const expected = 1 / ((1 / 10 + 0.25) * 0.95 ** 2 - 0.25);
  assert(expected > 10);
  assertEquals(seedsForSmallestEffect(found), Math.ceil(expected));
});

Deno.test("decidesSmallestEffect() compares the detectable with the smallest effect", () => {
  const values = [1, 3, 2, 5, 4, 2, 3, 1, 4, 3];
  const { detectable: effect } = measured(values, { statistic: "mean" }, above(0, 1));
  assert(effect !== null);
  assert(decidesSmallestEffect(measured(values, { statistic: "mean" }, above(0, effect))));
  assert(!decidesSmallestEffect(measured(values, { statistic: "mean" }, above(0, 0.99 * effect))));
  assert(!decidesSmallestEffect(measured(values.slice(2), { statistic: "mean" }, above(0, 9))));
  assertEquals(
    seedsForSmallestEffect(measured(values.slice(2), { statistic: "mean" }, above(0, 9))),
    null,
  );
});
