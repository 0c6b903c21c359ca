import { assert, assertEquals } from "@std/assert";
import { notebookSentences } from "../../../src/data/text/notebook_sentences.ts";

Deno.test("the tutorial's sentences are 20 different ones, the same at each call", async () => {
  const sentences = await Array.fromAsync(notebookSentences.documents());
  assertEquals(new Set(sentences).size, 20);
  for (const sentence of sentences) assert(/^[A-Z][^.]+\.$/.test(sentence), sentence);
  assertEquals(await Array.fromAsync(notebookSentences.documents()), sentences);
});
