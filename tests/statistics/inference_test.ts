import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { estimate } from "../../src/statistics/estimate.ts";
import { infer, inferWithoutEach } from "../../src/statistics/inference.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { Prediction, SeedStatistic } from "../../src/result/result.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { type Question, testAgain } from "./independent_inference.ts";

const values = [0.62, 1.13, 0.88, 1.31, 0.97, 1.22, 1.05, 0.79, 1.48, 1.16, 0.91, 1.27];

function predicts(
  relation: Prediction["relation"],
  value: number,
  smallestEffect: number,
): Prediction {
  return { relation, value, smallestEffect, reason: "a convention" };
}

/** Values of 0 and 1. */
function wins(count: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => i < count ? 1 : 0);
}

Deno.test("infer() of a mean has the p values of SciPy's t tests", () => {
  const found = infer(values, predicts("above", 1, 0.2));
  // SciPy 1.17.1: ttest_1samp(values, 1).pvalue, and the larger of ttest_1samp(values, 1.2,
  // alternative="less") and ttest_1samp(values, 0.8, alternative="greater")
  const wanted = [0.36925826295898434, 0.041410676606045284];
  assertClose([found.p ?? NaN], wanted.slice(0, 1), tolerance.special);
  assertClose([found.equivalenceP ?? NaN], wanted.slice(1), tolerance.special);
  // SciPy 1.17.1: wilcoxon(values - 1, method="exact").pvalue
  assertClose([found.signedRankP ?? NaN], [0.33935546875], tolerance.rounding);
  assertEquals(found.estimate, estimate(values));
});

Deno.test("infer() of a geometric mean has the p values of SciPy's t tests of logarithms", () => {
  const found = infer(values, predicts("above", 1, 0.2), { statistic: "geometric-mean" });
  assertClose([found.p ?? NaN], [0.6029043559084153], tolerance.special);
  assertClose([found.equivalenceP ?? NaN], [0.032425034626973014], tolerance.special);
  assertClose([found.signedRankP ?? NaN], [0.4697265625], tolerance.rounding);
});

Deno.test("infer() of a share has the p value of SciPy's binomial test", () => {
  const of = (count: number, n: number) =>
    infer(wins(count, n), predicts("above", 0.5, 0.1), { statistic: "share" });
  // SciPy 1.17.1: binomtest(9, 10).pvalue, binomtest(24, 30).pvalue
  assertClose([of(9, 10).p ?? NaN], [0.021484375], tolerance.special);
  assertClose([of(24, 30).p ?? NaN], [0.0014309063553810122], tolerance.special);
  assertEquals(of(15, 30).p, 1);
  assertEquals(of(9, 10).signedRankP, null);
});

Deno.test("infer() finds equivalence at 5 % if and only if the 90 % interval lies within the effect", () => {
  for (const statistic of ["mean", "geometric-mean"] as const) {
    const { low, high } = estimate(values, { statistic, confidence: 0.9 });
    const reach = statistic === "mean"
      ? Math.max(1 - (low ?? NaN), (high ?? NaN) - 1)
      : Math.max(1 / (low ?? NaN) - 1, (high ?? NaN) - 1);
    const p = (effect: number) =>
      infer(values, predicts("near", 1, effect), { statistic }).equivalenceP ?? NaN;
    assertClose([p(reach)], [0.05], { relative: 1e-9, reason: "The same number both ways." });
    assertLess(p(reach * 1.001), 0.05);
    assertGreater(p(reach * 0.999), 0.05);
  }
});

Deno.test("infer() of a share finds equivalence if and only if the 90 % interval lies within the effect", () => {
  for (let count = 0; count <= 40; count++) {
    const given = wins(count, 40);
    const { low, high } = estimate(given, { statistic: "share", confidence: 0.9 });
    for (const effect of [0.1, 0.2, 0.3]) {
      const { equivalenceP } = infer(given, predicts("near", 0.6, effect), { statistic: "share" });
      const lies = (low ?? NaN) > 0.6 - effect && (high ?? NaN) < 0.6 + effect;
      assertEquals((equivalenceP ?? NaN) < 0.05, lies, `${count}, ${effect}`);
    }
  }
});

