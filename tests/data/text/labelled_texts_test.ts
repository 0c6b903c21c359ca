import { assert, assertEquals, assertNotEquals } from "@std/assert";
import file from "../../../src/data/text/sentiment_sentences.json" with { type: "json" };
import { sha256 } from "../../../src/platform/sha256.ts";
import { copyGroups } from "../../../src/data/text/labelled_texts.ts";
import { afinnLexicon, opinionLexicon } from "../../../src/data/text/lexicons.ts";
import { sentenceWords } from "../../../src/data/text/sentence_words.ts";
import { sentimentSentences } from "../../../src/data/text/sentiment_sentences.ts";
import { assertMistakes, call } from "../../mistakes.ts";

Deno.test("sentimentSentences() has the bytes of the original files", () => {
  for (const source of ["amazon", "imdb", "yelp"] as const) {
    const original = file.lines[source].map((line) => `${line}\n`).join("");
    assertEquals(sha256(new TextEncoder().encode(original)), file.sha256[source], source);
  }
});

Deno.test("sentimentSentences() has 500 sentences of each class of each source", async () => {
  const { classes, texts } = await sentimentSentences();
  assertEquals(classes, ["negative", "positive"]);
  for (const source of ["amazon", "imdb", "yelp"]) {
    for (const label of [0, 1]) {
      const count = texts.filter((text) => text.source === source && text.label === label).length;
      assertEquals(count, 500, `${source} ${label}`);
    }
  }
  assert(texts.every(({ text }) => sentenceWords(text).length > 0));
});

Deno.test("sentimentSentences() keeps control characters within a sentence", async () => {
  const { texts } = await sentimentSentences();
  const lines = texts.filter(({ text }) => text.includes("\u0085")).map(({ text }) => text);
  assertEquals(lines[0], "The script is\u0085was there a script?  ");
  assertEquals(lines.length, 2);
});

Deno.test("sentimentSentences() gives copies one group", async () => {
  const { texts } = await sentimentSentences();
  for (const [source, twice] of [["amazon", 13], ["imdb", 3], ["yelp", 4]] as const) {
    const own = texts.filter((text) => text.source === source);
    // Copies but for case and the spaces at the ends.
    const groups = new Map<string, Set<number>>();
    for (const { text, group } of own) {
      const key = text.trim().toLowerCase();
      groups.set(key, (groups.get(key) ?? new Set()).add(group));
    }
    assertEquals(own.length - groups.size, twice);
    assert([...groups.values()].every(({ size }) => size === 1));
  }
  // Punctuation does not count, so that there are more copies.
  assertEquals(new Set(texts.map(({ group }) => group)).size, 2972);
});

Deno.test("copyGroups() compares words, and characters if there are no words", () => {
  assertEquals(copyGroups(["A b", "a, B!", ":-)", ":-(", "a c", ":-)", ""]), [0, 0, 1, 2, 3, 1, 4]);
});

Deno.test("sentenceWords() separates signs from words and keeps apostrophes within them", () => {
  assertEquals(sentenceWords("Good. “Very” GOOD!!!"), ["good", "very", "good"]);
  assertEquals(sentenceWords("It’s 'quoted' rock'n'roll, 2-faced"), [
    ..."it's quoted rock'n'roll 2 faced".split(" "),
  ]);
  assertEquals(sentenceWords("cliche\u0301s in Que\u0301bec"), ["clichés", "in", "québec"]);
  assertEquals(
    sentenceWords("is\u0085was \u0096 tab\tnext\nline"),
    "is was tab next line".split(" "),
  );
  assertEquals(sentenceWords("\uD800 ... :-)"), []);
  assertNotEquals(sentenceWords("हिन्दी भाषा"), []);
});

Deno.test("sentenceWords() refuses other values than a string", async () => {
  await assertMistakes([[() => call(null, sentenceWords, 1), "text must be a string, found 1"]]);
});

Deno.test("opinionLexicon() has the words of both lists", async () => {
  const { valences } = await opinionLexicon();
  const counts = [-1, 0, 1].map((sign) => [...valences.values()].filter((v) => v === sign).length);
  assertEquals(counts, [4780, 3, 2003]);
  assertEquals(valences.get("enviously"), 0);
  assertEquals(valences.get("naive"), -1);
});

Deno.test("afinnLexicon() has 2,462 words from -5 to 5", async () => {
  const { valences } = await afinnLexicon();
  assertEquals(valences.size, 2462);
  assertEquals([Math.min(...valences.values()), Math.max(...valences.values())], [-5, 5]);
  assertEquals([valences.get("superb"), valences.get("naïve"), valences.get("can't stand")], [
    5,
    -2,
    undefined,
  ]);
});
