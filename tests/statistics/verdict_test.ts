import { assert, assertEquals, assertThrows } from "@std/assert";
import { holm, verdict } from "../../src/statistics/verdict.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Estimate, Prediction, Verdict } from "../../src/result/result.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { holmAgain } from "./independent_inference.ts";

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

Deno.test("verdict() throws on invalid predictions, estimates and p values", () => {
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

Deno.test("holm() rejects two of four in the common example at 5 %", () => {
  // p of 0.01, 0.04, 0.03 and 0.005: 4 * 0.005, then 3 * 0.01; 2 * 0.03 is too large, and 0.04 stays
  // with it (https://en.wikipedia.org/wiki/Holm-Bonferroni_method#Example).
  const found = holm([0.01, 0.04, 0.03, 0.005]);
  assertClose(found, [0.03, 0.06, 0.06, 0.02], tolerance.rounding);
});

Deno.test("holm() keeps the order of the p values", () => {
  const found = holm([0.04, 0.01, 0.03, 0.02, 0.05]);
  assertClose(found, [0.09, 0.05, 0.09, 0.08, 0.09], tolerance.rounding);
});

Deno.test("holm() of one p value is this value, and of none is empty", () => {
  assertEquals(holm([0.04]), [0.04]);
  assertEquals(holm([]), []);
});

Deno.test("holm() is at most 1 and keeps 0", () => {
  assertEquals(holm([0, 0.6, 1]), [0, 1, 1]);
});

Deno.test("holm() agrees with its definition, with ties", () => {
  const random = new Random(1);
  for (let trial = 0; trial < 50; trial++) {
    const ps = Array.from({ length: 1 + trial % 12 }, () => random.integer(0, 20) / 200);
    assertClose(holm(ps), holmAgain(ps), tolerance.rounding, { scale: 1 });
  }
});

Deno.test("holm() rejects at least as much as Bonferroni and keeps the order of p values", () => {
  const random = new Random(2);
  for (let trial = 0; trial < 50; trial++) {
    const ps = Array.from({ length: 8 }, () => random.uniform() ** 3);
    const adjusted = holm(ps);
    for (const [i, p] of ps.entries()) {
      const own = adjusted[i] ?? NaN;
      assert(own >= p && own <= Math.min(1, 8 * p));
      for (const [j, other] of ps.entries()) if (other <= p) assert((adjusted[j] ?? NaN) <= own);
    }
  }
});

Deno.test("holm() throws unless each p value is a number from 0 to 1", () => {
  const wrong: readonly [unknown, string][] = [
    [[0.1, 1.1], "ps[1] must be a number from 0 to 1, found 1.1"],
    [[NaN], "ps[0] must be a number from 0 to 1, found NaN"],
    [["0.1"], 'ps[0] must be a number from 0 to 1, found "0.1"'],
    [0.1, "ps must be an array of numbers from 0 to 1, found 0.1"],
  ];
  for (const [ps, message] of wrong) {
    assertThrows(() => Reflect.apply(holm, undefined, [ps]), InputError, message);
  }
});
