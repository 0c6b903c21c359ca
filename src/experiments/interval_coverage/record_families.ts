import { curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { bySeed, type Context, type Shares } from "./parameters.ts";
import { families, familyKey } from "./simulate_families.ts";

const adjustments = [[true, "Holm"], [false, "none"]] as const;

/**
 * Records how many families of claims have any wrong verdict.
 *
 * @param context The run.
 * @param seeds What was simulated in each seed.
 */
export function recordFamilies(context: Context, seeds: readonly Shares[]): void {
  context.table({
    id: "wrong-verdicts",
    title: "Share of families of claims with any wrong verdict",
    columns: [
      { name: "family", label: "claims of the family" },
      { name: "adjustment", label: "adjustment of p values" },
      ...curveColumns({ label: "share of families with a wrong verdict" }),
    ],
    rows: families.flatMap((family) =>
      adjustments.map(([isAdjusted, adjustment]) => {
        const values = bySeed(seeds, familyKey(family, isAdjusted));
        return [family.name, adjustment, ...intervalCells(values)];
      })
    ),
  });
  context.figure({
    id: "wrong-verdicts",
    kind: "chart",
    title: "How often any verdict of a family is wrong",
    caption:
      "Right of the rule, wrong verdicts are more frequent than 1 family in 20. In the last family " +
      "half of the claims have no effect and half one that is just the smallest of interest, which is " +
      "the least favourable case. Ten normal values for each claim; lines: pointwise 95 % intervals " +
      "over repetitions of the simulation.",
    alt: "Share of families with a wrong verdict by family, with and without Holm's adjustment.",
    x: { label: "share of families with a wrong verdict", scale: "linear", domain: [0, 1] },
    y: {
      label: "claims of the family",
      scale: "category",
      categories: families.map(({ name }) => name),
    },
    series: adjustments.map(([, name]) => name),
    seriesLabel: "adjustment",
    layers: [
      { mark: "rule", axis: "x", value: 0.05, label: "level" },
      intervalLayer("wrong-verdicts", "family", "adjustment"),
    ],
  });
  for (const family of families) {
    for (const [isAdjusted, adjustment] of adjustments) {
      const key = familyKey(family, isAdjusted);
      const label = `families with a wrong verdict, ${family.name}, adjustment: ${adjustment}`;
      context.metric({ id: key, label, values: bySeed(seeds, key) });
    }
  }
}
