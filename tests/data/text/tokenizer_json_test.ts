import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { oddText } from "./odd_text.ts";

const tokenizer = await Tokenizer.build(["a whale. __proto__ a"], { kind: "words", maxSize: 6 });

Deno.test("JSON gives back a tokenizer that does the same", async () => {
  const odd = oddText(20_000, new Random(2));
  for (const kind of ["words", "characters"] as const) {
    const before = await Tokenizer.build([odd, "constructor __proto__"], { kind });
    const after = Tokenizer.fromJson(JSON.parse(JSON.stringify(before.toJson())));
    assertEquals(after.kind, kind);
    assertEquals(after.statistics, before.statistics);
    assertEquals(after.encode(odd), before.encode(odd));
    assertEquals(after.toJson(), before.toJson());
  }
});

Deno.test("the JSON is what a reader expects", () => {
  assertEquals(tokenizer.toJson(), {
    format: "unroll-tokenizer-1",
    kind: "words",
    statistics: { total: 4, distinct: 3, covered: 0.75 },
    tokens: ["<PAD>", "<UNK>", "<START>", "<END>", "a", "whale."],
  });
});

Deno.test("anything else is refused, naming what is wrong", () => {
  const json = tokenizer.toJson();
  const special = ["<PAD>", "<UNK>", "<START>", "<END>"];
  const refuse = (value: unknown, message: string) =>
    assertThrows(() => Tokenizer.fromJson(value), InputError, message);
  const withTokens = (tokens: unknown, message: string) => refuse({ ...json, tokens }, message);
  refuse(null, "tokenizer must be a JSON object, found null");
  refuse([1], "tokenizer must be a JSON object, found [1]");
  refuse({}, 'format of the tokenizer must be "unroll-tokenizer-1", found undefined');
  refuse({ ...json, format: "bpe" }, 'must be "unroll-tokenizer-1", found "bpe"');
  refuse({ ...json, kind: "bytes" }, 'must be "words" or "characters", found "bytes"');
  refuse({ ...json, kind: "toString" }, 'must be "words" or "characters", found "toString"');
  withTokens({ length: 4 }, "tokens of the tokenizer must be an array");
  withTokens(["a"], 'token 0 must be "<PAD>", found "a"');
  withTokens([...special, 7], "token 4 must be text, found 7");
  withTokens([...special, "a", "a"], 'token 5 must be another than those before, found "a"');
  withTokens([...special, "A"], 'token 4 must be one of words as a text gives them, found "A"');
  withTokens([...special, "a b"], "token 4 must be one of words");
  withTokens([...special, ""], "token 4 must be one of words");
  withTokens([...special, "\uD800"], "token 4 must be one of words");
  refuse({ ...json, kind: "characters" }, 'one of characters as a text gives them, found "whale."');
  refuse({ ...json, statistics: 1 }, "statistics of the tokenizer must be a JSON object, found 1");
  const statistics = { total: 4, distinct: 3, covered: 2 };
  refuse({ ...json, statistics }, "covered of the tokenizer must be a number from 0 to 1, found 2");
  refuse(
    { ...json, statistics: { ...statistics, total: 0.5 } },
    "total of the tokenizer must be an",
  );
});
