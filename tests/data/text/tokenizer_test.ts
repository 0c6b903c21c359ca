import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { notebookSentences } from "../../../src/data/text/corpora.ts";
import { sentenceWords } from "../../../src/data/text/sentence_words.ts";
import { sentimentSentences } from "../../../src/data/text/sentiment_sentences.ts";
import { textRules } from "../../../src/data/text/text_rules.ts";
import {
  chooseTokens,
  TokenCounts,
  Tokenizer,
  type TokenizerOptions,
} from "../../../src/data/text/tokenizer.ts";
import { END, PAD, START, UNK } from "../../../src/data/text/vocabulary.ts";
import { oddText } from "./odd_text.ts";

const sentences = await Array.fromAsync(notebookSentences.documents());
const words = await Tokenizer.build(sentences, { kind: "words" });

Deno.test("Tokenizer.build() of the notebook's sentences has the notebook's vocabulary", () => {
  // The vocabulary that the notebook's Python code computes.
  assertEquals(words.vocabulary.size, 149);
  assertEquals(words.statistics, { total: 191, distinct: 145, covered: 1 });
  assertEquals(words.vocabulary.tokens.slice(4, 20), [
    ...["the", "and", "language", "models", "in", "of", "learning", "can", "neural", "networks"],
    ...["natural", "text", "to", "computer", "at", "processing"],
  ]);
  const first = [2, 4, 21, 22, 23, 24, 25, 4, 26, 27, 8, 4, 28, 29, 3];
  assertEquals([...words.encodeDocument(sentences[0] ?? "")], first);
});

Deno.test("Tokenizer.build() with minFrequency 2 has 21 entries, which cover a third", async () => {
  const { vocabulary } = await Tokenizer.build(sentences, { kind: "words", minFrequency: 2 });
  assertEquals(vocabulary.size, 21);
  assertEquals(vocabulary.statistics.covered, 63 / 191);
});

Deno.test("Tokenizer.decode() gives the normal form of a text of known tokens", async () => {
  const odd = oddText(20_000, new Random(1));
  for (const kind of ["words", "characters"] as const) {
    const tokenizer = await Tokenizer.build([...sentences, odd], { kind });
    for (const text of [...sentences, odd, "", "The"]) {
      assertEquals(tokenizer.decode(tokenizer.encode(text)), textRules[kind].normal(text));
      assertEquals(tokenizer.decode(tokenizer.encodeDocument(text)), textRules[kind].normal(text));
    }
  }
});

Deno.test("Tokenizer.piece() gives parts of what decode() gives", async () => {
  for (const kind of ["words", "characters"] as const) {
    const tokenizer = await Tokenizer.build(sentences, { kind });
    const ids = [START, ...tokenizer.encode("the whale dog. language"), PAD, UNK, END];
    let text = "";
    for (const id of ids) text += tokenizer.piece(id, text === "");
    assertEquals(text, tokenizer.decode(ids));
  }
  assertEquals([words.piece(4, true), words.piece(4, false), words.piece(END, false)], [
    ...["the", " the", ""],
  ]);
});

Deno.test("Tokenizer.unknown() has each token without an id once", () => {
  assertEquals(words.unknown("The whale and the White WHALE!"), ["whale", "white", "whale!"]);
  assertEquals(words.unknown("the models"), []);
  assertEquals([...words.encode("the whale")], [4, UNK]);
  assertEquals(words.decode([START, 4, UNK, END, PAD]), "the <UNK>");
});

Deno.test("Tokenizer.encode() gives no special ids for a text such as <PAD>", async () => {
  assertEquals(words.split("<PAD> <END>"), ["pad", "end"]);
  const tokenizer = await Tokenizer.build(["<END>"], { kind: "characters" });
  assert(tokenizer.encode("<END>").every((id) => id > END));
});

