import { assertEquals } from "@std/assert";
import { specialTokens } from "../../src/data/text/vocabulary.ts";
import { textIds } from "../../src/generation/text_ids.ts";

Deno.test("of the special ids only the end is ever drawn, and ends a text", () => {
  const { prefix, end, banned } = textIds;
  assertEquals(specialTokens[prefix], "<START>");
  assertEquals(specialTokens[end], "<END>");
  assertEquals(specialTokens.filter((_, id) => !banned.includes(id)), ["<END>"]);
});
