import { estimate } from "../../statistics/estimate.ts";
import { infer } from "../../statistics/inference.ts";
import type { SeedStatistic } from "../../result/result.ts";
import { type Context, SIZES } from "./parameters.ts";
import { populations } from "./populations.ts";
import { coverageOf, hardShares, intervalsOf } from "./exact_shares.ts";

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

/** Values that are summed up by each statistic. */
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

function recordAgreement(context: Context): void {
  const ends: number[] = [];
  const reaches: number[] = [];
  for (const [statistic, values] of samples(context)) {
    const prediction = { relation: "near", smallestEffect: 1, reason: "" } as const;
    const { value, low, high } = estimate(values, { statistic });
    for (const end of [low, high]) {
      // An interval of a share ends at 0 or 1 where no test rejects.
      if (end === null || (statistic === "share" && (end === 0 || end === 1))) continue;
      const { p } = infer(values, { ...prediction, value: end }, { statistic });
      ends.push(Math.abs((p ?? NaN) - 0.05));
    }
    if (statistic === "share") continue;
    const inner = estimate(values, { statistic, confidence: 0.9 });
    if (inner.low === null || inner.high === null) continue;
    // Compared with a value beside the estimate, so that one end is further away.
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
