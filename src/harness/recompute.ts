import { estimate } from "../statistics/estimate.ts";
import type { Check, Claim, Metric, Result, Table } from "../result/result.ts";
import { decideClaims, type OpenClaim, openClaim } from "./decide.ts";
import { withIntervals } from "./seed_values.ts";

/** Estimates of a result, or of what was measured of a machine. */
export interface Estimates {
  readonly metrics: readonly Metric[];
  readonly tables: readonly Table[];
}

/**
 * Computes every estimate, interval, p and verdict of a result from its values.
 *
 * @param result A result, whose numbers may be any but its values.
 * @returns The claims, metrics, tables and checks that follow.
 * @throws {InputError} If values cannot be used: there is not one for each label, or the statistic does
 * not exist for them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { defineExperiment } from "./experiment.ts";
 * import { recompute } from "./recompute.ts";
 * import { runExperiment } from "./run.ts";
 *
 * const experiment = defineExperiment({
 *   ...{ id: "draws", title: "Draws", question: "Where are they?", version: 1, parameters: {} },
 *   run(context) {
 *     const values = context.seeds.map((seed) => context.random(seed).normal());
 *     context.metric({ id: "draw", label: "the draw", values });
 *   },
 * });
 * const backend = { name: "cpu" as const, adapter: null, versions: {} };
 * const seeds = Array.from({ length: 10 }, (_, i) => i);
 * const { result } = await runExperiment(experiment, { parameters: {}, seeds, backend });
 * assertEquals(recompute(result).metrics, result.metrics);
 * ```
 */
export function recompute(
  result: Pick<Result, "claims" | "metrics" | "tables" | "checks">,
): Estimates & { readonly claims: readonly Claim[]; readonly checks: readonly Check[] } {
  return {
    ...recomputeEstimates(result),
    claims: decideClaims(result.claims.map(reopened)),
    checks: result.checks.map((check) => ({ ...check, holds: check.worst <= check.limit })),
  };
}

/**
 * Computes the estimates of metrics and of tables from their values.
 *
 * @param recorded Metrics and tables, whose numbers may be any but their values.
 * @returns The same with the estimates that follow. Tables without values are as they were.
 * @throws {InputError} If values cannot be used.
 */
export function recomputeEstimates({ metrics, tables }: Estimates): Estimates {
  return {
    metrics: metrics.map((metric) => {
      const { statistic, overlap } = metric;
      const options = overlap === undefined ? { statistic } : { statistic, overlap };
      return { ...metric, estimate: estimate(metric.values, options) };
    }),
    tables: tables.map(withOwnIntervals),
  };
}

/** A claim before it is decided. All that is not declared of it is computed anew. */
function reopened(claim: Claim): OpenClaim {
  const { labels, values, parts, overlap, alternatives } = claim;
  const measured = {
    ...{ labels, values },
    ...(parts === undefined ? {} : { parts }),
    ...(overlap === undefined ? {} : { overlap }),
    alternatives: alternatives.map((other) => ({ name: other.name, values: other.values })),
  };
  return openClaim(claim.id, claim, measured, labels);
}

function withOwnIntervals(table: Table): Table {
  const { samples, ...rest } = table;
  const place = table.columns.findIndex(({ name }) => name === "value");
  if (!samples || place < 0) return table;
  const { statistic, labels, values } = samples;
  // As it was recorded: one column of lists where there are three of numbers now.
  const columns = table.columns.flatMap((column, i) =>
    i === place ? [{ ...column, statistic }] : i === place + 1 || i === place + 2 ? [] : [column]
  );
  const rows = table.rows.map((row, r) => [
    ...row.slice(0, place),
    values[r] ?? [],
    ...row.slice(place + 3),
  ]);
  return withIntervals({ ...rest, columns, rows, labels }, labels);
}
