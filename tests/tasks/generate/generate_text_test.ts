import { assertEquals } from "@std/assert";
import { SampleWriter, unknownLine } from "../../../tasks/generate/generate_text.ts";

/** Records the written texts, one for each call. */
function written(prompt: string, samples = 1) {
  const texts: string[] = [];
  const write = (text: string) => Promise.resolve(void texts.push(text));
  return { texts, writer: new SampleWriter(prompt, samples, write) };
}

Deno.test("SampleWriter writes a sample piece by piece after its prompt", async () => {
  const { texts, writer } = written("the <UNK>");
  await writer.add(0, " swims");
  assertEquals(texts, ["the <UNK>", " swims"]);
  await writer.add(0, " the");
  await writer.end();
  assertEquals(texts.join(""), "the <UNK> swims the\n");
});

Deno.test("SampleWriter writes only the prompt if the model ends at once", async () => {
  const { texts, writer } = written("the whale");
  await writer.end();
  assertEquals(texts.join(""), "the whale\n");
});

Deno.test("SampleWriter writes further samples after the first, each with a heading", async () => {
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

Deno.test("SampleWriter escapes control characters of text and prompt", async () => {
  const { texts, writer } = written("a\x1b\n");
  for (const piece of "\u009b\tb\x1b") await writer.add(0, piece);
  await writer.end();
  assertEquals(texts.join(""), "a\\x1b\n\\x9b\tb\\x1b\n");
});

Deno.test("unknownLine() names unknown words, or some if there are many", () => {
  assertEquals(unknownLine([]), null);
  assertEquals(
    unknownLine(["zebra"]),
    'The model does not know "zebra" of the prompt, and takes <UNK> for it.',
  );
  assertEquals(
    unknownLine(Array.from({ length: 11 }, (_, i) => `w${i}`)),
    'The model does not know "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7" and 3 more of the ' +
      "prompt, and takes <UNK> for each.",
  );
  const long = unknownLine(["👩".repeat(100)]) ?? "";
  assertEquals(long.includes(`"${"👩".repeat(21)}..."`), true);
});