Deno.test("Tokenizer.build() reads texts once, one at a time", async () => {
  let reads = 0;
  const texts = async function* () {
    reads++;
    for (const sentence of sentences) yield await Promise.resolve(sentence);
  };
  const streamed = await Tokenizer.build(texts(), { kind: "words" });
  assertEquals(streamed.toJson(), words.toJson());
  assertEquals(reads, 1);
});

Deno.test("Tokenizer refuses values that are not texts or ids", async () => {
  const refuse = (texts: Iterable<string>, message: string) =>
    assertRejects(() => Tokenizer.build(texts, { kind: "words" }), InputError, message);
  await refuse("the whale", 'texts must be an array of texts, found "the whale"');
  await refuse([], "number of words in the texts must be at least 1, found 0");
  await refuse(["👍🏽 — …"], "number of words in the texts must be at least 1, found 0");
  // Calls it without TypeScript types.
  for (const [text, found] of [[3, "3"], [undefined, "undefined"], [["the"], '["the"]']] as const) {
    const message = `text must be a string, found ${found}`;
    for (const method of ["split", "encode", "encodeDocument", "unknown"] as const) {
      assertThrows(() => Reflect.apply(words[method], words, [text]), InputError, message);
    }
    const build = () => Reflect.apply(Tokenizer.build, Tokenizer, [["a", text], { kind: "words" }]);
    await assertRejects(build, InputError, message);
  }
  assertThrows(() => words.decode([4, 149]), InputError, "id must be an integer from 0 to 148");
  assertThrows(() => words.piece(-1, true), InputError, "id must be an integer from 0 to 148");
});

function countsOf(tokens: string): TokenCounts {
  const counts = new TokenCounts();
  counts.add([...tokens]);
  return counts;
}

/** The tokens chosen from "aaabbc", without the special ones. */
function chosen(options: Omit<TokenizerOptions, "kind">): readonly string[] {
  return chooseTokens({ kind: "words", ...options })(countsOf("aaabbc")).tokens.slice(4);
}

Deno.test("chooseTokens() keeps common tokens up to maxSize, and counts those covered", () => {
  assertEquals(chosen({}), ["a", "b", "c"]);
  assertEquals(chosen({ minFrequency: 2 }), ["a", "b"]);
  assertEquals(chosen({ maxSize: 5 }), ["a"]);
  assertEquals(chosen({ minFrequency: 3, maxSize: 7 }), ["a"]);
  const { statistics } = chooseTokens({ kind: "words", maxSize: 5 })(countsOf("aaabbc"));
  assertEquals(statistics, { total: 6, distinct: 3, covered: 0.5 });
});

Deno.test("chooseTokens() keeps 10,000 words or 1,000 characters by default", () => {
  const counts = new TokenCounts();
  counts.add(Array.from({ length: 12_000 }, (_, i) => `t${i}`));
  assertEquals(chooseTokens({ kind: "words" })(counts).size, 10_000);
  assertEquals(chooseTokens({ kind: "characters" })(counts).size, 1000);
});

Deno.test("chooseTokens() refuses options out of range and texts without tokens", () => {
  const refuse = (options: Omit<TokenizerOptions, "kind">, message: string) =>
    assertThrows(() => chosen(options), InputError, message);
  refuse({ minFrequency: 0 }, "minFrequency must be a positive integer, found 0");
  refuse({ maxSize: 4 }, "maxSize must be more than the 4 special tokens, found 4");
  refuse({ maxSize: 9.5 }, "maxSize must be a positive integer, found 9.5");
  refuse({ minFrequency: 4 }, "at most 3, the count of the most common token, found 4");
  const empty = () => chooseTokens({ kind: "words" })(countsOf(""));
  assertThrows(empty, InputError, "number of words in the texts must be at least 1, found 0");
});

