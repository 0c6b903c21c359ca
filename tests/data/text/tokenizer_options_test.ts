import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { TokenCounts } from "../../../src/data/text/token_counts.ts";
import { chooseTokens, type TokenizerOptions } from "../../../src/data/text/tokenizer_options.ts";

function countsOf(tokens: string): TokenCounts {
  const counts = new TokenCounts();
  counts.add([...tokens]);
  return counts;
}

/** The tokens chosen from "aaabbc", without the special ones. */
function chosen(options: Omit<TokenizerOptions, "kind">): readonly string[] {
  return chooseTokens({ kind: "words", ...options })(countsOf("aaabbc")).tokens.slice(4);
}

Deno.test("tokens must be common enough and fit in; those that are out are not covered", () => {
  assertEquals(chosen({}), ["a", "b", "c"]);
  assertEquals(chosen({ minFrequency: 2 }), ["a", "b"]);
  assertEquals(chosen({ maxSize: 5 }), ["a"]);
  assertEquals(chosen({ minFrequency: 3, maxSize: 7 }), ["a"]);
  const { statistics } = chooseTokens({ kind: "words", maxSize: 5 })(countsOf("aaabbc"));
  assertEquals(statistics, { total: 6, distinct: 3, covered: 0.5 });
});

Deno.test("by default 10,000 words, or 1,000 characters, special ones among them", () => {
  const counts = new TokenCounts();
  counts.add(Array.from({ length: 12_000 }, (_, i) => `t${i}`));
  assertEquals(chooseTokens({ kind: "words" })(counts).size, 10_000);
  assertEquals(chooseTokens({ kind: "characters" })(counts).size, 1000);
});

Deno.test("what cannot be chosen is refused", () => {
  const refuse = (options: Omit<TokenizerOptions, "kind">, message: string) =>
    assertThrows(() => chosen(options), InputError, message);
  refuse({ minFrequency: 0 }, "minFrequency must be a positive integer, found 0");
  refuse({ maxSize: 4 }, "maxSize must be more than the 4 special tokens, found 4");
  refuse({ maxSize: 9.5 }, "maxSize must be a positive integer, found 9.5");
  refuse({ minFrequency: 4 }, "at most 3, how often the commonest token comes, found 4");
  const empty = () => chooseTokens({ kind: "words" })(countsOf(""));
  assertThrows(empty, InputError, "texts must be some with words, found 0");
});
