import type { Claim, Result } from "../result/result.ts";
import { csv } from "./data_files.ts";

/** What the list of claims says of each, by column. */
const columns: Readonly<Record<string, (claim: Claim) => number | string | null | undefined>> = {
  claim: ({ id }) => id,
  family: ({ family }) => family,
  statement: ({ statement }) => statement,
  statistic: ({ statistic }) => statistic,
  relation: ({ predicts }) => predicts.relation,
  value: ({ predicts }) => predicts.value,
  smallest_effect: ({ predicts }) => predicts.smallestEffect,
  unit: ({ unit }) => unit,
  overlap: ({ overlap }) => overlap,
  n: ({ estimate }) => estimate.n,
  estimate: ({ estimate }) => estimate.value,
  low: ({ estimate }) => estimate.low,
  high: ({ estimate }) => estimate.high,
  p: ({ p }) => p,
  adjusted_p: ({ adjustedP }) => adjustedP,
  equivalence_p: ({ equivalenceP }) => equivalenceP,
  adjusted_equivalence_p: ({ adjustedEquivalenceP }) => adjustedEquivalenceP,
  outside_p: ({ outsideP }) => outsideP,
  adjusted_outside_p: ({ adjustedOutsideP }) => adjustedOutsideP,
  agreeing: ({ agreeing }) => agreeing.value,
  agreeing_low: ({ agreeing }) => agreeing.low,
  agreeing_high: ({ agreeing }) => agreeing.high,
  signed_rank_p: ({ signedRankP }) => signedRankP,
  detectable: ({ detectable }) => detectable,
  verdict: ({ verdict }) => verdict,
  unadjusted_verdict: ({ unadjustedVerdict }) => unadjustedVerdict,
};

/**
 * All claims of a report as CSV, one a row: what each predicts, and all numbers that its verdict follows
 * from.
 *
 * @param results The results of the report.
 * @returns The CSV.
 */
export function claimsCsv(results: readonly Pick<Result, "claims" | "experiment">[]): string {
  const rows = results.flatMap(({ experiment, claims }) =>
    claims.map((claim) => [
      experiment.id,
      ...Object.values(columns).map((cell) => cell(claim) ?? null),
    ])
  );
  return csv(["experiment", ...Object.keys(columns)], rows);
}
