import { assertEquals, assertThrows } from "@std/assert";
import { verdict } from "../../src/analysis/verdict.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Estimate, Prediction, Verdict } from "../../src/result/result.ts";

function estimate(value: number): Estimate {
  return { value, low: null, high: null, n: 10, confidence: 0.95, method: "mean, Student t" };
}

function predicts(relation: Prediction["relation"]): Prediction {
  return { relation, value: 2, smallestEffect: 0.5, reason: "a convention" };
}

type Case = readonly [
  relation: Prediction["relation"],
  value: number,
  p: number | null,
  equivalenceP: number | null,
  outsideP: number | null,
  wanted: Verdict,
];

const cases: readonly Case[] = [
  ["above", 3, 0.01, 0.9, 0.02, "supported"],
  ["above", 1, 0.01, 0.9, 0.02, "refuted"],
  ["below", 1, 0.01, 0.9, 0.02, "supported"],
  ["below", 3, 0.01, 0.9, 0.02, "refuted"],
  ["above", 3, 0.05, 0.9, 0.4, "undecided"],
  ["below", 3, 0.2, 0.05, 0.4, "undecided"],
  ["above", 2.1, 0.6, 0.01, 1, "equivalent"],
  ["below", 2.1, 0.6, 0.01, 1, "equivalent"],
  // A difference that is certain and too small to matter.
  ["above", 2.1, 0.001, 0.01, 1, "equivalent"],
  ["below", 2.1, 0.001, 0.01, 1, "equivalent"],
  ["above", 2, 0.01, 0.9, 0.02, "undecided"],
  ["near", 2.1, 0.6, 0.01, 1, "supported"],
  ["near", 2.1, 0.001, 0.01, 1, "supported"],
  ["near", 3, 0.001, 0.9, 0.01, "refuted"],
  ["near", 1, 0.001, 0.9, 0.01, "refuted"],
  ["near", 3, 0.001, 0.9, 0.05, "undecided"],
  ["near", 2, 0.6, 0.05, 0.9, "undecided"],
];

for (const [relation, value, p, equivalenceP, outsideP, wanted] of cases) {
  const ps = { p, equivalenceP, outsideP };
  Deno.test(`verdict() on ${relation} 2 of ${value} with ${JSON.stringify(ps)} is ${wanted}`, () => {
    assertEquals(verdict(estimate(value), predicts(relation), ps), wanted);
  });
}

Deno.test("verdict() is undecided without p values", () => {
  const none = { p: null, equivalenceP: null, outsideP: null };
  for (const relation of ["above", "below", "near"] as const) {
    assertEquals(verdict(estimate(9), predicts(relation), none), "undecided");
  }
});

Deno.test("verdict() refuses predictions, estimates and p values that are none", () => {
  const ps = { p: 0.1, equivalenceP: 0.1, outsideP: 0.1 };
  const above = predicts("above");
  const wrong: readonly [unknown[], string][] = [
    [[estimate(1), { ...above, relation: "under" }, ps], 'must be "above", "below" or "near"'],
    [[estimate(1), undefined, ps], "prediction must be an object such as { relation, value }"],
    [
      [estimate(1), { ...above, value: "1" }, ps],
      "value of the prediction must be a finite number",
    ],
    [
      [estimate(1), { ...above, smallestEffect: 0 }, ps],
      "smallestEffect of the prediction must be",
    ],
    [[0.5, above, ps], "estimate must be one with a finite value, found 0.5"],
    [[{}, above, ps], "estimate must be one with a finite value"],
    [[estimate(1), above], "p values must be an object such as { p, equivalenceP, outsideP }"],
    [[estimate(1), above, { ...ps, p: 1.5 }], "p must be a number from 0 to 1, or null, found 1.5"],
    [[estimate(1), above, { p: 0.1 }], "equivalenceP must be a number from 0 to 1, or null"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.apply(verdict, undefined, args), InputError, message);
  }
});
