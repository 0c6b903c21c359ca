import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import type { Corpus } from "../../../src/data/text/corpora.ts";
import {
  cutIndex,
  fileCorpus,
  longestParagraph,
  paragraphs,
} from "../../../src/data/text/file_corpus.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { chunks } from "./chunks.ts";
import { oddText } from "./odd_text.ts";

function corpusOf(...parts: (string | Uint8Array<ArrayBuffer>)[]): Corpus {
  return fileCorpus("notes.txt", () => Promise.resolve(new Blob(parts).stream()));
}

Deno.test("fileCorpus() has paragraphs as documents, and reads the file again at each pass", async () => {
  const corpus = corpusOf("\uFEFFCall me Ishmael.\r\n\r\nSome years\r\nago.\r\n");
  for (let pass = 0; pass < 2; pass++) {
    const found = await Array.fromAsync(corpus.documents());
    assertEquals(found, ["Call me Ishmael.", "Some years\r\nago."]);
  }
  const { id, title, source, licence } = corpus;
  assertEquals([id, title, source, licence], ["notes.txt", "notes.txt", "notes.txt", null]);
});

Deno.test("fileCorpus() has lines as documents if there is one paragraph", async () => {
  const documents = (text: string) => Array.fromAsync(corpusOf(text).documents());
  assertEquals(await documents("One.\r\nTwo.\rThree.\nFour.\n"), [
    "One.",
    "Two.",
    "Three.",
    "Four.",
  ]);
  assertEquals(await documents("One."), ["One."]);
  assertEquals(await documents("One.\nTwo.\n\nThree."), ["One.\nTwo.", "Three."]);
});

Deno.test("fileCorpus() refuses a file without text and a binary file", async () => {
  const refuse = (corpus: Corpus, message: string) =>
    assertRejects(() => Array.fromAsync(corpus.documents()), InputError, message);
  const empty = 'notes.txt must be a text, found "nothing but white space"';
  await refuse(corpusOf(), empty);
  await refuse(corpusOf("\uFEFF \r\n\n"), empty);
  await refuse(corpusOf("text", Uint8Array.of(0)), "notes.txt must be text without NUL bytes");
  await refuse(corpusOf("text", Uint8Array.of(0xE9)), "notes.txt must be UTF-8 at byte 4");
});

Deno.test("fileCorpus() closes the file if a pass ends early", async () => {
  let [pulls, closed] = [0, 0];
  const corpus = fileCorpus("notes.txt", () =>
    Promise.resolve(
      new ReadableStream({
        pull(controller) {
          pulls++;
          controller.enqueue(new TextEncoder().encode("word ".repeat(10_000)));
        },
        cancel() {
          closed++;
        },
      }),
    ));
  for await (const _ of corpus.documents()) break;
  assertEquals(closed, 1);
  assert(pulls < 5, "no more is read than is used");
});

Deno.test("fileCorpus() keeps one part of the file in memory", async () => {
  const line = `${"a sentence of some words ".repeat(400)}\n\n`;
  const chunk = new TextEncoder().encode(line.repeat(100)); // 1 MB
  let [made, dropped, most] = [0, 0, 0];
  const registry = new FinalizationRegistry<null>(() => void dropped++);
  const corpus = fileCorpus("big.txt", () =>
    Promise.resolve(
      new ReadableStream({
        async pull(controller) {
          // Lets the FinalizationRegistry run its callbacks.
          await new Promise((resolve) => setTimeout(resolve));
          const copy = chunk.slice();
          registry.register(copy, null);
          controller.enqueue(copy);
          made++;
          most = Math.max(most, made - dropped);
          if (made === 100) controller.close();
        },
      }),
    ));
  const { statistics } = await Tokenizer.build(corpus.documents(), { kind: "words" });
  assertEquals(statistics, { total: 100 * 100 * 2000, distinct: 5, covered: 1 });
  assert(most <= 60, `${most} MB of 100 are held at a time`);
});

async function split(text: string, longest?: number, most = 1000, seed = 1): Promise<string[]> {
  return await Array.fromAsync(paragraphs(chunks(text, most, new Random(seed)), longest));
}

