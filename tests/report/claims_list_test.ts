import { assertEquals } from "@std/assert";
import { csvParse } from "d3-dsv";
import { claimsCsv } from "../../src/report/claims_list.ts";
import { sampleResult } from "./sample_result.ts";

Deno.test("claimsCsv() has every claim with what it predicts and what its verdict follows from", () => {
  const results = ["vanishing-gradients", "lstm-gates"].map(sampleResult);
  const rows = csvParse(claimsCsv(results));
  const claims = results.flatMap(({ experiment, claims }) =>
    claims.map((claim) => ({ experiment, claim }))
  );
  assertEquals(rows.length, claims.length);
  for (const [i, { experiment, claim }] of claims.entries()) {
    const row = rows[i];
    const number = (value: number | null | undefined) => value === null ? "" : String(value ?? "");
    assertEquals(
      [row?.experiment, row?.claim, row?.family, row?.verdict, row?.relation, row?.statistic],
      [
        ...[experiment.id, claim.id, claim.family, claim.verdict],
        ...[claim.predicts.relation, claim.statistic],
      ],
    );
    assertEquals(
      [row?.value, row?.smallest_effect, row?.overlap, row?.estimate, row?.low, row?.adjusted_p],
      [
        ...[claim.predicts.value, claim.predicts.smallestEffect, claim.overlap],
        ...[claim.estimate.value, claim.estimate.low, claim.adjustedP],
      ].map(number),
    );
  }
});
