import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { textRules } from "../../../src/data/text/text_rules.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { notebookSentences } from "../../../src/data/text/notebook_sentences.ts";
import { END, PAD, START, UNK } from "../../../src/data/text/vocabulary.ts";
import { oddText } from "./odd_text.ts";

const sentences = await Array.fromAsync(notebookSentences.documents());
const words = await Tokenizer.build(sentences, { kind: "words" });

Deno.test("the tutorial's sentences have its vocabulary, id by id", () => {
  // As its own Python has it.
  assertEquals(words.vocabulary.size, 149);
  assertEquals(words.statistics, { total: 191, distinct: 145, covered: 1 });
  assertEquals(words.vocabulary.tokens.slice(4, 20), [
    ...["the", "and", "language", "models", "in", "of", "learning", "can", "neural", "networks"],
    ...["natural", "text", "to", "computer", "at", "processing"],
  ]);
  const first = [2, 4, 21, 22, 23, 24, 25, 4, 26, 27, 8, 4, 28, 29, 3];
  assertEquals([...words.encodeDocument(sentences[0] ?? "")], first);
});

Deno.test("with words that come twice or more it has 21 entries, which cover a third", async () => {
  const { vocabulary } = await Tokenizer.build(sentences, { kind: "words", minFrequency: 2 });
  assertEquals(vocabulary.size, 21);
  assertEquals(vocabulary.statistics.covered, 63 / 191);
});

Deno.test("decoding gives the normal form back where all is known", async () => {
  const odd = oddText(20_000, new Random(1));
  for (const kind of ["words", "characters"] as const) {
    const tokenizer = await Tokenizer.build([...sentences, odd], { kind });
    for (const text of [...sentences, odd, "", "The"]) {
      assertEquals(tokenizer.decode(tokenizer.encode(text)), textRules[kind].normal(text));
      assertEquals(tokenizer.decode(tokenizer.encodeDocument(text)), textRules[kind].normal(text));
    }
  }
});

Deno.test("pieces one after another are what all decode to", async () => {
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

Deno.test("what is unknown is said, each once, and has no id of its own", () => {
  assertEquals(words.unknown("The whale and the White WHALE!"), ["whale", "white", "whale!"]);
  assertEquals(words.unknown("the models"), []);
  assertEquals([...words.encode("the whale")], [4, UNK]);
  assertEquals(words.decode([START, 4, UNK, END, PAD]), "the <UNK>");
});

Deno.test("special tokens cannot be written in a text", async () => {
  assertEquals(words.split("<PAD> <END>"), ["pad", "end"]);
  const tokenizer = await Tokenizer.build(["<END>"], { kind: "characters" });
  assert(tokenizer.encode("<END>").every((id) => id > END));
});

Deno.test("texts may come one at a time, and are read once", async () => {
  let reads = 0;
  const texts = async function* () {
    reads++;
    for (const sentence of sentences) yield await Promise.resolve(sentence);
  };
  const streamed = await Tokenizer.build(texts(), { kind: "words" });
  assertEquals(streamed.toJson(), words.toJson());
  assertEquals(reads, 1);
});

Deno.test("texts and ids that are none are refused", async () => {
  const refuse = (texts: Iterable<string>, message: string) =>
    assertRejects(() => Tokenizer.build(texts, { kind: "words" }), InputError, message);
  await refuse("the whale", 'texts must be several, in an array, found "the whale"');
  await refuse([], "texts must be some with words, found 0");
  await refuse(["👍🏽 — …"], "texts must be some with words, found 0");
  // As JavaScript may call it.
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
