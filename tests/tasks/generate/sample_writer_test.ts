import { assertEquals } from "@std/assert";
import { SampleWriter } from "../../../tasks/generate/sample_writer.ts";

/** What is written, a string a call. */
function written(prompt: string, samples = 1) {
  const texts: string[] = [];
  const write = (text: string) => Promise.resolve(void texts.push(text));
  return { texts, writer: new SampleWriter(prompt, samples, write) };
}

Deno.test("a sample comes piece by piece behind its prompt", async () => {
  const { texts, writer } = written("the <UNK>");
  await writer.add(0, " swims");
  assertEquals(texts, ["the <UNK>", " swims"]);
  await writer.add(0, " the");
  await writer.end();
  assertEquals(texts.join(""), "the <UNK> swims the\n");
});

Deno.test("where the model ends at once the prompt is all", async () => {
  const { texts, writer } = written("the whale");
  await writer.end();
  assertEquals(texts.join(""), "the whale\n");
});

Deno.test("further samples wait for the first, and each has a heading", async () => {
  const { texts, writer } = written("the", 2);
  await writer.add(1, " whale");
  await writer.add(0, " swims");
  await writer.add(1, " swims");
  await writer.end();
  assertEquals(
    texts.join(""),
    "Sample 1 of 2:\nthe swims\n\nSample 2 of 2:\nthe whale swims\n",
  );
});

Deno.test("control characters of the text and of the prompt are written out", async () => {
  const { texts, writer } = written("a\x1b\n");
  for (const piece of "\u009b\tb\x1b") await writer.add(0, piece);
  await writer.end();
  assertEquals(texts.join(""), "a\\x1b\n\\x9b\tb\\x1b\n");
});
