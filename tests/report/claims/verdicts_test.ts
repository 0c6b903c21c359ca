import { assertEquals } from "@std/assert";
import type { Prediction, Verdict } from "../../../src/result/result.ts";
import { decidingP, familiesOf, tallyOf } from "../../../src/report/claims/verdicts.ts";
import { claim, sampleClaims } from "../sample_claims.ts";
import { sampleResult } from "../sample_result.ts";

Deno.test("tallyOf() counts verdicts, checks, adjustments, revisions and alternatives", () => {
  const sample = sampleResult();
  const [first, ...others] = sample.checks;
  const checks = first ? [{ ...first, holds: false }, ...others] : [];
  assertEquals(tallyOf([sample, { ...sample, checks, unmeasured: [] }]), {
    verdicts: { supported: 2, refuted: 2, equivalent: 2, undecided: 4 },
    claims: 10,
    unmeasured: 1,
    checks: 4,
    holding: 3,
    adjusted: 2,
    revised: 2,
    known: 2,
    alternatives: 2,
    changing: 2,
    influenced: 0,
    powered: 8,
  });
});

Deno.test("tallyOf() counts no adjustment if a verdict is undecided without one", () => {
  const both = [
    claim({ id: "a", statement: "S.", verdict: "undecided", unadjustedVerdict: "undecided" }),
    claim({ id: "b", statement: "S.", verdict: "refuted", unadjustedVerdict: "refuted" }),
  ];
  assertEquals(tallyOf([{ claims: both, unmeasured: [], checks: [] }]).adjusted, 0);
});

Deno.test("familiesOf() keeps the order of the first claims", () => {
  const families = familiesOf(sampleClaims).map(({ name, claims }) => [name, claims.length]);
  assertEquals(families, [["decay", 2], ["spectrum", 3]]);
});

Deno.test("decidingP() is the p value of the test from which the verdict follows", () => {
  const of = (verdict: Verdict, relation: Prediction["relation"]) =>
    decidingP({
      verdict,
      predicts: { relation, value: 1, smallestEffect: 0.1, reason: "r" },
      ...{ adjustedP: 0.1, adjustedEquivalenceP: 0.2, adjustedOutsideP: 0.3 },
    });
  const equivalence = { p: 0.2, of: "equivalence" } as const;
  const difference = { p: 0.1, of: "difference" } as const;
  assertEquals(of("supported", "near"), equivalence);
  assertEquals(of("undecided", "near"), equivalence);
  assertEquals(of("equivalent", "above"), equivalence);
  assertEquals(of("refuted", "near"), { p: 0.3, of: "outside" });
  assertEquals(of("supported", "below"), difference);
  assertEquals(of("undecided", "above"), difference);
});

Deno.test("tallyOf() counts claims whose verdict changes if a value is left out", () => {
  const parts = { statement: "S.", influential: [{ label: 3, verdict: "undecided" }] } as const;
  const claims = [
    claim({ id: "a", ...parts }),
    claim({ id: "b", ...parts, influential: [...parts.influential, ...parts.influential] }),
    claim({ id: "c", statement: "S." }),
  ];
  assertEquals(tallyOf([{ claims, unmeasured: [], checks: [] }]).influenced, 2);
});
