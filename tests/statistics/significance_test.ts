import { assertEquals, assertThrows } from "@std/assert";
import { signedRankP } from "../../src/statistics/significance.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Twice the share of all 2^n signs whose sum of positive ranks is as small as the smaller one. */
function byAllSigns(differences: readonly number[]): number {
  const kept = differences.filter((one) => one !== 0);
  const sizes = kept.map(Math.abs);
  const ranks = sizes.map((size) =>
    sizes.filter((other) => other < size).length +
    (sizes.filter((other) => other === size).length + 1) / 2
  );
  const sumOf = (isPositive: (i: number) => boolean) =>
    ranks.reduce((sum, rank, i) => isPositive(i) ? sum + rank : sum, 0);
  const smaller = Math.min(
    sumOf((i) => (kept[i] ?? NaN) > 0),
    sumOf((i) => (kept[i] ?? NaN) < 0),
  );
  let count = 0;
  for (let signs = 0; signs < 2 ** kept.length; signs++) {
    if (sumOf((i) => (signs >> i & 1) === 1) <= smaller) count++;
  }
  return Math.min(1, 2 * count / 2 ** kept.length);
}

Deno.test("signedRankP() of up to 12 values equals the count over all signs, with ties and zeros", () => {
  const random = new Random(1);
  for (let n = 1; n <= 12; n++) {
    for (let trial = 0; trial < 6; trial++) {
      // Whole numbers tie often; an odd trial has none.
      const differences = Array.from({ length: n }, () => {
        return trial % 2 === 0 ? random.integer(-3, 4) : random.normal(0.5);
      });
      const wanted = differences.every((one) => one === 0) ? 1 : byAllSigns(differences);
      assertClose([signedRankP(differences)], [wanted], tolerance.rounding);
    }
  }
});

// SciPy 1.17.1: wilcoxon(differences, method="exact")
const values = [0.62, 1.13, 0.88, 1.31, 0.97, 1.22, 1.05, 0.79, 1.48, 1.16, 0.91, 1.27];
const patients = [0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01];
const exact: readonly [string, number[], number][] = [
  ["differences of 12 values", values.map((value) => value - 1), 0.33935546875],
  ["logarithms of 12 values", values.map(Math.log), 0.4697265625],
  // Hollander & Wolfe (1973), depression scale factors, as in R's help of wilcox.test
  ["Hollander & Wolfe's patients", patients, 0.0390625],
];

for (const [name, differences, wanted] of exact) {
  Deno.test(`signedRankP() of ${name} equals SciPy's`, () => {
    assertClose([signedRankP(differences)], [wanted], tolerance.rounding);
  });
}

Deno.test("signedRankP() of more than 100 values equals SciPy's approximation with correction", () => {
  // SciPy 1.17.1: wilcoxon([(i * 37) % 130 - 60.0 for i in range(130)], correction=True,
  // method="approx"), with ties and one zero
  const differences = Array.from({ length: 130 }, (_, i) => (i * 37) % 130 - 60);
  assertClose([signedRankP(differences)], [0.186469209934493], tolerance.special);
});

Deno.test("signedRankP() is nearly continuous at the start of the approximation", () => {
  const random = new Random(2);
  const differences = Array.from({ length: 101 }, () => random.normal(0.2));
  const approximate = signedRankP(differences);
  // One more zero in place of the smallest difference is dropped, which leaves 100.
  const least = Math.min(...differences.map(Math.abs));
  const exactly = signedRankP(differences.map((one) => Math.abs(one) === least ? 0 : one));
  assertClose([approximate], [exactly], { relative: 0.02, reason: "O(1/n) of the normal one" });
});

Deno.test("signedRankP() of zeros and of balanced differences is 1", () => {
  assertEquals(signedRankP([0, 0, 0]), 1);
  assertEquals(signedRankP([1, -1, 2, -2]), 1);
});

Deno.test("signedRankP() does not depend on the sign or scale of all differences", () => {
  const [found] = [signedRankP(patients)];
  assertEquals(signedRankP(patients.map((one) => -one)), found);
  assertEquals(signedRankP(patients.map((one) => one * 2 ** 900)), found);
});

Deno.test("signedRankP() throws unless all differences are finite numbers", () => {
  assertThrows(() => signedRankP([]), InputError, "differences must be at least 1 number");
  assertThrows(() => signedRankP([1, NaN]), InputError, "differences[1] must be a finite number");
});
