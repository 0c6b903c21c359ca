import { assert, assertEquals, assertThrows } from "@std/assert";
import { shareEstimate } from "../../src/analysis/estimate.ts";
import { probabilityOfImprovement } from "../../src/analysis/improvement.ts";
import { normalCdf } from "../../src/analysis/normal.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

const random = () => new Random(1);

Deno.test("the value is the share of pairs, ties counted half", () => {
  const { value, n } = probabilityOfImprovement([1, 2, 3, 4, 5], [2, 2, 6, 6, 0, 9], {
    random: random(),
  });
  // By hand: 1 beats 5 of 6; 2 beats 3 and ties 2; 3, 4 and 5 beat 3 each.
  assertEquals(value, (5 + 4 + 3 + 3 + 3) / 30);
  assertEquals(n, 5);
});

Deno.test("what is said of one side is the opposite for the other", () => {
  const [a, b] = [[0.1, 0.4, 0.2, 0.9, 0.3], [0.5, 0.2, 0.6, 0.8, 0.7, 0.25]];
  const one = probabilityOfImprovement(a, b, { random: random() });
  const other = probabilityOfImprovement(b, a, { random: random() });
  assert(Math.abs(one.value + other.value - 1) < 1e-12);
  assert(Number(one.low) < one.value && one.value < Number(one.high));
});

Deno.test("where every pair agrees, the interval is that of so many seeds that agree", () => {
  const [low, high] = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11, 12]];
  const found = probabilityOfImprovement(low, high, { random: random() });
  const wilson = shareEstimate(5, 5);
  assertEquals([found.value, found.low, found.high], [1, wilson.low, wilson.high]);
  assertEquals(
    probabilityOfImprovement(high, low, { random: random() }).high,
    shareEstimate(0, 5).high,
  );
  assert(found.method.includes("Wilson"));
});

Deno.test("below five seeds there is no interval", () => {
  const { low, high, method } = probabilityOfImprovement([1, 2, 3, 4], [1, 2, 3, 4, 5], {
    random: random(),
  });
  assertEquals([low, high], [null, null]);
  assertEquals(method, "share of pairs, no interval below 5 seeds");
});

Deno.test("a higher confidence has the wider interval, an equal source the same one", () => {
  const [a, b] = [[1, 4, 2, 8, 3, 7], [5, 2, 6, 9, 7, 4]];
  const of = (confidence: number) =>
    probabilityOfImprovement(a, b, { random: random(), confidence });
  assertEquals(of(0.95), of(0.95));
  assert(Number(of(0.99).low) < Number(of(0.95).low));
  assertEquals(of(0.99).confidence, 0.99);
});

Deno.test("the interval covers the probability about as often as it says", () => {
  // Of normal losses whose means are 0.8 apart, one beats the other with this probability.
  const truth = normalCdf(0.8 / Math.SQRT2);
  const source = new Random(5);
  const draw = (mean: number) => Array.from({ length: 20 }, () => source.normal(mean));
  const experiments = 400;
  let covered = 0;
  for (let i = 0; i < experiments; i++) {
    const { low, high } = probabilityOfImprovement(draw(0), draw(0.8), {
      random: source.fork(i),
      resamples: 300,
    });
    if (Number(low) <= truth && truth <= Number(high)) covered++;
  }
  assert(covered / experiments > 0.88 && covered / experiments < 0.98, `${covered}`);
});

Deno.test("values and options that cannot be used are named", () => {
  assertThrows(
    () => probabilityOfImprovement([], [1], { random: random() }),
    InputError,
    "values must be at least 1 number, found 0",
  );
  assertThrows(
    () => probabilityOfImprovement([1], [NaN], { random: random() }),
    InputError,
    "values[0] must be a finite number, found NaN",
  );
  assertThrows(
    () => probabilityOfImprovement([1], [1], { random: random(), confidence: 1 }),
    InputError,
    "confidence",
  );
});
