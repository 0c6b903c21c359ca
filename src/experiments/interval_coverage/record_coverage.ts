import { curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { BOOTSTRAP_SIZES, bySeed, type Context, SHARES, type Shares, SIZES } from "./parameters.ts";
import { populations } from "./populations.ts";
import { coverageKey, type Method, shareKey } from "./simulate_intervals.ts";

/** The methods in the order of the legend. */
const methods: readonly [Method, string, readonly number[]][] = [
  ["t", "mean: Student t", SIZES],
  ["log", "geometric mean: Student t of logarithms", SIZES],
  ["bca", "mean: BCa bootstrap, not used", BOOTSTRAP_SIZES],
];

/**
 * Records how often intervals contain the true value.
 *
 * @param context The run.
 * @param seeds What was simulated in each seed.
 */
export function recordCoverage(context: Context, seeds: readonly Shares[]): void {
  const values = (n: number) => `${n} values`;
  context.table({
    id: "coverage",
    title: "Share of 95 % intervals that contain the true value",
    columns: [
      { name: "population", label: "distribution of the values" },
      { name: "method", label: "estimate and interval" },
      { name: "n", label: "values in an experiment" },
      { name: "category", label: "values in an experiment, in words" },
      ...curveColumns({ label: "share of intervals that contain the true value" }),
    ],
    rows: [
      ...populations.flatMap((population) =>
        methods.flatMap(([method, name, sizes]) =>
          sizes.filter(() => method !== "log" || population.geometricMean !== null).map((n) => {
            const found = bySeed(seeds, coverageKey(method, population, n));
            return [population.name, name, n, values(n), ...intervalCells(found)];
          })
        )
      ),
      ...SHARES.flatMap((share) =>
        SIZES.map((n) => {
          const found = bySeed(seeds, shareKey(share, n));
          return [`share of ${share}`, SHARE, n, values(n), ...intervalCells(found)];
        })
      ),
    ],
  });
  context.figure({
    id: "coverage",
    kind: "chart",
    title: "How often intervals of 95 % contain the true value",
    caption:
      "A symbol left of the rule is an interval that holds the truth less often than it states. " +
      "Distributions from symmetric to strongly skewed, and three shares. Bootstrap intervals are " +
      "shown for comparison; no page uses them. Lines: pointwise 95 % intervals over repetitions of " +
      "the simulation.",
    alt:
      "Coverage by number of values, one panel for each distribution, one symbol for each method.",
    facet: "population",
    x: { label: "share of intervals that contain the true value", scale: "linear" },
    y: { label: "values in an experiment", scale: "category", categories: SIZES.map(values) },
    series: [...methods.map(([, name]) => name), SHARE],
    seriesLabel: "estimate and interval",
    layers: [
      { mark: "rule", axis: "x", value: 0.95, label: "stated" },
      intervalLayer("coverage", "category", "method"),
    ],
  });
  for (const population of populations) {
    for (const [method, name, sizes] of methods) {
      if (method === "log" && population.geometricMean === null) continue;
      for (const n of sizes) {
        const key = coverageKey(method, population, n);
        const label = `coverage of 95 % intervals, ${name}, ${population.name}, ${n} values`;
        context.metric({ id: key, label, values: bySeed(seeds, key) });
      }
    }
  }
}

const SHARE = "share: Clopper-Pearson";
