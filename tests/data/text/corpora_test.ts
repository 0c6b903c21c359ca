import { assert, assertEquals } from "@std/assert";
import { mobyDick, notebookSentences } from "../../../src/data/text/corpora.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";

Deno.test("mobyDick has 135 chapters and an epilogue in order", async () => {
  const corpus = mobyDick;
  const chapters = await Array.fromAsync(corpus.documents());
  assertEquals(chapters.length, 136);
  assertEquals(chapters[0]?.slice(0, 16), "Call me Ishmael.");
  assert(chapters[1]?.startsWith("I stuffed a shirt or two into my old carpet-bag"));
  assert(chapters[134]?.endsWith("rolled on as it rolled five thousand years ago."));
  assert(chapters[135]?.endsWith("only found another orphan."));
});

Deno.test("mobyDick has the words that the notebook's code counts", async () => {
  const tokenizer = await Tokenizer.build(mobyDick.documents(), { kind: "words" });
  assertEquals([tokenizer.statistics.total, tokenizer.statistics.distinct], [207_735, 23_063]);
  assertEquals(tokenizer.statistics.covered, 0.9357402459864731);
  assertEquals(tokenizer.decode([4, 5, 6, 7, 8]), "the of and a to");
});

Deno.test("notebookSentences are the 20 sentences of the notebook, in order", async () => {
  const sentences = await Array.fromAsync(notebookSentences.documents());
  assertEquals(new Set(sentences).size, 20);
  const notebook = await Deno.readTextFile(
    new URL("../../../fixtures/notebook.md", import.meta.url),
  );
  const positions = sentences.map((sentence) => notebook.indexOf(`"${sentence}"`));
  assert(positions.every((position, i) => position > (positions[i - 1] ?? 0)), positions.join());
  assertEquals(await Array.fromAsync(notebookSentences.documents()), sentences);
});
