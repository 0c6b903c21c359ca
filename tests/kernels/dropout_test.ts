import { assertEquals, assertNotEquals } from "@std/assert";
import { dropoutBits } from "../../src/kernels/dropout.ts";

/** How many standard deviations a count of hits lies from what is expected. */
function deviation(hits: number, n: number, p: number): number {
  return Math.abs(hits - n * p) / Math.sqrt(n * p * (1 - p));
}

Deno.test("dropout's coins are fair, over places, streams and seeds", () => {
  const n = 20000;
  const walks: ((i: number) => number)[] = [
    (i) => dropoutBits(i, 0, [1, 2]),
    (i) => dropoutBits(7, i, [1, 2]),
    (i) => dropoutBits(7, 0, [i, 2]),
    (i) => dropoutBits(7, 0, [1, i]),
  ];
  walks.forEach((bits, walk) => {
    for (const p of [0.1, 0.5, 0.8]) {
      let hits = 0;
      let pairs = 0;
      for (let i = 0; i < n; i++) {
        const kept = bits(i) < p * 2 ** 24;
        hits += kept ? 1 : 0;
        pairs += kept && bits(i + 1) < p * 2 ** 24 ? 1 : 0;
      }
      assertEquals([walk, p, deviation(hits, n, p) < 4], [walk, p, true]);
      // Neighbours are independent: both are kept with p squared.
      assertEquals([walk, p, deviation(pairs, n, p * p) < 6], [walk, p, true]);
    }
  });
});

Deno.test("dropout's coins are integers of 24 bits that change with every argument", () => {
  const bits = dropoutBits(3, 1, [5, 7]);
  assertEquals(Number.isInteger(bits) && bits >= 0 && bits < 2 ** 24, true);
  for (const other of [[4, 1, 5, 7], [3, 2, 5, 7], [3, 1, 6, 7], [3, 1, 5, 8]] as const) {
    const [index, stream, low, high] = other;
    assertNotEquals(dropoutBits(index, stream, [low, high]), bits);
  }
});
