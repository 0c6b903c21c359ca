import { assertEquals } from "@std/assert";
import { cutPlace } from "../../../src/data/text/cut_place.ts";

Deno.test("a text is cut after the last white space where there is some near", () => {
  assertEquals(cutPlace("one two three", 9), 8);
  assertEquals(cutPlace("one two three", 8), 8);
  assertEquals(cutPlace(`a ${"b".repeat(2000)}`, 1001), 2);
  assertEquals(cutPlace(`a ${"b".repeat(2000)}`, 1500), 1500);
});

Deno.test("elsewhere it is cut between characters as a reader sees them", () => {
  const family = "👩‍❤️‍💋‍👨"; // 11 code units.
  assertEquals(cutPlace(family.repeat(100), 500), 495);
  assertEquals(cutPlace("e\u0301".repeat(100), 51), 50);
  assertEquals(cutPlace("ab\u{20000}".repeat(100), 103), 102);
});

Deno.test("a character without end is cut too, between surrogates never", () => {
  const marks = `a${"\u0301".repeat(5000)}`;
  assertEquals(cutPlace(marks, 2000), 2000);
  const joined = "👩\u200D".repeat(2000);
  for (const most of [1000, 1001, 1002, 1003]) {
    const place = cutPlace(joined, most);
    assertEquals(joined.slice(0, place).isWellFormed(), true);
  }
});
