import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import type { Corpus } from "../../../src/data/text/corpora.ts";
import { encodeCorpus, type EncodedCorpus } from "../../../src/data/text/encoded_corpus.ts";
import { fileCorpus } from "../../../src/data/text/file_corpus.ts";
import { splitDocuments } from "../../../src/data/text/split.ts";
import { textRules, type TokenKind } from "../../../src/data/text/text_rules.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { UNK } from "../../../src/data/text/vocabulary.ts";
import { oddText } from "./odd_text.ts";

// Texts that a user may choose as corpus or prompt. Each works, or is refused with a reason.

const kinds: readonly TokenKind[] = ["words", "characters"];

function file(content: string | Uint8Array<ArrayBuffer>): Corpus {
  return fileCorpus("odd.txt", () => Promise.resolve(new Blob([content]).stream()));
}

/** A file as training reads it: its tokenizer, then its ids. */
async function read(
  content: string | Uint8Array<ArrayBuffer>,
  kind: TokenKind,
): Promise<{ tokenizer: Tokenizer; encoded: EncodedCorpus }> {
  const corpus = file(content);
  const tokenizer = await Tokenizer.build(corpus.documents(), { kind });
  return { tokenizer, encoded: await encodeCorpus(corpus, tokenizer) };
}

Deno.test("encodeCorpus() encodes 5 MB of odd Unicode, and Tokenizer.decode() returns it", async () => {
  const text = oddText(3_000_000, new Random(1)).toWellFormed();
  const { size } = new Blob([text]);
  assert(size > 5e6, `${size} bytes`);
  const corpus = file(text);
  for (const kind of kinds) {
    const tokenizer = await Tokenizer.build(corpus.documents(), { kind, maxSize: 1e6 });
    const { documents, ids, starts } = await encodeCorpus(corpus, tokenizer);
    assert(documents > 1000 && !ids.includes(UNK));
    let document = 0;
    for await (const part of corpus.documents()) {
      const normal = textRules[kind].normal(part);
      if (normal === "") continue;
      const found = tokenizer.decode(ids.subarray(starts[document], starts[document + 1]));
      assert(found === normal, `document ${document}`);
      document++;
    }
    assertEquals(document, documents);
  }
});

Deno.test("fileCorpus() refuses an empty file", async () => {
  for (const kind of kinds) {
    const message = 'odd.txt must be a text, found "nothing but white space"';
    await assertRejects(() => read("", kind), InputError, message);
  }
});

Deno.test("encodeCorpus() encodes a corpus of one word, and splitDocuments() refuses it", async () => {
  const { tokenizer, encoded } = await read("whale", "words");
  assertEquals([...encoded.ids], [2, 4, 3]);
  assertEquals(tokenizer.vocabulary.size, 5);
  const split = () => splitDocuments(encoded.documents, { validation: 0.1, random: new Random(1) });
  const message =
    "documents must be at least 2, one for training and one for validation, found 1. " +
    "In a file, blank lines separate them, or lines if there are no blank lines.";
  assertThrows(split, InputError, message);
});

Deno.test("fileCorpus() refuses a binary file", async () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00);
  const gzip = Uint8Array.of(0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00);
  const tar = Uint8Array.from([...new TextEncoder().encode("name"), 0, 0, 0]);
  for (const kind of kinds) {
    await assertRejects(() => read(png, kind), InputError, "odd.txt must be UTF-8 at byte 0");
    await assertRejects(() => read(gzip, kind), InputError, "odd.txt must be UTF-8 at byte 1");
    await assertRejects(
      () => read(tar, kind),
      InputError,
      'NUL bytes, found "a NUL byte at byte 4"',
    );
  }
});

Deno.test("fileCorpus() cuts a line of 100,000 characters", async () => {
  const line = "the whale and the sea, ".repeat(4348).slice(0, 100_000).trim();
  const words = await read(line, "words");
  assert(words.encoded.documents >= 10);
  assertEquals(words.encoded.ids.length - 2 * words.encoded.documents, line.split(" ").length);
  const { tokenizer, encoded } = await read("x".repeat(100_000), "characters");
  assertEquals([encoded.documents, encoded.ids.length], [10, 100_020]);
  assertEquals(tokenizer.vocabulary.size, 5);
});

Deno.test("Tokenizer.encode() takes a prompt of 10,000 words", async () => {
  const tokenizer = await Tokenizer.build(["the white whale"], { kind: "words" });
  const prompt = "The white whale swims ".repeat(2500);
  const ids = tokenizer.encode(prompt);
  assertEquals(ids.length, 10_000);
  assertEquals([...ids.subarray(9996)], [4, 5, 6, UNK]);
  assertEquals(tokenizer.unknown(prompt), ["swims"]);
});