Deno.test("infer() finds a difference at 5 % if and only if the 95 % interval excludes the value", () => {
  const random = new Random(1);
  for (let trial = 0; trial < 200; trial++) {
    const overlap = trial % 3 === 0 ? 0.25 : 0;
    for (const statistic of ["mean", "geometric-mean", "share"] as const) {
      const given = Array.from({ length: 12 + trial % 20 }, () => {
        return statistic === "share" ? random.integer(0, 1) : Math.exp(random.normal(0.3));
      });
      const value = statistic === "share" ? 0.3 : 1.2;
      const { p, estimate } = infer(given, predicts("above", value, 0.1), { statistic, overlap });
      const { low, high } = estimate;
      assert(p !== null && low !== null && high !== null);
      assertEquals(p < 0.05, value < low || value > high);
    }
  }
});

Deno.test("infer() with overlap uses the variance of Nadeau & Bengio", () => {
  const { p, signedRankP } = infer(values, predicts("above", 0.9, 0.2), { overlap: 0.25 });
  // SciPy 1.17.1: t = (mean - 0.9) / (std * sqrt(1 / 12 + 0.25)) = 1.1791655, 2 * t.sf(t, 11)
  assertClose([p ?? NaN], [0.2632081181225682], tolerance.special);
  assertEquals(signedRankP, null);
});

Deno.test("infer() computes outsideP from both tails at the bound", () => {
  // Far from the value it is the one-sided p value beyond the bound.
  const far = infer(values, predicts("near", 0.2, 0.7));
  const bound = infer(values, predicts("above", 0.9, 0.1));
  assertClose([far.outsideP ?? NaN], [(bound.p ?? NaN) / 2], { relative: 1e-6, reason: "tiny" });
  // For a tiny effect it is the two-sided p value.
  const tiny = infer(values, predicts("near", 1, 1e-12));
  assertClose([tiny.outsideP ?? NaN], [tiny.p ?? NaN], { relative: 1e-9, reason: "tiny" });
});

Deno.test("infer() rejects a true share within the effect in at most 5 % of experiments", () => {
  const n = 20;
  for (const [value, effect] of [[0.5, 0.1], [0.8, 0.15], [0.3, 0.02]] as const) {
    const ps = Array.from({ length: n + 1 }, (_, count) => {
      return infer(wins(count, n), predicts("near", value, effect), { statistic: "share" })
        .outsideP;
    });
    for (let step = 0; step <= 20; step++) {
      const truth = value - effect + step * effect / 10;
      let [chance, wrong] = [(1 - truth) ** n, 0];
      for (const [count, p] of ps.entries()) {
        if (p !== null && p < 0.05) wrong += chance;
        chance *= truth / (1 - truth) * (n - count) / (count + 1);
      }
      assertLess(wrong, 0.05);
    }
  }
});

Deno.test("infer() counts only values strictly on the predicted side as agreeing", () => {
  const given = [0, 1, 1, 1, 2, 2, 3, 4, 5, 6];
  const share = (relation: Prediction["relation"]) =>
    infer(given, predicts(relation, 1, 1)).agreeing.value;
  assertEquals([share("above"), share("below"), share("near")], [0.6, 0.1, 0.3]);
  const ratios = [1, 2, 4, 4.1, 0.5, 0.4, 1, 1, 1, 1];
  const { agreeing } = infer(ratios, predicts("near", 1, 2), { statistic: "geometric-mean" });
  assertEquals(agreeing.value, 0.8);
  assertEquals(agreeing.method, "share, Clopper-Pearson");
});

