import { assertEquals, assertThrows } from "@std/assert";
import { verdict } from "../../src/analysis/verdict.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Estimate, Threshold, Verdict } from "../../src/core/result.ts";

function estimate(low: number | null, high: number | null): Estimate {
  return { value: 2, low, high, n: 10, confidence: 0.95, method: "mean, BCa bootstrap" };
}

const below: Threshold = { relation: "below", value: 2 };
const above: Threshold = { relation: "above", value: 2 };
const within: Threshold = { relation: "within", low: 1, high: 3 };

const cases: readonly [string, Threshold, number, number, Verdict][] = [
  ["below, under it", below, 1, 1.9, "supported"],
  ["below, over it", below, 2.1, 3, "refuted"],
  ["below, across it", below, 1, 3, "inconclusive"],
  ["below, touching from under", below, 1, 2, "inconclusive"],
  ["below, touching from over", below, 2, 3, "inconclusive"],
  ["above, over it", above, 2.1, 3, "supported"],
  ["above, under it", above, 1, 1.9, "refuted"],
  ["above, across it", above, 1, 3, "inconclusive"],
  ["above, touching from over", above, 2, 3, "inconclusive"],
  ["above, a point on it", above, 2, 2, "inconclusive"],
  ["within, inside", within, 1.1, 2.9, "supported"],
  ["within, under", within, 0, 0.9, "refuted"],
  ["within, over", within, 3.1, 4, "refuted"],
  ["within, across the low end", within, 0, 2, "inconclusive"],
  ["within, across the high end", within, 2, 4, "inconclusive"],
  ["within, around both ends", within, 0, 4, "inconclusive"],
  ["within, touching from inside", within, 1, 2, "inconclusive"],
  ["within, touching from outside", within, 3, 4, "inconclusive"],
];

for (const [name, threshold, low, high, wanted] of cases) {
  Deno.test(`verdict: ${name} is ${wanted}`, () => {
    assertEquals(verdict(estimate(low, high), threshold), wanted);
  });
}

Deno.test("verdict: without an interval every claim is inconclusive", () => {
  for (const threshold of [below, above, within]) {
    assertEquals(verdict(estimate(null, null), threshold), "inconclusive");
  }
});

Deno.test("verdict: a threshold or an interval that is none is an error", () => {
  const wrong: readonly [Threshold, string][] = [
    [{ relation: "below", value: NaN }, "threshold must be a finite number, found NaN"],
    [
      { relation: "within", low: 3, high: 1 },
      "threshold must be two finite numbers in order, found [3, 1]",
    ],
    [{ relation: "within", low: 0, high: Infinity }, "two finite numbers in order"],
  ];
  for (const [threshold, message] of wrong) {
    assertThrows(() => verdict(estimate(1, 2), threshold), InputError, message);
  }
  assertThrows(() => verdict(estimate(3, 1), below), InputError, "interval must be two finite");
});
