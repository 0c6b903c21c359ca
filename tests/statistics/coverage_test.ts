import { assert, assertGreater, assertLess } from "@std/assert";
import { estimate, proportionEstimate } from "../../src/statistics/estimate.ts";
import { holm } from "../../src/statistics/verdict.ts";
import { infer } from "../../src/statistics/inference.ts";
import { Random } from "../../src/core/random.ts";
import type { SeedStatistic } from "../../src/result/result.ts";

const TRIALS = 10_000;

/** The share of intervals of n drawn values that contain the true value. */
function coverage(
  n: number,
  truth: number,
  statistic: SeedStatistic,
  draw: (random: Random) => number,
): number {
  const random = new Random(n);
  let held = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const { low, high } = estimate(Array.from({ length: n }, () => draw(random)), { statistic });
    if (low !== null && low <= truth && high !== null && truth <= high) held++;
  }
  return held / TRIALS;
}

/** Four standard errors of a share of trials. */
function room(share: number): number {
  return 4 * Math.sqrt(share * (1 - share) / TRIALS);
}

const normal = (random: Random) => random.normal(1, 2);
const lognormal = (random: Random) => Math.exp(random.normal(0, 0.5));
const exponential = (random: Random) => -Math.log1p(-random.uniform());

// Exact by theory for normal values and for logarithms of lognormal ones. For the means of skewed
// values by 4 million draws in NumPy 2.4.6 with SciPy's t.ppf(0.975, n - 1), to 0.0002.
const cases: readonly [
  name: string,
  n: number,
  truth: number,
  statistic: SeedStatistic,
  draw: (random: Random) => number,
  wanted: number,
][] = [
  ["the mean of normal values", 10, 1, "mean", normal, 0.95],
  ["the mean of normal values", 30, 1, "mean", normal, 0.95],
  ["the geometric mean of lognormal values", 10, 1, "geometric-mean", lognormal, 0.95],
  ["the geometric mean of lognormal values", 30, 1, "geometric-mean", lognormal, 0.95],
  ["the mean of lognormal values", 10, Math.exp(0.125), "mean", lognormal, 0.9209],
  ["the mean of lognormal values", 30, Math.exp(0.125), "mean", lognormal, 0.9352],
  ["the mean of exponential values", 10, 1, "mean", exponential, 0.9004],
  ["the mean of exponential values", 30, 1, "mean", exponential, 0.927],
];

for (const [name, n, truth, statistic, draw, wanted] of cases) {
  Deno.test(`estimate() of ${n} values covers ${name} in ${wanted} of trials`, () => {
    const found = coverage(n, truth, statistic, draw);
    assertLess(Math.abs(found - wanted), room(wanted), `${found}`);
  });
}

/**
 * The probability that the interval of a share contains the true share, summed over all outcomes.
 */
function shareCoverage(n: number, share: number, ends: readonly [number, number][]): number {
  let sum = 0;
  let log = n * Math.log1p(-share);
  for (const [count, [low, high]] of ends.entries()) {
    if (low <= share && share <= high) sum += Math.exp(log);
    log += Math.log(share / (1 - share)) + Math.log((n - count) / (count + 1));
  }
  return sum;
}

Deno.test("proportionEstimate() covers every proportion in at least 95 % of experiments, computed exactly", () => {
  for (const n of [10, 20, 30]) {
    const ends = Array.from({ length: n + 1 }, (_, count): [number, number] => {
      const { low, high } = proportionEstimate(count, n);
      return [low ?? NaN, high ?? NaN];
    });
    // The coverage has its minima next to the ends of intervals.
    const beside = ends.flat().flatMap((end) => [end - 1e-9, end + 1e-9]);
    const grid = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
    for (const share of [...beside, ...grid]) {
      if (!(share > 0 && share < 1)) continue;
      assertGreater(shareCoverage(n, share, ends), 0.95 - 1e-9, `${share} of ${n}`);
    }
  }
});

Deno.test("estimate() with overlap covers the mean of values with shared noise", () => {
  // Correlated as Nadeau & Bengio assume: rho = test / (test + training) = overlap / (1 + overlap).
  const overlap = 0.25;
  const rho = overlap / (1 + overlap);
  const random = new Random(5);
  let [plain, corrected] = [0, 0];
  for (let trial = 0; trial < TRIALS; trial++) {
    const common = random.normal(0, Math.sqrt(rho));
    const values = Array.from({ length: 10 }, () => common + random.normal(0, Math.sqrt(1 - rho)));
    const holds = ({ low, high }: { low: number | null; high: number | null }) =>
      low !== null && high !== null && low <= 0 && 0 <= high;
    if (holds(estimate(values))) plain++;
    if (holds(estimate(values, { overlap }))) corrected++;
  }
  // The corrected t is exact under that correlation.
  assertLess(Math.abs(corrected / TRIALS - 0.95), room(0.95), `${corrected}`);
  assertLess(plain / TRIALS, 0.8);
});

Deno.test("holm() limits the risk of any false difference in a family of eight to 5 %", () => {
  const random = new Random(6);
  const prediction = { relation: "above", value: 0, smallestEffect: 1, reason: "" } as const;
  let [adjusted, plain] = [0, 0];
  const trials = 2000;
  for (let trial = 0; trial < trials; trial++) {
    const ps = Array.from({ length: 8 }, () => {
      const values = Array.from({ length: 10 }, () => random.normal());
      return infer(values, prediction).p ?? NaN;
    });
    if (holm(ps).some((p) => p < 0.05)) adjusted++;
    if (ps.some((p) => p < 0.05)) plain++;
  }
  // Independent: 1 - (1 - 0.05 / 8)^8 = 0.0489 with Holm, 1 - 0.95^8 = 0.337 without.
  const error = (share: number) => 4 * Math.sqrt(share * (1 - share) / trials);
  assert(Math.abs(adjusted / trials - 0.0489) < error(0.0489), `${adjusted / trials}`);
  assert(Math.abs(plain / trials - 0.3366) < error(0.3366), `${plain / trials}`);
});
