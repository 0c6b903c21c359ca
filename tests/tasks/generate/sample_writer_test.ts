import { assertEquals } from "@std/assert";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { SampleWriter } from "../../../tasks/generate/sample_writer.ts";

const words = await Tokenizer.build(["the whale swims"], { kind: "words" });
const characters = await Tokenizer.build(["a\x1b\n\u009b\tb"], { kind: "characters" });

/** What is written, a string a call. */
function written(tokenizer: Tokenizer, prompt: string, samples = 1) {
  const texts: string[] = [];
  const write = (text: string) => Promise.resolve(void texts.push(text));
  const writer = new SampleWriter(tokenizer, tokenizer.encode(prompt), samples, write);
  return { texts, writer, id: (token: string) => tokenizer.vocabulary.id(token) };
}

Deno.test("a sample comes token by token behind its prompt", async () => {
  const { texts, writer, id } = written(words, "The whale!");
  await writer.add(0, id("swims"));
  assertEquals(texts, ["the <UNK>", " swims"]);
  await writer.add(0, id("the"));
  await writer.end();
  assertEquals(texts.join(""), "the <UNK> swims the\n");
});

Deno.test("without a prompt the first word has no space before it", async () => {
  const { texts, writer, id } = written(words, "");
  await writer.add(0, id("the"));
  await writer.add(0, id("whale"));
  await writer.end();
  assertEquals(texts.join(""), "the whale\n");
});

Deno.test("further samples wait for the first, and each has a heading", async () => {
  const { texts, writer, id } = written(words, "the", 2);
  await writer.add(1, id("whale"));
  await writer.add(0, id("swims"));
  await writer.add(1, id("swims"));
  await writer.end();
  assertEquals(
    texts.join(""),
    "Sample 1 of 2:\nthe swims\n\nSample 2 of 2:\nthe whale swims\n",
  );
});

Deno.test("control characters of the text and of the prompt are written out", async () => {
  const { texts, writer } = written(characters, "a\x1b\n");
  for (const id of characters.encode("\u009b\tb\x1b")) await writer.add(0, id);
  await writer.end();
  assertEquals(texts.join(""), "a\\x1b\n\\x9b\tb\\x1b\n");
});