Deno.test("TokenCounts.mostCommon() sorts by descending count, then by first occurrence", () => {
  const counts = new TokenCounts();
  counts.add(["b", "a", "c"]);
  counts.add(["c", "d", "a", "c"]);
  assertEquals(counts.mostCommon(), [["c", 3], ["a", 2], ["b", 1], ["d", 1]]);
  assertEquals([counts.total, counts.distinct], [7, 4]);
});

Deno.test("TokenCounts counts names of object properties like other tokens", () => {
  const counts = new TokenCounts();
  counts.add(["__proto__", "constructor", "__proto__", "tostring"]);
  assertEquals(counts.mostCommon(), [["__proto__", 2], ["constructor", 1], ["tostring", 1]]);
});

const tokenizer = await Tokenizer.build(["a whale. __proto__ a"], { kind: "words", maxSize: 6 });

Deno.test("Tokenizer.fromJson() reads what toJson() wrote", async () => {
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

Deno.test("Tokenizer.toJson() has format, kind, statistics and tokens", () => {
  assertEquals(tokenizer.toJson(), {
    format: "unroll-tokenizer-1",
    kind: "words",
    statistics: { total: 4, distinct: 3, covered: 0.75 },
    tokens: ["<PAD>", "<UNK>", "<START>", "<END>", "a", "whale."],
  });
});

Deno.test("Tokenizer.fromJson() refuses other JSON and names the field", () => {
  const json = tokenizer.toJson();
  const special = ["<PAD>", "<UNK>", "<START>", "<END>"];
  const refuse = (value: unknown, message: string) =>
    assertThrows(() => Tokenizer.fromJson(value), InputError, message);
  const withTokens = (tokens: unknown, message: string) => refuse({ ...json, tokens }, message);
  refuse(null, "tokenizer must be a JSON object, found null");
  refuse([1], "tokenizer must be a JSON object, found [1]");
  refuse({}, 'format of the tokenizer must be "unroll-tokenizer-1", found undefined');
  refuse({ ...json, format: "bpe" }, 'must be "unroll-tokenizer-1", found "bpe"');
  const kinds = '"words" or "characters" or "plain-words"';
  refuse({ ...json, kind: "bytes" }, `must be ${kinds}, found "bytes"`);
  refuse({ ...json, kind: "toString" }, `must be ${kinds}, found "toString"`);
  withTokens({ length: 4 }, "tokens of the tokenizer must be an array");
  withTokens(["a"], 'token 0 must be "<PAD>", found "a"');
  withTokens([...special, 7], "token 4 must be text, found 7");
  withTokens([...special, "a", "a"], 'token 5 must be different from those before, found "a"');
  withTokens(
    [...special, "A"],
    'token 4 must be a single token of words, in normal form, found "A"',
  );
  withTokens([...special, "a b"], "token 4 must be a single token of words");
  withTokens([...special, ""], "token 4 must be a single token of words");
  withTokens([...special, "\uD800"], "token 4 must be a single token of words");
  refuse(
    { ...json, kind: "characters" },
    'a single token of characters, in normal form, found "whale."',
  );
  refuse({ ...json, statistics: 1 }, "statistics of the tokenizer must be a JSON object, found 1");
  const statistics = { total: 4, distinct: 3, covered: 2 };
  refuse({ ...json, statistics }, "covered of the tokenizer must be a number from 0 to 1, found 2");
  refuse(
    { ...json, statistics: { ...statistics, total: 0.5 } },
    "total of the tokenizer must be an",
  );
});

Deno.test("Tokenizer of plain words splits as sentenceWords() and can be read again", async () => {
  const { texts } = await sentimentSentences();
  const sentences = texts.map(({ text }) => text);
  const tokenizer = Tokenizer.fromJson(
    JSON.parse(
      JSON.stringify((await Tokenizer.build(sentences, { kind: "plain-words" })).toJson()),
    ),
  );
  for (const sentence of sentences) {
    assertEquals(tokenizer.decode(tokenizer.encode(sentence)), sentenceWords(sentence).join(" "));
  }
});
