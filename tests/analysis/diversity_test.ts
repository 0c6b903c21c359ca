import { assertEquals, assertThrows } from "@std/assert";
import { distinctN, seqRepN } from "../../src/analysis/diversity.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";

Deno.test("distinctN() counts n-grams within each sequence", () => {
  const sequences = [[1, 2, 3], [3, 1, 2], [1], []];
  assertEquals(distinctN(sequences, 1), 3 / 7);
  // 1 2, 2 3, 3 1 and 1 2; there is no 3 3 between the first two.
  assertEquals(distinctN(sequences, 2), 3 / 4);
  assertEquals(distinctN(sequences, 3), 1);
  assertEquals(distinctN(sequences, 4), null);
  assertEquals(distinctN([], 1), null);
});

Deno.test("distinctN() distinguishes ids of several digits", () => {
  assertEquals(distinctN([[1, 12], [11, 2]], 2), 1);
  assertEquals(distinctN([Int32Array.of(70_000, 70_001, 70_000)], 1), 2 / 3);
});

Deno.test("seqRepN() is the share of repeated n-grams", () => {
  assertEquals(seqRepN([5, 5, 5, 5], 1), 3 / 4);
  // 1 2, 2 1, 1 2, 2 1: two came before.
  assertEquals(seqRepN([1, 2, 1, 2, 1], 2), 1 / 2);
  assertEquals(seqRepN([1, 2, 3, 4, 5], 2), 0);
  assertEquals(seqRepN(Int32Array.of(1, 2), 3), null);
});

Deno.test("seqRepN() agrees with a search through all earlier n-grams", () => {
  const random = new Random(1);
  const ids = Array.from({ length: 200 }, () => random.integer(0, 3));
  for (const n of [1, 2, 3, 4]) {
    const grams = ids.slice(n - 1).map((_, i) => ids.slice(i, i + n).join(" "));
    const before = grams.filter((gram, i) => grams.indexOf(gram) < i).length;
    assertEquals(seqRepN(ids, n), before / grams.length);
  }
});

Deno.test("distinctN() and seqRepN() throw unless n is a positive integer", () => {
  for (const n of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => distinctN([[1]], n),
      InputError,
      "n must be a positive integer",
    );
    assertThrows(() => seqRepN([1], n), InputError, `found ${n}`);
  }
});

Deno.test("distinctN() and seqRepN() take little more time for longer n-grams", () => {
  const random = new Random(2);
  const sequences = Array.from({ length: 5 }, () => {
    return Array.from({ length: random.integer(0, 60) }, () => random.integer(0, 1));
  });
  for (let n = 1; n <= 30; n++) {
    const grams = sequences.flatMap((ids) =>
      ids.slice(n - 1).map((_, i) => ids.slice(i, i + n).join(" "))
    );
    assertEquals(distinctN(sequences, n), new Set(grams).size / grams.length);
  }
  // Written out, the n-grams would have five thousand million ids.
  const long = Int32Array.from({ length: 200_000 }, (_, i) => i % 2);
  assertEquals(seqRepN(long, 150_000), 1 - 2 / 50_001);
});
