import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkDeclarations, fill } from "../../src/harness/declarations.ts";

const claim = {
  statement: "At {size} units it is large.",
  source: "this report",
  measure: "size",
  statistic: "geometric-mean",
  predicts: { relation: "above", value: 1, smallestEffect: 0.1, reason: "A tenth." },
  family: "sizes",
  findings: {
    supported: "It is {estimate}: large.",
    refuted: "It is {estimate}: small.",
    equivalent: "It is {estimate}: 1.",
    undecided: "Undecided.",
  },
  frozen: { date: "2026-11-27", commit: null },
  revisions: [],
};

const check = {
  statement: "S.",
  source: "algebra",
  measure: "m",
  limit: 1e-6,
  reason: "Rounding.",
};

Deno.test("checkDeclarations() accepts claims and checks with names of parameters", () => {
  const given = { claims: { large: claim }, checks: { identity: check } };
  assertEquals<unknown>(checkDeclarations("e", given, ["size"]), given);
});

Deno.test("checkDeclarations() names a declaration that cannot be tested", () => {
  const of = (more: object) => ({ claims: { large: { ...claim, ...more } }, checks: {} });
  const predicts = (more: object) => of({ predicts: { ...claim.predicts, ...more } });
  const cases: [unknown, string][] = [
    [null, "hypotheses of experiment e must be an object, found null"],
    [{ claims: {} }, "hypotheses of experiment e: checks must be "],
    [of({ verdict: "supported" }), "hypotheses of experiment e: claims.large must be "],
    [
      of({ statistic: "median" }),
      "hypotheses of experiment e: claims.large.statistic must be one of mean, geometric-mean, " +
      'share, found "median"',
    ],
    [
      predicts({ smallestEffect: 0 }),
      "hypotheses of experiment e: claims.large.predicts.smallestEffect must be ",
    ],
    [
      predicts({ value: 0 }),
      "hypotheses of experiment e: claim large: value of a geometric mean must be positive, found 0",
    ],
    [
      { ...of({ statistic: "share" }) },
      "hypotheses of experiment e: claim large: value of a share must be above 0 and below 1, found 1",
    ],
    [
      of({ statement: "At {width} units." }),
      "hypotheses of experiment e: large must be a text with names of parameters only (size), " +
      'found "{width}"',
    ],
    [
      of({ findings: { ...claim.findings, refuted: "It is small." } }),
      "hypotheses of experiment e: finding of large must be a text with {estimate}, " +
      'found "It is small."',
    ],
    [
      { claims: { same: claim }, checks: { same: check } },
      'hypotheses of experiment e must be claims and checks with different ids, found "same"',
    ],
    [
      of({ frozen: { date: "yesterday", commit: null } }),
      "hypotheses of experiment e: claims.large.frozen.date must be ",
    ],
  ];
  for (const [given, wanted] of cases) {
    const { message } = assertThrows(() => checkDeclarations("e", given, ["size"]), InputError);
    assertEquals(message.slice(0, wanted.length), wanted);
  }
});

Deno.test("fill() replaces the names of parameters and leaves other names", () => {
  const parameters = { size: 20, lags: [1, 5], toString: "own" };
  assertEquals(fill("{size} and {lags}: {estimate}", parameters), "20 and 1, 5: {estimate}");
  assertEquals(fill("{constructor}", {}), "{constructor}");
});
