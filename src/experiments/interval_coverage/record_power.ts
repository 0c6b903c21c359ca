import { bySeed, type Context, EFFECTS, type Shares, SIZES } from "./parameters.ts";
import { families, familyKey } from "./simulate_families.ts";
import { detectable } from "../../statistics/detectable.ts";
import { sampleStandardDeviation } from "../../statistics/descriptive.ts";
import type { Prediction } from "../../result/result.ts";
import { decidingWins, winPower } from "./exact_shares.ts";
import { powerKey } from "./simulate_intervals.ts";

const adjustments = [[true, "Holm"], [false, "none"]] as const;

/**
 * Records the share of families of claims with at least one wrong verdict.
 *
 * @param context The run.
 * @param seeds The simulated shares of each seed.
 */
export function recordFamilies(context: Context, seeds: readonly Shares[]): void {
  context.intervals({
    id: "wrong-verdicts",
    title: "Share of families of claims with any wrong verdict",
    names: [
      { name: "family", label: "claims of the family" },
      { name: "adjustment", label: "adjustment of p values" },
    ],
    value: { label: "share of families with a wrong verdict" },
    rows: families.flatMap((family) =>
      adjustments.map(([isAdjusted, adjustment]) => ({
        names: [family.name, adjustment],
        values: bySeed(seeds, familyKey(family, isAdjusted)),
      }))
    ),
    figure: {
      title: "How often any verdict of a family is wrong",
      caption:
        "Right of the rule, wrong verdicts are more frequent than 1 family in 20. In the last family " +
        "half of the claims have no effect and half one that is just the smallest of interest, which is " +
        "the least favourable case. Ten normal values for each claim; lines: pointwise 95 % intervals " +
        "over repetitions of the simulation.",
      alt: "Share of families with a wrong verdict by family, with and without Holm's adjustment.",
      x: { domain: [0, 1] },
      y: "family",
      series: { column: "adjustment", label: "adjustment" },
      under: [{ mark: "rule", axis: "x", value: 0.05, label: "level" }],
    },
  });
  for (const family of families) {
    for (const [isAdjusted, adjustment] of adjustments) {
      const key = familyKey(family, isAdjusted);
      const label = `families with a wrong verdict, ${family.name}, adjustment: ${adjustment}`;
      context.metric({ id: key, label, values: bySeed(seeds, key) });
    }
  }
}

/** The numbers of seeds in the tables. */
const NUMBERS = [10, 20, 30, 50, 100] as const;

/** The sizes of families. Holm's method tests the smallest p value of m claims at 0.05 / m. */
const FAMILIES = [1, 5, 10] as const;

/** The wanted power. */
const POWER = 0.8;

/**
 * Records which effects a number of seeds detects.
 *
 * @param context The run.
 * @param seeds The simulated shares of each seed.
 */
export function recordPower(context: Context, seeds: readonly Shares[]): void {
  recordDecidable(context);
  recordWins(context);
  context.curves({
    id: "power",
    title: "Share of experiments that decide an effect on the mean",
    names: [{ name: "n", label: "seeds" }],
    x: { name: "effect", label: "effect", unit: "standard deviations", values: EFFECTS },
    value: { label: "share of experiments that decide it" },
    curves: SIZES.map((n) => ({
      names: [`${n}`],
      values: seeds.map((shares) => EFFECTS.map((effect) => shares[powerKey(effect, n)] ?? NaN)),
    })),
    figure: {
      title: "Power of the t test of a mean",
      caption:
        "The curves cross the rule at the effect that so many seeds decide in 8 of 10 experiments. " +
        "Simulated with normal values; bands: pointwise 95 % intervals over repetitions of the " +
        "simulation.",
      alt:
        "Share of experiments that decide an effect, against the effect, for 10, 20 and 30 seeds.",
      y: { domain: [0, 1] },
      series: "n",
      under: [{ mark: "rule", axis: "y", value: POWER, label: "0.8" }],
    },
  });
}

/** Records a metric that is computed and not simulated. */
function exact(context: Context, id: string, label: string, value: number): void {
  context.metric({ id, label, values: [value], labels: ["computed exactly"] });
}