Deno.test("infer() has no p values with fewer than MINIMUM_SEEDS values", () => {
  for (const statistic of ["mean", "geometric-mean", "share"] as const) {
    const given = statistic === "share" ? wins(9, 9) : values.slice(0, 9);
    const found = infer(given, predicts("above", 0.5, 0.1), { statistic });
    const { p, equivalenceP, outsideP, signedRankP, agreeing } = found;
    assertEquals([p, equivalenceP, outsideP, signedRankP], [null, null, null, null]);
    assertEquals([found.estimate.low, agreeing.low, agreeing.n], [null, null, 9]);
  }
});

Deno.test("infer() of equal values has p values of 0 and 1", () => {
  const of = (value: number, statistic: SeedStatistic) => {
    const given = new Array<number>(10).fill(value);
    const { p, equivalenceP, outsideP, signedRankP } = infer(given, predicts("above", 1, 0.5), {
      statistic,
    });
    return [p, equivalenceP, outsideP, signedRankP];
  };
  for (const statistic of ["mean", "geometric-mean"] as const) {
    assertEquals(of(1, statistic), [1, 0, 1, 1]);
    assertEquals(of(1.25, statistic), [0, 0, 1, 2 / 2 ** 10]);
    assertEquals(of(1.5, statistic), [0, 1, 1, 2 / 2 ** 10]);
    assertEquals(of(2, statistic), [0, 1, 0, 2 / 2 ** 10]);
  }
});

Deno.test("infer() does not depend on the scale of the values over the whole range of float64", () => {
  const wanted = infer(values, predicts("above", 0.9, 0.1));
  for (const power of [-1000, -500, 500, 1000]) {
    const scale = 2 ** power;
    const scaled = values.map((value) => value * scale);
    const found = infer(scaled, predicts("above", 0.9 * scale, 0.1 * scale));
    assertClose([found.p ?? NaN], [wanted.p ?? NaN], tolerance.special);
    assertClose([found.equivalenceP ?? NaN], [wanted.equivalenceP ?? NaN], tolerance.special);
    assertEquals(found.signedRankP, wanted.signedRankP);
    // Against a value of another order of magnitude.
    const other = infer(scaled, predicts("above", -1, 0.1));
    assert(other.p !== null && other.p <= 1 && other.agreeing.value === 1);
  }
  const wide = values.map((_, i) => i % 2 === 0 ? 1.7e308 : -1.7e308);
  const found = infer(wide, predicts("above", -1.7e308, 1e308));
  assert(found.p !== null && found.p > 0 && found.signedRankP !== null);
});

Deno.test("infer() agrees with an independent implementation of the formulas", () => {
  const random = new Random(4);
  const relations = ["above", "below", "near"] as const;
  for (let trial = 0; trial < 90; trial++) {
    const n = [10, 13, 30, 9][trial % 4] ?? 10;
    const overlap = trial % 3 === 0 ? [0.1, 0.25, 1][trial % 2] ?? 0 : 0;
    const smallestEffect = [0.05, 0.3, 0.6][trial % 3] ?? 0.05;
    const relation = relations[trial % 3] ?? "above";
    for (const statistic of ["mean", "geometric-mean", "share"] as const) {
      const [centre, spread] = [random.uniform(0.5, 1.2), random.uniform(0.1, 1.5)];
      const given = Array.from({ length: n }, () => {
        if (statistic === "share") return random.uniform() < centre * 0.7 ? 1 : 0;
        const one = random.normal(centre, spread);
        return statistic === "mean" ? one : Math.exp(one - 0.7);
      });
      const value = statistic === "share" ? [0.5, 0.8, 0.3][trial % 3] ?? 0.5 : 1;
      const prediction = predicts(relation, value, smallestEffect);
      const question: Question = { values: given, statistic, overlap };
      const found = infer(given, prediction, { statistic, overlap });
      const wanted = testAgain(question, prediction);
      assertSame(found.estimate.value, wanted.value);
      assertSame(found.estimate.low, wanted.low);
      assertSame(found.estimate.high, wanted.high);
      assertSame(found.agreeing.value, wanted.agreeing.value);
      assertSame(found.agreeing.low, wanted.agreeing.low);
      assertSame(found.agreeing.high, wanted.agreeing.high);
      for (const name of ["p", "equivalenceP", "outsideP", "signedRankP"] as const) {
        assertSame(found[name], wanted[name]);
      }
    }
  }
});

