import { assertEquals, assertNotEquals } from "@std/assert";
import { dropoutBits, keepThreshold } from "../../src/kernels/dropout.ts";

/** Returns the distance of a count from its expected value, in standard deviations. */
function deviation(hits: number, n: number, p: number): number {
  return Math.abs(hits - n * p) / Math.sqrt(n * p * (1 - p));
}

Deno.test("dropoutBits() is uniform over indices, streams and seeds", () => {
  const n = 20000;
  const sequences: ((i: number) => number)[] = [
    (i) => dropoutBits(i, 0, [1, 2]),
    (i) => dropoutBits(7, i, [1, 2]),
    (i) => dropoutBits(7, 0, [i, 2]),
    (i) => dropoutBits(7, 0, [1, i]),
  ];
  sequences.forEach((bits, which) => {
    for (const p of [0.1, 0.5, 0.8]) {
      let hits = 0;
      let pairs = 0;
      for (let i = 0; i < n; i++) {
        const kept = bits(i) < p * 2 ** 24;
        hits += kept ? 1 : 0;
        pairs += kept && bits(i + 1) < p * 2 ** 24 ? 1 : 0;
      }
      assertEquals([which, p, deviation(hits, n, p) < 4], [which, p, true]);
      // Neighbours are independent: both are kept with probability p^2.
      assertEquals([which, p, deviation(pairs, n, p * p) < 6], [which, p, true]);
    }
  });
});

Deno.test("dropoutBits() returns integers of 24 bits that depend on every argument", () => {
  const bits = dropoutBits(3, 1, [5, 7]);
  assertEquals(Number.isInteger(bits) && bits >= 0 && bits < 2 ** 24, true);
  for (const other of [[4, 1, 5, 7], [3, 2, 5, 7], [3, 1, 6, 7], [3, 1, 5, 8]] as const) {
    const [index, stream, low, high] = other;
    assertNotEquals(dropoutBits(index, stream, [low, high]), bits);
  }
});

Deno.test("keepThreshold() is the probability of being kept times 2^24", () => {
  assertEquals([keepThreshold(0), keepThreshold(0.25), keepThreshold(0.5)], [
    2 ** 24,
    0.75 * 2 ** 24,
    2 ** 23,
  ]);
});
