import { assert, assertEquals } from "@std/assert";
import { mobyDick, notebookSentences } from "../../../src/data/text/corpora.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";

Deno.test("Moby Dick is 135 chapters and an epilogue, in their order", async () => {
  const corpus = await mobyDick();
  const chapters = await Array.fromAsync(corpus.documents());
  assertEquals(chapters.length, 136);
  assertEquals(chapters[0]?.slice(0, 16), "Call me Ishmael.");
  assert(chapters[1]?.startsWith("I stuffed a shirt or two into my old carpet-bag"));
  assert(chapters[134]?.endsWith("rolled on as it rolled five thousand years ago."));
  assert(chapters[135]?.endsWith("only found another orphan."));
});

Deno.test("its words are those that the tutorial's own code counts", async () => {
  const tokenizer = await Tokenizer.build((await mobyDick()).documents(), { kind: "words" });
  assertEquals([tokenizer.statistics.total, tokenizer.statistics.distinct], [207_735, 23_063]);
  assertEquals(tokenizer.statistics.covered, 0.9357402459864731);
  assertEquals(tokenizer.decode([4, 5, 6, 7, 8]), "the of and a to");
});

Deno.test("the tutorial's sentences are 20 different ones, the same at each call", async () => {
  const sentences = await Array.fromAsync(notebookSentences.documents());
  assertEquals(new Set(sentences).size, 20);
  for (const sentence of sentences) assert(/^[A-Z][^.]+\.$/.test(sentence), sentence);
  assertEquals(await Array.fromAsync(notebookSentences.documents()), sentences);
});
