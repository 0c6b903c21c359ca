import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import {
  coverageOf,
  decidingWins,
  hardShares,
  intervalsOf,
  winPower,
} from "../../../src/experiments/interval_coverage/exact_shares.ts";
import { intervalCoverage } from "../../../src/experiments/interval_coverage/experiment.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const { result } = await runExperiment(intervalCoverage, {
  parameters: { draws: 150, bootstrapDraws: 40, resamples: 200, families: 20 },
  seeds: Array.from({ length: 12 }, (_, i) => i),
  backend: { name: "cpu", adapter: null, versions: {} },
});

function metric(id: string): number {
  const found = result.metrics.find((one) => one.id === id);
  assert(found, id);
  return found.estimate.value;
}

/** Fails if a simulated share is further from the known one than chance explains. */
function assertShare(id: string, wanted: number, trials: number): void {
  const room = 4 * Math.sqrt(wanted * (1 - wanted) / trials);
  assertLess(Math.abs(metric(id) - wanted), room, `${id}: ${metric(id)}`);
}

Deno.test("interval-coverage finds known coverages", () => {
  const trials = 12 * 150;
  for (const n of [10, 20, 30]) {
    assertShare(`t-normal-${n}`, 0.95, trials);
    assertShare(`log-lognormal-${n}`, 0.95, trials);
  }
  // NumPy 2.4.6, 4 million draws; see tests/analysis/coverage_test.ts
  assertShare("t-lognormal-10", 0.9209, trials);
  assertShare("t-exponential-10", 0.9004, trials);
  assertShare("t-exponential-30", 0.927, trials);
  assertLess(metric("bca-exponential-10"), 0.92);
});

Deno.test("interval-coverage finds known rates of wrong verdicts", () => {
  const trials = 12 * 20;
  assertShare("holm-none-1", 0.05, trials);
  assertShare("plain-none-10", 1 - 0.95 ** 10, trials);
  assertShare("holm-none-10", 1 - (1 - 0.05 / 10) ** 10, trials);
  assertShare("plain-none-20", 1 - 0.95 ** 20, trials);
  assertShare("plain-mixed-10", 1 - 0.95 ** 10, trials);
});

Deno.test("interval-coverage checks that intervals and tests agree", () => {
  assertEquals(result.checks.map(({ id, holds }) => [id, holds]), [
    ["shares-are-covered", true],
    ["tests-are-intervals", true],
    ["equivalence-is-an-interval", true],
  ]);
  for (const { cases } of result.checks) assertGreater(cases, 100);
});

Deno.test("interval-coverage finds the tabulated power of a share of wins", () => {
  // SciPy 1.17.1: binom.sf(14, 20, 0.8), binom.sf(8, 10, 0.9)
  const wanted = [0.8042077854595492, 0.7360989291];
  assertClose([winPower(20, 0.8), winPower(10, 0.9)], wanted, tolerance.special);
  assertEquals([10, 20, 30].map(decidingWins), [9, 15, 21]);
});

Deno.test("coverageOf() sums the outcomes whose interval contains the share", () => {
  const intervals = intervalsOf(10);
  for (const share of hardShares(intervals)) {
    let [sum, chance] = [0, (1 - share) ** 10];
    for (const [count, [low, high]] of intervals.entries()) {
      if (low <= share && share <= high) sum += chance;
      chance *= share / (1 - share) * (10 - count) / (count + 1);
    }
    assertClose([coverageOf(share, intervals)], [sum], tolerance.special);
  }
});

Deno.test("interval-coverage runs with three seeds, without intervals", async () => {
  const { result } = await runExperiment(intervalCoverage, {
    parameters: { draws: 10, bootstrapDraws: 2, resamples: 100, families: 1 },
    seeds: [1, 2, 3],
    backend: { name: "cpu", adapter: null, versions: {} },
  });
  assertEquals(result.metrics.every(({ estimate }) => estimate.low === null), true);
});
