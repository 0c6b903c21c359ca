import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import type { Result } from "../../src/result/result.ts";
import { recompute, recomputeEstimates } from "../../src/harness/recompute.ts";
import { runToy } from "../tasks/toy_experiment.ts";

/**
 * Returns a result with the same values, in which every number that follows from them is replaced.
 */
function falsified({ claims, metrics, tables, checks }: Result) {
  const estimate = { value: 9, low: 8, high: 10, n: 1, confidence: 0.5, method: "none" };
  return {
    claims: claims.map((claim) => ({
      ...claim,
      estimate,
      agreeing: estimate,
      ...{ p: 0.5, adjustedP: 0.5, equivalenceP: 0.5, adjustedEquivalenceP: 0.5 },
      ...{ outsideP: 0.5, adjustedOutsideP: 0.5 },
      ...{ signedRankP: 0.5, detectable: 9 },
      ...{ verdict: "refuted" as const, unadjustedVerdict: "refuted" as const },
      alternatives: claim.alternatives.map((other) => ({
        ...other,
        estimate,
        verdict: "refuted" as const,
      })),
      influential: [{ label: 1, verdict: "refuted" as const }],
    })),
    metrics: metrics.map((metric) => ({ ...metric, estimate })),
    tables: tables.map((table) => ({
      ...table,
      rows: table.samples
        ? table.rows.map((row) => row.map((cell, i) => i >= 1 && i <= 3 ? 9 : cell))
        : table.rows,
    })),
    checks: checks.map((check) => ({ ...check, holds: !check.holds })),
  };
}

Deno.test("recompute() computes every number of a result from its values by seed", async () => {
  for (const seeds of [12, 3]) {
    const { result, machine } = await runToy(seeds);
    const { claims, metrics, tables, checks } = result;
    assert(result.claims.length === 4 && result.tables[0]?.samples);
    assertEquals(recompute(falsified(result)), { claims, metrics, tables, checks });
    const ofMachine = { metrics: machine.metrics, tables: machine.tables };
    assertEquals(recomputeEstimates(ofMachine), ofMachine);
  }
});

Deno.test("recompute() refuses values that do not fit their labels or statistic", async () => {
  const { result } = await runToy();
  const [first, ...others] = result.metrics;
  assert(first);
  const metrics = [{ ...first, statistic: "share" as const }, ...others];
  assertThrows(() => recompute({ ...result, metrics }), InputError, "must be 0 or 1");
  const claims = result.claims.map((claim) => ({ ...claim, values: claim.values.slice(1) }));
  assertThrows(() => recompute({ ...result, claims }), InputError, "one for each label");
});
