import { assert, assertEquals, assertThrows } from "@std/assert";
import { detectable } from "../../src/statistics/detectable.ts";
import { binomialTail } from "../../src/statistics/distributions.ts";
import { infer } from "../../src/statistics/inference.ts";
import { sampleStandardDeviation } from "../../src/statistics/descriptive.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { Prediction } from "../../src/result/result.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const values = [0.62, 1.13, 0.88, 1.31, 0.97, 1.22, 1.05, 0.79, 1.48, 1.16, 0.91, 1.27];

function predicts(relation: Prediction["relation"], value: number): Prediction {
  return { relation, value, smallestEffect: 0.1, reason: "a convention" };
}

/** The probability that the exact test finds a share above 0.5, by summing over all outcomes. */
function power(n: number, truth: number, alpha: number): number {
  let sum = 0;
  for (let count = 0; count <= n; count++) {
    const wins = Array.from({ length: n }, (_, i) => i < count ? 1 : 0);
    const { p, estimate } = infer(wins, predicts("above", 0.5), { statistic: "share" });
    const isFound = p !== null && p < alpha && estimate.value > 0.5;
    const next = count === n ? 0 : binomialTail(count + 1, n, truth);
    if (isFound) sum += binomialTail(count, n, truth) - next;
  }
  return sum;
}

Deno.test("detectable() of a mean is two quantiles of t times the standard error", () => {
  const error = sampleStandardDeviation(values) / Math.sqrt(12);
  // SciPy 1.17.1: t.ppf(0.975, 11) + t.ppf(0.8, 11); t.ppf(0.95, 11) + t.ppf(0.9, 11)
  const [difference, equivalence] = [2.200985160091639 + 0.8755299780738819, 3.159315136724584];
  const effect = detectable(values, predicts("above", 1)) ?? NaN;
  assertClose([effect], [difference * error], tolerance.special);
  assertEquals(detectable(values, predicts("below", 7)), effect);
  const margin = detectable(values, predicts("near", 1)) ?? NaN;
  assertClose([margin], [equivalence * error], tolerance.special);
});

Deno.test("detectable() of a geometric mean is relative", () => {
  const logs = values.map(Math.log);
  const distance = detectable(logs, predicts("above", 0)) ?? NaN;
  const found = detectable(values, predicts("above", 1), { statistic: "geometric-mean" }) ?? NaN;
  assertClose([found], [Math.expm1(distance)], tolerance.special);
});

Deno.test("detectable() of a mean is detected in 8 of 10 experiments if the spread is known", () => {
  const random = new Random(1);
  const n = 15;
  const trials = 4000;
  // Values with a mean of 0 and a standard deviation of exactly 1.
  const plain = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const typical = plain.map((value) => value / sampleStandardDeviation(plain));
  const effect = detectable(typical, predicts("above", 0)) ?? NaN;
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const drawn = Array.from({ length: n }, () => random.normal(effect));
    const { p, estimate } = infer(drawn, predicts("above", 0));
    if (p !== null && p < 0.05 && estimate.value > 0) found++;
  }
  // Four standard errors of 0.0063. By SciPy's nct the shifted t is off by 0.001 at n = 10.
  assert(Math.abs(found / trials - 0.8) < 0.026, `${found / trials}`);
});

Deno.test("detectable() of a share has a power of 0.8 in the exact test", () => {
  for (const n of [10, 20, 30, 50]) {
    for (const alpha of [0.05, 0.01]) {
      const wins = Array.from({ length: n }, (_, i) => i % 3 === 0 ? 0 : 1);
      const options = { statistic: "share", alpha } as const;
      const effect = detectable(wins, predicts("above", 0.5), options) ?? NaN;
      assertClose([power(n, 0.5 + effect, alpha)], [0.8], tolerance.special);
      const below = detectable(wins, predicts("below", 0.5), options) ?? NaN;
      assertClose([below], [effect], tolerance.special);
    }
  }
});

Deno.test("detectable() of a share near a value has a power of 0.8 in both one-sided tests", () => {
  const n = 40;
  const options = { statistic: "share" } as const;
  const wins = Array.from({ length: n }, (_, i) => i % 2);
  const effect = detectable(wins, predicts("near", 0.5), options) ?? NaN;
  const powerAt = (smallestEffect: number) => {
    let sum = 0;
    for (let count = 0; count <= n; count++) {
      const given = Array.from({ length: n }, (_, i) => i < count ? 1 : 0);
      const prediction = { ...predicts("near", 0.5), smallestEffect };
      const { equivalenceP } = infer(given, prediction, options);
      const chance = binomialTail(count, n, 0.5) -
        (count === n ? 0 : binomialTail(count + 1, n, 0.5));
      if (equivalenceP !== null && equivalenceP < 0.05) sum += chance;
    }
    return sum;
  };
  assert(powerAt(effect + 1e-9) >= 0.8 && powerAt(effect - 1e-9) < 0.8);
});

Deno.test("detectable() is null if no share can be detected", () => {
  const wins = new Array<number>(10).fill(1);
  const options = { statistic: "share", alpha: 0.05 / 50 } as const;
  // 10 of 10 has a p of 0.002.
  assertEquals(detectable(wins, predicts("above", 0.5), options), null);
  // Splits with test sets as large as half of their training sets count as 1.7 seeds.
  const overlapping = { statistic: "share", overlap: 0.5 } as const;
  assertEquals(detectable(wins, predicts("near", 0.5), overlapping), null);
});

Deno.test("detectable() is null with too few seeds and 0 for equal values", () => {
  assertEquals(detectable(values.slice(0, 9), predicts("above", 1)), null);
  assertEquals(detectable(new Array<number>(10).fill(0.3), predicts("above", 1)), 0);
});

Deno.test("detectable() increases with the overlap and with a smaller level", () => {
  for (const statistic of ["mean", "geometric-mean", "share"] as const) {
    const given = statistic === "share"
      ? Array.from({ length: 60 }, (_, i) => i % 3 === 0 ? 0 : 1)
      : values;
    for (const relation of ["above", "near"] as const) {
      const prediction = predicts(relation, 0.6);
      const plain = detectable(given, prediction, { statistic }) ?? NaN;
      const overlapping = detectable(given, prediction, { statistic, overlap: 0.02 }) ?? NaN;
      const strict = detectable(given, prediction, { statistic, alpha: 0.01 }) ?? NaN;
      assert(overlapping > plain && strict > plain, `${statistic} ${relation}`);
    }
  }
});

Deno.test("detectable() throws unless alpha is in (0, 0.5]", () => {
  for (const alpha of [0, 0.6, NaN]) {
    const use = () => detectable(values, predicts("above", 1), { alpha });
    assertThrows(use, InputError, "alpha must be a number above 0 and at most 0.5");
  }
});
