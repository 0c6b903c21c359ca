import { assertEquals } from "@std/assert";
import { chunksOf } from "../../src/analysis/attention_networks.ts";

Deno.test("chunksOf() has each sequence once, by length, in batches of limited size", () => {
  const sequences = Array.from({ length: 5000 }, (_, i) => Array(1 + i % 3).fill(0));
  const chunks = chunksOf(sequences, () => 1);
  const items = chunks.flatMap(({ items }) => items);
  assertEquals(items.toSorted((a, b) => a - b), [...sequences.keys()]);
  for (const { steps, items } of chunks) {
    assertEquals(new Set(items.map((item) => sequences[item]?.length)), new Set([steps]));
    assertEquals(steps * items.length <= 2048, true);
  }
  // A sequence that is larger than a batch has a batch of its own.
  assertEquals(chunksOf([Array(3000).fill(0)], () => 1), [{ steps: 3000, items: [0] }]);
  assertEquals(chunksOf(sequences.slice(0, 3), (length) => length === 2 ? 0 : 1).length, 2);
});
