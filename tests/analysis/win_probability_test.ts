import { assert, assertEquals, assertThrows } from "@std/assert";
import { shareEstimate } from "../../src/analysis/estimate.ts";
import { winProbability } from "../../src/analysis/win_probability.ts";
import { InputError } from "../../src/core/errors.ts";

Deno.test("winProbability() is the share of seeds won, with the interval of a share", () => {
  const losses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const found = winProbability(losses, losses.map((loss, i) => i < 8 ? loss + 1 : loss - 1));
  const { low, high } = shareEstimate(8, 10);
  assertEquals([found.value, found.low, found.high, found.n], [0.8, low, high, 10]);
  assertEquals(found.method, "share of seeds won, Clopper-Pearson");
});

Deno.test("winProbability() counts a tie as won by neither", () => {
  const [a, b] = [[1, 2, 3, 4, 5], [1, 2, 3, 5, 4]];
  assertEquals([winProbability(a, b).value, winProbability(b, a).value], [1 / 5, 1 / 5]);
});

Deno.test("winProbability() puts the whole interval higher for more seeds won, up to all", () => {
  const of = (won: number) =>
    winProbability(Array.from({ length: 10 }, (_, i) => i < won ? 0 : 2), new Array(10).fill(1));
  for (let won = 1; won <= 10; won++) {
    assert(Number(of(won).low) > Number(of(won - 1).low), `${won}`);
    assert(Number(of(won).high) >= Number(of(won - 1).high), `${won}`);
  }
});

Deno.test("winProbability() below the fewest seeds has no interval", () => {
  const { low, high, method } = winProbability(new Array(9).fill(1), new Array(9).fill(2));
  assertEquals([low, high], [null, null]);
  assertEquals(method, "share of seeds won, no interval below 10 seeds");
});

Deno.test("winProbability() names values that cannot be used", () => {
  assertThrows(() => winProbability([], []), InputError, "at least 1 number, found 0");
  assertThrows(() => winProbability([1], [NaN]), InputError, "others[0] must be a finite number");
  assertThrows(
    () => winProbability([1, 2], [1]),
    InputError,
    "others must be 2 numbers, one for each seed, found 1",
  );
});
