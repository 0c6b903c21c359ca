import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { shuffled } from "../../../src/data/text/shuffled.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

Deno.test("every order of four is as likely", () => {
  const random = new Random(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 240_000; i++) {
    const order = shuffled(4, random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  for (const count of counts.values()) assertClose([count], [10_000], tolerance.draws);
});

Deno.test("each number comes once; equal sources give equal orders", () => {
  const order = shuffled(1000, new Random(2));
  assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  assertEquals(shuffled(1000, new Random(2)), order);
  assertEquals([...shuffled(1, new Random(2))], [0]);
  assertEquals([...shuffled(0, new Random(2))], []);
});
