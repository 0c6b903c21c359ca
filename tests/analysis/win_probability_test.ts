import { assert, assertEquals, assertThrows } from "@std/assert";
import { shareEstimate } from "../../src/analysis/estimate.ts";
import { winProbability } from "../../src/analysis/win_probability.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

Deno.test("the value is the share of seeds won, with the interval of a share", () => {
  const found = winProbability([1, 2, 3, 4, 5, 6], [2, 1, 4, 5, 6, 7]);
  const { low, high } = shareEstimate(5, 6);
  assertEquals([found.value, found.low, found.high, found.n], [5 / 6, low, high, 6]);
  assertEquals(found.method, "share of seeds won, Wilson score interval");
});

Deno.test("a tie is won by neither", () => {
  const [a, b] = [[1, 2, 3, 4, 5], [1, 2, 3, 5, 4]];
  assertEquals([winProbability(a, b).value, winProbability(b, a).value], [1 / 5, 1 / 5]);
});

Deno.test("more seeds won put the whole interval higher, up to all of them", () => {
  const of = (won: number) =>
    winProbability(Array.from({ length: 10 }, (_, i) => i < won ? 0 : 2), new Array(10).fill(1));
  for (let won = 1; won <= 10; won++) {
    assert(Number(of(won).low) > Number(of(won - 1).low), `${won}`);
    assert(Number(of(won).high) >= Number(of(won - 1).high), `${won}`);
  }
});

Deno.test("the lower end lies above the truth about as seldom as it says", () => {
  const random = new Random(3);
  for (const truth of [0.5, 0.9, 0.97]) {
    for (const n of [10, 30]) {
      let above = 0;
      const trials = 4000;
      for (let trial = 0; trial < trials; trial++) {
        const losses = Array.from({ length: n }, () => random.uniform() < truth ? 0 : 2);
        if (Number(winProbability(losses, new Array(n).fill(1)).low) > truth) above++;
      }
      // 2.5 %, but n seeds have n + 1 shares only, and Wilson's interval is known to be up to
      // twice as bold at an end near 1.
      assert(above / trials < 0.055, `${truth}, ${n}: ${above / trials}`);
    }
  }
});

Deno.test("below five seeds there is no interval", () => {
  const { low, high, method } = winProbability([1, 1, 1, 1], [2, 2, 2, 2]);
  assertEquals([low, high], [null, null]);
  assertEquals(method, "share of seeds won, no interval below 5 seeds");
});

Deno.test("values that cannot be used are named", () => {
  assertThrows(() => winProbability([], []), InputError, "at least 1 number, found 0");
  assertThrows(() => winProbability([1], [NaN]), InputError, "others[0] must be a finite number");
  assertThrows(
    () => winProbability([1, 2], [1]),
    InputError,
    "others must be 2 numbers, one for each seed, found 1",
  );
});
