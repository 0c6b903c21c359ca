import { BOOTSTRAP_SIZES, bySeed, type Context, SHARES, type Shares, SIZES } from "./parameters.ts";
import { coverageKey, type Method, populations, shareKey } from "./simulate_intervals.ts";
import { estimate } from "../../statistics/estimate.ts";
import { infer } from "../../statistics/inference.ts";
import type { SeedStatistic } from "../../result/result.ts";
import { coverageOf, hardShares, intervalsOf } from "./exact_shares.ts";

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
 * @param seeds The simulated shares of each seed.
 */
export function recordCoverage(context: Context, seeds: readonly Shares[]): void {
  const inWords = (n: number) => `${n} values`;
  context.intervals({
    id: "coverage",
    title: "Share of 95 % intervals that contain the true value",
    names: [
      { name: "population", label: "distribution of the values" },
      { name: "method", label: "estimate and interval" },
      { name: "n", label: "values in an experiment" },
      { name: "category", label: "values in an experiment, in words" },
    ],
    value: { label: "share of intervals that contain the true value" },
    rows: [
      ...populations.flatMap((population) =>
        methods.flatMap(([method, name, sizes]) =>
          sizes.filter(() => method !== "log" || population.geometricMean !== null).map((n) => ({
            names: [population.name, name, n, inWords(n)],
            values: bySeed(seeds, coverageKey(method, population, n)),
          }))
        )
      ),
      ...SHARES.flatMap((share) =>
        SIZES.map((n) => ({
          names: [`share of ${share}`, SHARE, n, inWords(n)],
          values: bySeed(seeds, shareKey(share, n)),
        }))
      ),
    ],
    figure: {
      title: "How often intervals of 95 % contain the true value",
      caption:
        "A symbol left of the rule is an interval that holds the truth less often than it states. " +
        "Distributions from symmetric to strongly skewed, and three shares. Bootstrap intervals are " +
        "shown for comparison; no page uses them. Lines: pointwise 95 % intervals over repetitions of " +
        "the simulation.",
      alt:
        "Coverage by number of values, one panel for each distribution, one symbol for each method.",
      y: {
        column: "category",
        names: SIZES.map(inWords),
        label: "values in an experiment",
      },
      series: { column: "method", names: [...methods.map(([, name]) => name), SHARE] },
      facet: "population",
      under: [{ mark: "rule", axis: "x", value: 0.95, label: "stated" }],
    },
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

/** Records the exact coverage of intervals of shares, and checks that intervals and tests agree. */
export function recordShares(context: Context): void {
  const steps = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
  const intervals = SIZES.map((n) => [n, intervalsOf(n)] as const);
  context.table({
    id: "share-coverage",
    title: "Exact probability that the 95 % interval of a share holds it",
    columns: [
      { name: "n", label: "seeds" },
      { name: "share", label: "true share" },
      { name: "coverage", label: "probability that the interval holds it" },
    ],
    rows: intervals.flatMap(([n, ends]) =>
      steps.map((share) => [`${n} seeds`, share, coverageOf(share, ends)])
    ),
  });
  context.figure({
    id: "share-coverage",
    kind: "chart",
    title: "Intervals of shares hold at least what they state",
    caption:
      "For every true share the Clopper-Pearson interval holds it with a probability of at least " +
      "0.95, most of the time of more. Computed exactly, by summing over all outcomes. The rule is " +
      "what the intervals state.",
    alt: "Coverage against the true share for 10, 20 and 30 seeds; no curve falls below 0.95.",
    x: { label: "true share", scale: "linear", domain: [0, 1] },
    y: { label: "probability that the interval holds it", scale: "linear", domain: [0.94, 1] },
    facet: "n",
    layers: [
      { mark: "rule", axis: "y", value: 0.95, label: "stated" },
      {
        mark: "line",
        table: "share-coverage",
        x: "share",
        y: "coverage",
        role: "theory",
        label: "computed",
      },
    ],
  });
  const missing = intervals.flatMap(([, ends]) =>
    hardShares(ends).map((share) => 0.95 - coverageOf(share, ends))
  );
  context.check("shares-are-covered", { cases: missing.length, worst: Math.max(...missing) });
  recordAgreement(context);
}

/** Returns values for each statistic. */
function samples(context: Context): [SeedStatistic, number[]][] {
  return context.seeds.flatMap((seed) =>
    SIZES.flatMap((n): [SeedStatistic, number[]][] => {
      const random = context.random(seed, "agreement", n);
      const drawn = populations.map(({ draw }) => Array.from({ length: n }, () => draw(random)));
      const [, lognormal = [], exponential = []] = drawn;
      const wins = lognormal.map((value, i) => value < (exponential[i] ?? 0) ? 0 : 1);
      return [
        ...drawn.map((values): [SeedStatistic, number[]] => ["mean", values]),
        ["geometric-mean", lognormal],
        ["geometric-mean", exponential],
        ["share", wins],
      ];
    })
  );
}

/** Records the checks that tests and intervals agree. */
function recordAgreement(context: Context): void {
  const ends: number[] = [];
  const reaches: number[] = [];
  for (const [statistic, values] of samples(context)) {
    const prediction = { relation: "near", smallestEffect: 1, reason: "" } as const;
    const { value, low, high } = estimate(values, { statistic });
    for (const end of [low, high]) {
      // If no share on one side is rejected, the interval ends at 0 or 1, where p is not 0.05.
      if (end === null || (statistic === "share" && (end === 0 || end === 1))) continue;
      const { p } = infer(values, { ...prediction, value: end }, { statistic });
      ends.push(Math.abs((p ?? NaN) - 0.05));
    }
    if (statistic === "share") continue;
    const inner = estimate(values, { statistic, confidence: 0.9 });
    if (inner.low === null || inner.high === null) continue;
    // The interval is compared with a value beside the estimate, so that the distances of its ends
    // differ.
    const other = statistic === "mean" ? value + 0.1 : value * 1.1;
    const smallestEffect = statistic === "mean"
      ? Math.max(other - inner.low, inner.high - other)
      : Math.max(other / inner.low, inner.high / other) - 1;
    const { equivalenceP } = infer(values, { ...prediction, value: other, smallestEffect }, {
      statistic,
    });
    reaches.push(Math.abs((equivalenceP ?? NaN) - 0.05));
  }
  context.check("tests-are-intervals", { cases: ends.length, worst: Math.max(...ends) });
  context.check("equivalence-is-an-interval", {
    cases: reaches.length,
    worst: Math.max(...reaches),
  });
}
