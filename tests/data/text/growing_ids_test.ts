import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { GrowingIds } from "../../../src/data/text/growing_ids.ts";

Deno.test("ids come back in order, over parts and their edges", () => {
  const random = new Random(1);
  const ids = new GrowingIds();
  let next = 0;
  for (const size of [0, 1, 2 ** 18 - 1, 2 ** 18, 3, 2 ** 20 + 7, random.integer(1, 1000)]) {
    ids.push(Int32Array.from({ length: size }, () => next++));
    assertEquals(ids.length, next);
  }
  const all = ids.take();
  assertEquals(all.length, next);
  assertEquals(all.every((id, i) => id === i), true);
});

Deno.test("what is taken is there no more", () => {
  const ids = new GrowingIds();
  ids.push(Int32Array.of(1, 2));
  assertEquals([...ids.take()], [1, 2]);
  assertEquals([ids.length, ids.take().length], [0, 0]);
  ids.push(Int32Array.of(3));
  assertEquals([...ids.take()], [3]);
});
