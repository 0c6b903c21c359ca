import type { Result, Verdict } from "../src/core/result.ts";
import { formatEstimate, formatThreshold } from "../src/report/format_estimate.ts";

const symbols: Readonly<Record<Verdict, string>> = {
  supported: "✓",
  refuted: "✗",
  inconclusive: "?",
};

/** The claims of a report as a table for a terminal. */
export function claimLines(results: readonly Result[]): string {
  return results.flatMap((result) => [
    `\n${result.experiment.title} (${result.seeds.length} seeds, ${result.backend.name})`,
    ...aligned(result.claims.map((claim) => [
      `  ${symbols[claim.verdict]} ${claim.verdict}`,
      formatEstimate(claim.estimate, claim.unit).whole,
      formatThreshold(claim.threshold, claim.unit),
      claim.statement,
    ])),
  ]).join("\n");
}

/** Rows as lines, with the columns but the last padded to one width. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((cell, column) => column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)
      .join("  ")
  );
}
