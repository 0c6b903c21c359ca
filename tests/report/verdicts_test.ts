import { assertEquals } from "@std/assert";
import { familiesOf, tallyOf } from "../../src/report/verdicts.ts";
import { claim, sampleClaims } from "./sample_claims.ts";
import { sampleResult } from "./sample_result.ts";

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
    changing: 2,
  });
});

Deno.test("tallyOf() counts no adjustment if a verdict is undecided without one", () => {
  const both = [
    claim({ id: "a", statement: "S.", verdict: "undecided", unadjustedVerdict: "undecided" }),
    claim({ id: "b", statement: "S.", verdict: "refuted", unadjustedVerdict: "refuted" }),
  ];
  assertEquals(tallyOf([{ claims: both, unmeasured: [], checks: [] }]).adjusted, 0);
});

Deno.test("familiesOf() keeps the order in which families are met", () => {
  const families = familiesOf(sampleClaims).map(({ name, claims }) => [name, claims.length]);
  assertEquals(families, [["decay", 2], ["spectrum", 3]]);
});