/** Returns n values with a standard deviation of 1. */
function typical(n: number): number[] {
  const plain = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const deviation = sampleStandardDeviation(plain);
  return plain.map((value) => value / deviation);
}

/** Records the smallest effects that numbers of seeds detect, by size of the family. */
function recordDecidable(context: Context): void {
  const predicts = (relation: Prediction["relation"], value: number): Prediction => {
    return { relation, value, smallestEffect: 0.1, reason: "" };
  };
  const rows = NUMBERS.flatMap((n) =>
    FAMILIES.map((claims) => {
      const alpha = 0.05 / claims;
      const values = typical(n);
      const wins = values.map((value) => value > 0 ? 1 : 0);
      const share = detectable(wins, predicts("above", 0.5), { statistic: "share", alpha });
      return [
        n,
        claims,
        share === null ? null : 0.5 + share,
        detectable(values, predicts("above", 0), { alpha }),
        detectable(values, predicts("near", 0), { alpha }),
      ];
    })
  );
  context.table({
    id: "decidable",
    title: "The smallest effects that n seeds decide in 8 of 10 experiments",
    columns: [
      { name: "n", label: "seeds" },
      { name: "claims", label: "claims of the family" },
      { name: "share", label: "share of wins, against one half" },
      { name: "effect", label: "effect on a mean", unit: "standard deviations" },
      { name: "margin", label: "margin of equivalence", unit: "standard deviations" },
    ],
    rows,
  });
  for (const [n, claims, share, effect, margin] of rows) {
    if (claims !== 1 || typeof effect !== "number" || typeof margin !== "number") continue;
    const among = `that ${n} seeds decide in 8 of 10 experiments`;
    if (typeof share === "number") {
      exact(context, `decidable-share-${n}`, `the smallest share of wins ${among}`, share);
    }
    exact(context, `decidable-effect-${n}`, `the smallest effect in deviations ${among}`, effect);
    exact(context, `decidable-margin-${n}`, `the smallest margin in deviations ${among}`, margin);
  }
}

/** Records the exact test of a share of wins: the number of wins for a rejection, and the power. */
function recordWins(context: Context): void {
  const shares = Array.from({ length: 11 }, (_, i) => (50 + 5 * i) / 100);
  context.table({
    id: "wins",
    title: "The exact test of a share of wins against one half",
    columns: [
      { name: "n", label: "seeds" },
      { name: "wins", label: "the fewest wins that decide" },
      { name: "wrong", label: "probability that it decides if the share is one half" },
      ...[0.6, 0.7, 0.8, 0.9].map((share) => ({
        name: `at ${share}`,
        label: `probability that it decides if the share is ${share}`,
      })),
    ],
    rows: NUMBERS.map((n) => [
      n,
      decidingWins(n),
      2 * winPower(n, 0.5),
      ...[0.6, 0.7, 0.8, 0.9].map((share) => winPower(n, share)),
    ]),
  });
  context.table({
    id: "win-power",
    title: "Power of the exact test of a share of wins",
    columns: [
      { name: "n", label: "seeds" },
      { name: "share", label: "true share of wins" },
      { name: "power", label: "probability that the test decides" },
    ],
    rows: NUMBERS.flatMap((n) => shares.map((share) => [`${n}`, share, winPower(n, share)])),
  });
  context.figure({
    id: "win-power",
    kind: "chart",
    title: "Power of the exact test of a share of wins",
    caption:
      "The curves cross the rule at the share of wins that so many seeds tell from one half in 8 of " +
      "10 experiments. Computed exactly.",
    alt: "Power against the true share of wins, one line for each number of seeds.",
    x: { label: "true share of wins", scale: "linear", domain: [0.5, 1] },
    y: { label: "probability that the test decides", scale: "linear", domain: [0, 1] },
    series: NUMBERS.map(String),
    seriesLabel: "seeds",
    layers: [
      { mark: "rule", axis: "y", value: POWER, label: "0.8" },
      {
        mark: "line",
        table: "win-power",
        x: "share",
        y: "power",
        series: "n",
        role: "measured",
      },
    ],
  });
  for (const n of NUMBERS) {
    const label = `probability that the exact test of ${n} seeds decides a share of one half`;
    exact(context, `win-error-${n}`, label, 2 * winPower(n, 0.5));
  }
}
