import { assertEquals } from "@std/assert";
import type { Prediction, SeedStatistic } from "../../../src/result/result.ts";
import {
  formatEffect,
  formatFreeze,
  formatP,
  formatPlace,
  formatPrediction,
  namedP,
} from "../../../src/report/claims/format.ts";
import type { DecidingP } from "../../../src/report/claims/verdicts.ts";

/** Replaces typographic spaces by plain ones. */
function plain(text: string): string {
  return text.replace(/[\u202f\u00a0]/g, " ");
}

function prediction(
  relation: Prediction["relation"],
  value: number,
  smallestEffect: number,
  statistic: SeedStatistic = "mean",
  unit?: string,
): string {
  const predicts = { relation, value, smallestEffect, reason: "r" };
  return plain(formatPrediction({ predicts, statistic, ...(unit === undefined ? {} : { unit }) }));
}

Deno.test("formatPrediction() writes direction, value and smallest effect", () => {
  assertEquals(
    prediction("above", 1, 0.1, "geometric-mean"),
    "above 1 (smallest effect: 10 %)",
  );
  assertEquals(
    prediction("below", 1e-4, 0.07, "geometric-mean"),
    "below 1 × 10⁻⁴ (smallest effect: 7 %)",
  );
  assertEquals(prediction("above", 0.5, 0.1, "share"), "above 0.5 (smallest effect: 0.1)");
  assertEquals(
    prediction("below", 15, 2.5, "mean", "steps"),
    "below 15 steps (smallest effect: 2.5 steps)",
  );
  assertEquals(prediction("near", 0.731, 0.05), "within 0.05 of 0.731");
  assertEquals(
    prediction("above", 1 / 3, 1 / 6, "share"),
    "above 1/3 (smallest effect: 1/6)",
  );
  assertEquals(
    prediction("below", 1, 1.65, "geometric-mean"),
    "below 1 (smallest effect: a factor of 2.65)",
  );
  assertEquals(prediction("near", 1, 1.5, "geometric-mean"), "within a factor of 2.5 of 1");
  assertEquals(prediction("near", 1, 0.05, "geometric-mean"), "within 5 % of 1 (0.952 to 1.05)");
});

Deno.test("formatEffect() gives percentages for geometric means, and factors from 100 % on", () => {
  const predicts = { relation: "above", value: 1, smallestEffect: 0.1, reason: "r" } as const;
  const effect = (value: number | null, statistic: SeedStatistic) =>
    plain(formatEffect(value, { predicts, statistic, unit: "steps" }));
  assertEquals(effect(0.0421, "geometric-mean"), "4.2 %");
  assertEquals(effect(2.758, "geometric-mean"), "a factor of 3.8");
  assertEquals(effect(0.0421, "mean"), "0.042 steps");
  assertEquals(effect(null, "mean"), "—");
});

Deno.test("formatP() has two digits, and a bound for p values below rounding errors", () => {
  assertEquals(formatP(0.0215), "0.021");
  assertEquals(formatP(1), "1");
  assertEquals(plain(formatP(3.2e-7)), "3.2 × 10⁻⁷");
  assertEquals(plain(formatP(1e-20)), "< 10⁻¹⁵");
  assertEquals(plain(formatP(0)), "< 10⁻¹⁵");
  assertEquals(formatP(null), "—");
  const named = (p: number | null, of: DecidingP["of"]) => plain(namedP({ p, of }));
  assertEquals(named(0.0215, "difference"), "p = 0.021");
  assertEquals(named(0, "difference"), "p < 10⁻¹⁵");
  assertEquals(named(0.0215, "equivalence"), "p = 0.021 (equivalence)");
  assertEquals(named(0.0215, "outside"), "p = 0.021 (larger difference)");
  assertEquals(named(null, "equivalence"), "no p");
});

Deno.test("formatPlace() and formatFreeze() name a line, and a day with its commit", () => {
  const quoted = { text: "t", file: "fixtures/notebook.md", line: 2445 };
  assertEquals(formatPlace(quoted), "the notebook, line 2445");
  assertEquals(formatPlace({ ...quoted, file: "README.md" }), "README.md, line 2445");
  assertEquals(formatFreeze({ date: "2026-11-27", commit: null }), "2026-11-27");
  const commit = "0123456789abcdef";
  assertEquals(formatFreeze({ date: "2026-11-27", commit }), "2026-11-27, commit 0123456");
});