function assertSame(found: number | null, wanted: number | null): void {
  if (found === null || wanted === null) return assertEquals(found, wanted);
  assertClose([found], [wanted], tolerance.special, { scale: Math.max(Math.abs(wanted), 1e-9) });
}

Deno.test("infer() throws on predictions that do not suit the statistic", () => {
  const wrong: readonly [unknown[], string][] = [
    [[values], "prediction must be an object such as { relation, value }, found undefined"],
    [[values, { relation: "under", value: 1 }], 'relation of the prediction must be "above"'],
    [[values, predicts("above", NaN, 1)], "value of the prediction must be a finite number"],
    [
      [values, predicts("above", 0, 1), { statistic: "geometric-mean" }],
      "value of the prediction must be a finite number above 0, found 0",
    ],
    [
      [wins(1, 10), predicts("above", 1.5, 1), { statistic: "share" }],
      "value of the prediction must be a number from 0 to 1, found 1.5",
    ],
    [[values, predicts("near", 1, 0)], "smallestEffect of the prediction must be a finite number"],
    [[values, predicts("near", 1, Infinity)], "smallestEffect of the prediction must be a finite"],
    [[values, predicts("near", 1, 1), { alpha: 1 }], 'found "alpha"'],
    [[[], predicts("near", 1, 1)], "values must be at least 1 number, found 0"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.apply(infer, undefined, args), InputError, message);
  }
});

Deno.test("inferWithoutEach() tests one value fewer than infer() requires", () => {
  const ten = [0.2, 0.5, 0.4, 0.3, 0.6, 0.1, 0.4, 0.5, 0.3, -3];
  const found = inferWithoutEach(ten, predicts("above", 0, 0.1));
  assertEquals(found.map(({ estimate }) => estimate.n), Array(10).fill(9));
  // SciPy: ttest_1samp of the other nine against 0, and the larger of those against 0.1 and -0.1
  const wanted = [[0.9773592454736947, 0.4103437802245607], [
    0.00011758853372147802,
    0.9995112598938044,
  ]];
  for (const [i, one] of [found[0], found[9]].entries()) {
    const { p, equivalenceP } = one?.ps ?? {};
    assertClose([p ?? NaN, equivalenceP ?? NaN], wanted[i] ?? [], tolerance.special);
  }
  const shares = inferWithoutEach(wins(9, 10), predicts("above", 0.5, 0.1), { statistic: "share" });
  // Twice the probability of 8 or 9 successes of 9.
  assertClose(shares.map(({ ps }) => ps.p ?? NaN), [
    ...Array(9).fill(0.0390625),
    0.00390625,
  ], tolerance.special);
});

Deno.test("inferWithoutEach() equals infer() of the other values", () => {
  const options = { statistic: "geometric-mean", overlap: 0.25 } as const;
  const prediction = predicts("near", 1, 0.2);
  const found = inferWithoutEach(values, prediction, options);
  for (const [i, { estimate, ps }] of found.entries()) {
    const { p, equivalenceP, outsideP, ...rest } = infer(
      values.toSpliced(i, 1),
      prediction,
      options,
    );
    assertEquals({ estimate, ps }, { estimate: rest.estimate, ps: { p, equivalenceP, outsideP } });
  }
  assertEquals(found.length, values.length);
});

Deno.test("inferWithoutEach() is empty with too few seeds and throws as infer() does", () => {
  assertEquals(inferWithoutEach(values.slice(0, 9), predicts("above", 1, 0.2)), []);
  const share = { statistic: "share" } as const;
  assertThrows(() => inferWithoutEach(values, predicts("above", 0.5, 0.1), share), InputError);
  assertThrows(() => inferWithoutEach(wins(3, 12), predicts("above", 2, 0.1), share), InputError);
});
