import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import {
  crossedDifferences,
  crossedIntervals,
  type CrossedStatistics,
} from "../../src/statistics/crossed_bootstrap.ts";
import { mean } from "../../src/statistics/descriptive.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Weighted means of values [seed, item]. */
function means(values: readonly (readonly number[])[]): CrossedStatistics {
  return {
    seeds: values.length,
    compute(seed, weights) {
      let [sum, total] = [0, 0];
      for (let i = 0; i < weights.length; i++) {
        sum += (weights[i] ?? 0) * (values[seed]?.[i] ?? NaN);
        total += weights[i] ?? 0;
      }
      return [sum / total];
    },
  };
}

/** Hits [seed, item] of a model whose accuracy varies with items and with seeds. */
function hitsOf(random: Random, spread: { items: number; seeds: number; noise: number }) {
  const item = Array.from({ length: 200 }, () => random.normal(0, spread.items));
  const seed = Array.from({ length: 10 }, () => random.normal(0, spread.seeds));
  return seed.map((s) => item.map((t) => 0.9 + s + t + random.normal(0, spread.noise) > 0 ? 1 : 0));
}

/** The accuracy over all items and seeds: P(0.9 + a normal number > 0). */
function truth(spread: { items: number; seeds: number; noise: number }): number {
  const random = new Random(99);
  const { items, seeds, noise } = spread;
  const deviation = Math.hypot(items, seeds, noise);
  let hits = 0;
  for (let i = 0; i < 200_000; i++) hits += 0.9 + random.normal(0, deviation) > 0 ? 1 : 0;
  return hits / 200_000;
}

Deno.test("crossedIntervals() of 95 % contain the true accuracy in 93 % of simulations or more", () => {
  const cases = [
    { items: 0.8, seeds: 0.05, noise: 0.4 },
    { items: 0.8, seeds: 0.3, noise: 0.4 },
    { items: 0.3, seeds: 0.3, noise: 0.9 },
  ];
  for (const [c, spread] of cases.entries()) {
    const wanted = truth(spread);
    const random = new Random(1).fork(c);
    const runs = 200;
    let [both, onlyItems, onlySeeds] = [0, 0, 0];
    const covers = ({ low, high }: { low: number; high: number }) =>
      low <= wanted && wanted <= high ? 1 : 0;
    for (let run = 0; run < runs; run++) {
      const hits = hitsOf(random, spread);
      const options = { items: 200, random: random.fork(run), resamples: 200 };
      for (const interval of crossedIntervals(means(hits), options)) both += covers(interval);
      const averages = hits[0]?.map((_, i) => mean(hits.map((row) => row[i] ?? NaN))) ?? [];
      for (const found of crossedIntervals(means([averages]), options)) onlyItems += covers(found);
      const bySeed = hits.map((row) => [mean(row)]);
      const transposed = [bySeed.map(([value = NaN]) => value)];
      const seedsOnly = { ...options, items: 10 };
      for (const found of crossedIntervals(means(transposed), seedsOnly)) {
        onlySeeds += covers(found);
      }
    }
    const shares = [both, onlyItems, onlySeeds].map((count) => count / runs);
    assert(both / runs >= 0.93, shares.join());
    assert(both >= onlyItems && both >= onlySeeds, shares.join());
  }
});

Deno.test("crossedIntervals() have the variance over items and over seeds", () => {
  const random = new Random(7);
  const [seeds, items] = [30, 40];
  const centred = (n: number) => {
    const draws = Array.from({ length: n }, () => random.normal());
    return draws.map((draw) => draw - mean(draws));
  };
  const bySeed = centred(seeds);
  const byItem = centred(items);
  const variance = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value ** 2, 0) / (values.length - 1);
  const values = bySeed.map((s) => byItem.map((t) => s + t));
  // The ends are 2 * 0.99446 deviations apart at a confidence of 0.68; with some 60 degrees of
  // freedom Student's t distribution makes it 1 % more.
  const options = { items, random: new Random(8), resamples: 20_000, confidence: 0.68 };
  const [found] = crossedIntervals(means(values), options);
  const deviation = ((found?.high ?? NaN) - (found?.low ?? NaN)) / (2 * 0.99446);
  const wanted = Math.sqrt(variance(bySeed) / seeds + variance(byItem) / items);
  assertClose([deviation], [wanted], tolerance.draws);
});

Deno.test("crossedIntervals() count the variance of single values about three times", () => {
  const ratios = Array.from({ length: 20 }, (_, run) => {
    const random = new Random(9).fork(run);
    const values = Array.from(
      { length: 30 },
      () => Array.from({ length: 40 }, () => random.normal()),
    );
    const options = { items: 40, random, resamples: 1000, confidence: 0.9 };
    const [found] = crossedIntervals(means(values), options);
    const deviation = ((found?.high ?? NaN) - (found?.low ?? NaN)) / (2 * 1.645);
    return deviation ** 2 * 30 * 40;
  });
  assert(mean(ratios) > 2.5 && mean(ratios) < 3.5, `${mean(ratios)}`);
});

