import { assertEquals } from "@std/assert";
import { tokenBatches } from "../../../src/data/text/token_batches.ts";

const batches = tokenBatches(3, [2, 1], (index, x, target) => {
  x.fill(index);
  target.fill(10 * index);
});

Deno.test("batches by number and in order, each made anew", () => {
  assertEquals(batches.length, 3);
  const one = { shape: [2, 1], data: Int32Array.of(1, 1) };
  const ten = { shape: [2, 1], data: Int32Array.of(10, 10) };
  assertEquals(batches.at(1), { x: one, target: ten });
  assertEquals([...batches], [0, 1, 2].map((index) => batches.at(index)));
  batches.at(1)?.x.data.fill(7);
  assertEquals(batches.at(1)?.x, one);
});

Deno.test("numbers are those of an array", () => {
  assertEquals(batches.at(-1), batches.at(2));
  for (const index of [3, -4, 0.5, NaN]) assertEquals(batches.at(index), undefined);
});
