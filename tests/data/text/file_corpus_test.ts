import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Corpus } from "../../../src/data/text/corpus.ts";
import { fileCorpus } from "../../../src/data/text/file_corpus.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";

function corpusOf(...parts: (string | Uint8Array<ArrayBuffer>)[]): Corpus {
  return fileCorpus("notes.txt", () => Promise.resolve(new Blob(parts).stream()));
}

Deno.test("paragraphs are documents, anew at each pass", async () => {
  const corpus = corpusOf("\uFEFFCall me Ishmael.\r\n\r\nSome years\r\nago.\r\n");
  for (let pass = 0; pass < 2; pass++) {
    const found = await Array.fromAsync(corpus.documents());
    assertEquals(found, ["Call me Ishmael.", "Some years\r\nago."]);
  }
  const { id, title, source, licence } = corpus;
  assertEquals([id, title, source, licence], ["notes.txt", "notes.txt", "notes.txt", null]);
});

Deno.test("lines are documents where there is one paragraph alone", async () => {
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

Deno.test("a file without text is refused, and so is one that is none", async () => {
  const refuse = (corpus: Corpus, message: string) =>
    assertRejects(() => Array.fromAsync(corpus.documents()), InputError, message);
  const empty = 'notes.txt must be a text, found "nothing but white space"';
  await refuse(corpusOf(), empty);
  await refuse(corpusOf("\uFEFF \r\n\n"), empty);
  await refuse(corpusOf("text", Uint8Array.of(0)), "notes.txt must be text without NUL bytes");
  await refuse(corpusOf("text", Uint8Array.of(0xE9)), "notes.txt must be UTF-8 at byte 4");
});

Deno.test("a pass that ends early closes the file", async () => {
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

Deno.test("a file is never held as a whole", async () => {
  const line = `${"a sentence of some words ".repeat(400)}\n\n`;
  const chunk = new TextEncoder().encode(line.repeat(100)); // 1 MB
  let [made, dropped, most] = [0, 0, 0];
  const registry = new FinalizationRegistry<null>(() => void dropped++);
  const corpus = fileCorpus("big.txt", () =>
    Promise.resolve(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve)); // Lets the registry tell.
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