Deno.test("paragraphs() splits at blank lines, for all line ends", async () => {
  const wanted = ["one\ntwo", "three", "  four"];
  assertEquals(await split("\n \none\ntwo\n\nthree\n \t\n\n\n  four  \n\n"), wanted);
  const windows = await split("one\r\ntwo\r\n\r\nthree\r\n\r\n\r\n  four\r\n");
  assertEquals(windows.map((text) => text.replaceAll("\r\n", "\n")), wanted);
  assertEquals(await split(""), []);
  assertEquals(await split(" \n\n \n"), []);
  assertEquals(await split("word"), ["word"]);
});

Deno.test("paragraphs() does not depend on the pieces of the text", async () => {
  const random = new Random(1);
  const text = oddText(8000, random) + "\n".padEnd(900) + "\n" + "x".repeat(700) +
    oddText(3000, random);
  for (const longest of [20, 100, 10_000]) {
    const whole = await split(text, longest, text.length + 1);
    for (const most of [1, 7, 1000]) assertEquals(await split(text, longest, most, most), whole);
  }
});

Deno.test("paragraphs() are at most of the longest length, and lose only white space", async () => {
  const text = oddText(200_000, new Random(3));
  const bare = (one: string): string => one.replace(/\s/g, "");
  for (const longest of [50, 1000]) {
    const parts = await split(text, longest);
    for (const part of parts) assert(part !== "" && part.length <= longest);
    assert(bare(parts.join("")) === bare(text));
  }
});

Deno.test("paragraphs() cuts a paragraph that a blank line ends just after the longest length", async () => {
  const lengths = async (text: string) => (await split(text)).map((part) => part.length);
  assertEquals(await lengths("x".repeat(10_150) + "\n\ny"), [10_000, 150, 1]);
  assertEquals(await lengths("x".repeat(10_001) + "\n\n"), [10_000, 1]);
  // Characters that are removed do not count.
  const longest = "x".repeat(longestParagraph);
  assertEquals(await split(`\n \n${longest}${" ".repeat(50)}\n\ny`), [longest, "y"]);
});

Deno.test("paragraphs() cuts a line of 100,000 characters between words or graphemes", async () => {
  const words = "whale ".repeat(16_667).trim();
  const parts = await split(words);
  assert(parts.length >= 10 && parts.every((part) => part.length <= longestParagraph));
  assertEquals(parts.join(" "), words);
  const emoji = await split("👍🏽".repeat(25_000));
  assertEquals(emoji.map((part) => part.length), Array(10).fill(10_000));
});

Deno.test("paragraphs() reads endless white space in little memory", async () => {
  const spaces = async function* () {
    for (let i = 0; i < 2000; i++) yield await Promise.resolve("\n  \t ".repeat(1000));
    yield "\nend";
  };
  assertEquals(await Array.fromAsync(paragraphs(spaces())), ["end"]);
});

Deno.test("cutIndex() is after the last white space near the limit", () => {
  assertEquals(cutIndex("one two three", 9), 8);
  assertEquals(cutIndex("one two three", 8), 8);
  assertEquals(cutIndex(`a ${"b".repeat(2000)}`, 1001), 2);
  assertEquals(cutIndex(`a ${"b".repeat(2000)}`, 1500), 1500);
});

Deno.test("cutIndex() is between graphemes if there is no white space", () => {
  const family = "👩‍❤️‍💋‍👨"; // 11 code units.
  assertEquals(cutIndex(family.repeat(100), 500), 495);
  assertEquals(cutIndex("e\u0301".repeat(100), 51), 50);
  assertEquals(cutIndex("ab\u{20000}".repeat(100), 103), 102);
});

Deno.test("cutIndex() cuts a very long grapheme, but no surrogate pair", () => {
  const marks = `a${"\u0301".repeat(5000)}`;
  assertEquals(cutIndex(marks, 2000), 2000);
  const joined = "👩\u200D".repeat(2000);
  for (const most of [1000, 1001, 1002, 1003]) {
    const place = cutIndex(joined, most);
    assertEquals(joined.slice(0, place).isWellFormed(), true);
  }
});
