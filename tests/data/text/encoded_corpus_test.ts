import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { type Corpus, mobyDick, notebookSentences } from "../../../src/data/text/corpora.ts";
import {
  documentsOf,
  encodeCorpus,
  GrowingIds,
  joinSequences,
} from "../../../src/data/text/encoded_corpus.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { END, START } from "../../../src/data/text/vocabulary.ts";

function corpusOf(...texts: string[]): Corpus {
  return { id: "x", title: "Some texts", source: "here", licence: null, documents: () => texts };
}

const letters = await Tokenizer.build(["abcdefghij"], { kind: "characters" });

Deno.test("encodeCorpus() encodes each document from START to END", async () => {
  for (const corpus of [notebookSentences, mobyDick]) {
    const tokenizer = await Tokenizer.build(corpus.documents(), { kind: "characters" });
    const texts = await Array.fromAsync(corpus.documents());
    const encoded = await encodeCorpus(corpus, tokenizer);
    assertEquals(encoded.documents, texts.length);
    const documents = documentsOf(encoded);
    assertEquals(joinSequences(documents), encoded.ids);
    for (const [i, document] of documents.entries()) {
      assertEquals([document[0], document.at(-1)], [START, END]);
      assert(tokenizer.decode(document) === texts[i]);
    }
  }
});

Deno.test("documentsOf() returns views in the given order", async () => {
  const encoded = await encodeCorpus(corpusOf("ab", "c", "de"), letters);
  const [last, first] = documentsOf(encoded, [2, 0]);
  assertEquals([letters.decode(last ?? []), letters.decode(first ?? [])], ["de", "ab"]);
  assertEquals(first?.buffer, encoded.ids.buffer);
  assertThrows(
    () => documentsOf(encoded, [0, 3]),
    InputError,
    "document must be an index from 0 to 2, found 3",
  );
  assertThrows(() => documentsOf(encoded, [-1]), InputError, "found -1");
});

Deno.test("encodeCorpus() leaves out documents without a token, and refuses a corpus of them", async () => {
  const words = await Tokenizer.build(["ab"], { kind: "words" });
  const encoded = await encodeCorpus(corpusOf("👍🏽", "ab", "", "—"), words);
  assertEquals([encoded.documents, [...encoded.ids], [...encoded.starts]], [
    ...[1, [START, 4, END], [0, 3]],
  ]);
  const message = 'Some texts must be a text with words, found "none"';
  await assertRejects(() => encodeCorpus(corpusOf("👍🏽"), words), InputError, message);
});

Deno.test("encodeCorpus() cuts the document that exceeds maxTokens, without END", async () => {
  let read = 0;
  const texts = function* () {
    for (; read < 100; read++) yield "abcd";
  };
  const corpus = { ...corpusOf(), documents: texts };
  const encoded = await encodeCorpus(corpus, letters, { maxTokens: 15 });
  assertEquals([...encoded.starts], [0, 6, 12, 15]);
  assertEquals([...encoded.ids.subarray(12)], [
    START,
    letters.encode("a")[0],
    letters.encode("b")[0],
  ]);
  assert(read < 5, "no more is read than is used");
  // A document that is cut to START and one token would have no target but this token.
  const fewer = await encodeCorpus(corpusOf("abcd", "abcd"), letters, { maxTokens: 8 });
  assertEquals([...fewer.starts], [0, 6]);
  const one = await encodeCorpus(corpusOf("abcd"), letters, { maxTokens: 6 });
  assertEquals([...one.ids], [...letters.encodeDocument("abcd")]);
  const message = "maxTokens must be an integer of at least 3, found 2";
  const none = () => encodeCorpus(corpusOf("abcd"), letters, { maxTokens: 2 });
  await assertRejects(none, InputError, message);
});

Deno.test("GrowingIds.take() returns all ids in order", () => {
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

Deno.test("GrowingIds.take() leaves no ids", () => {
  const ids = new GrowingIds();
  ids.push(Int32Array.of(1, 2));
  assertEquals([...ids.take()], [1, 2]);
  assertEquals([ids.length, ids.take().length], [0, 0]);
  ids.push(Int32Array.of(3));
  assertEquals([...ids.take()], [3]);
});
