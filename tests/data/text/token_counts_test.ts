import { assertEquals } from "@std/assert";
import { TokenCounts } from "../../../src/data/text/token_counts.ts";

Deno.test("tokens by falling count; those as frequent in the order in which they first came", () => {
  const counts = new TokenCounts();
  counts.add(["b", "a", "c"]);
  counts.add(["c", "d", "a", "c"]);
  assertEquals(counts.mostCommon(), [["c", 3], ["a", 2], ["b", 1], ["d", 1]]);
  assertEquals([counts.total, counts.distinct], [7, 4]);
});

Deno.test("names that objects have are tokens as any other", () => {
  const counts = new TokenCounts();
  counts.add(["__proto__", "constructor", "__proto__", "tostring"]);
  assertEquals(counts.mostCommon(), [["__proto__", 2], ["constructor", 1], ["tostring", 1]]);
});
