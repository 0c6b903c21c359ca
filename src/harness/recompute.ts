import { estimate } from "../statistics/estimate.ts";
import type { Check, Claim, Metric, Result, Table } from "../result/result.ts";
import { decideClaims, type OpenClaim, openClaim } from "./decide.ts";
import { withIntervals } from "./seed_values.ts";

/** The estimates of a result or of a machine record. */
export interface Estimates {
  readonly metrics: readonly Metric[];
  readonly tables: readonly Table[];
}

/**
 * Computes every estimate, interval, p value and verdict of a result from its values by seed.
 *
 * @param result The result. Only its declarations and its values by seed are used.
 * @returns The claims, metrics, tables and checks.
 * @throws {InputError} If there is not a value for each label, or the statistic does not exist for
 * the values.
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
 * Computes the estimates of metrics and tables from their values by seed.
 *
 * @param recorded The metrics and tables. Only their values by seed are used.
 * @returns The metrics and tables with new estimates. Tables without values by seed are unchanged.
 * @throws {InputError} If there is not a value for each label, or the statistic does not exist for
 * the values.
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

/** Returns a claim without its verdict, with every number computed again from its values. */
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
  const index = table.columns.findIndex(({ name }) => name === "value");
  if (!samples || index < 0) return table;
  const { statistic, labels, values } = samples;
  // One column of lists replaces the three columns of numbers, as the experiment recorded it.
  const columns = table.columns.flatMap((column, i) =>
    i === index ? [{ ...column, statistic }] : i === index + 1 || i === index + 2 ? [] : [column]
  );
  const rows = table.rows.map((row, r) => [
    ...row.slice(0, index),
    values[r] ?? [],
    ...row.slice(index + 3),
  ]);
  return withIntervals({ ...rest, columns, rows, labels }, labels);
}