Deno.test("crossedIntervals() of one seed are those of the items", () => {
  const values = Array.from({ length: 50 }, (_, i) => i % 5);
  const options = { items: 50, random: new Random(3), resamples: 4000 };
  const [one] = crossedIntervals(means([values]), options);
  const error = Math.sqrt(mean(values.map((value) => (value - 2) ** 2)) / 50);
  assertEquals(one?.value, 2);
  assert(Math.abs((one?.high ?? 0) - 2 - 1.96 * error) < 0.03);
  assertEquals(crossedIntervals(means([values]), options), [one]); // Equal sources.
});

Deno.test("crossedIntervals() draw the items of a group together", () => {
  const values = Array.from({ length: 60 }, (_, i) => Math.floor(i / 10)); // Six groups of ten.
  const options = { items: 60, random: new Random(3), resamples: 2000 };
  const groups = values.map((value) => value + 100);
  const [alone] = crossedIntervals(means([values]), options);
  const [grouped] = crossedIntervals(means([values]), { ...options, groups });
  const width = (found: typeof alone) => (found?.high ?? 0) - (found?.low ?? 0);
  assertEquals(grouped?.value, 2.5);
  assert(width(grouped) > 2.5 * width(alone)); // About sqrt(10) times.
});

Deno.test("crossedIntervals() leave out resamples in which a statistic is undefined", () => {
  const compute = (_: number, weights: Float64Array) => [(weights[0] ?? 0) > 0 ? 1 : NaN, 2, NaN];
  const options = { items: 5, random: new Random(1), resamples: 500 };
  const [first, second, third] = crossedIntervals({ seeds: 1, compute }, options);
  assertEquals([first?.value, first?.low, first?.high], [1, 1, 1]);
  assert((first?.resamples ?? 0) > 280 && (first?.resamples ?? 0) < 400); // 1 - 0.8^5 of them.
  assertEquals(second?.resamples, 500);
  assertEquals(third, { value: NaN, low: NaN, high: NaN, resamples: 0 });
});

Deno.test("crossedDifferences() have the same items and are shorter than a difference of intervals", () => {
  const random = new Random(5);
  const hard = Array.from({ length: 300 }, () => random.normal());
  const model = (shift: number) =>
    means(
      Array.from(
        { length: 5 },
        () => hard.map((h) => h + shift + random.normal(0, 0.3) > 0 ? 1 : 0),
      ),
    );
  const [good, poor] = [model(1), model(0.8)];
  const options = { items: 300, random: new Random(1), resamples: 1000 };
  const [difference] = crossedDifferences(good, poor, options);
  const [a] = crossedIntervals(good, options);
  const [b] = crossedIntervals(poor, options);
  assertClose([difference?.value ?? NaN], [(a?.value ?? 0) - (b?.value ?? 0)], tolerance.rounding);
  const width = (found: typeof a) => (found?.high ?? 0) - (found?.low ?? 0);
  assert(width(difference) < 0.8 * Math.hypot(width(a), width(b)));
  const [same] = crossedDifferences(good, good, { ...options, pairedSeeds: true });
  assertEquals([same?.value, same?.low, same?.high], [0, 0, 0]);
});

Deno.test("crossed bootstraps refuse options that do not go together", async () => {
  const one = means([[1, 2, 3]]);
  const options = { items: 3, random: new Random(1) };
  await assertMistakes([
    [() => call(null, crossedIntervals, one, { items: 3 }), "random must be a source of random"],
    [() => call(null, crossedIntervals, null, options), "statistics must be an object with seeds"],
    [() => call(null, crossedIntervals, { seeds: 0 }, options), "seeds of statistics must be"],
    [() => call(null, crossedIntervals, { seeds: 1 }, options), "compute of statistics must be a"],
    [() => crossedIntervals(one, { ...options, groups: [1] }), "groups must be one of each of 3"],
    [() => crossedIntervals(one, { ...options, confidence: 1 }), "confidence must be"],
    [() => crossedIntervals(one, { ...options, resamples: 1e9 }), "resamples must be at most"],
    [
      () => crossedDifferences(one, means([[1], [2]]), { ...options, pairedSeeds: true }),
      "paired seeds must be as many in both models, found [1, 2]",
    ],
    [
      () => crossedDifferences(one, { seeds: 1, compute: () => [1, 2] }, options),
      "statistics must be as many of each model and seed, found [1, 2]",
    ],
  ]);
});
