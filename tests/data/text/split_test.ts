import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { mobyDick, notebookSentences } from "../../../src/data/text/corpora.ts";
import { documentsOf, encodeCorpus } from "../../../src/data/text/encoded_corpus.ts";
import { shuffled, splitDocuments } from "../../../src/data/text/split.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { type Window, windows } from "../../../src/data/text/windows.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

Deno.test("splitDocuments() puts each document on one side, and some on both", () => {
  for (let count = 2; count < 60; count++) {
    for (const validation of [0.001, 0.1, 0.5, 0.999]) {
      const random = new Random(count);
      const { training, validation: kept } = splitDocuments(count, { validation, random });
      const all = [...training, ...kept];
      assertEquals(all.toSorted((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
      assert(training.every((one, i) => i === 0 || one > (training[i - 1] ?? 0)), "ascending");
      assert(kept.every((one, i) => i === 0 || one > (kept[i - 1] ?? 0)), "ascending");
      const wanted = Math.min(count - 1, Math.max(1, Math.round(count * validation)));
      assertEquals(kept.length, wanted);
    }
  }
});

Deno.test("splitDocuments() splits alike only from equal sources", () => {
  const split = (seed: number) =>
    splitDocuments(100, { validation: 0.1, random: new Random(seed) });
  assertEquals(split(1), split(1));
  assertNotEquals(split(1), split(2));
});

Deno.test("splitDocuments() refuses few documents and shares out of range", () => {
  const random = new Random(1);
  for (const count of [0, 1, 1.5]) {
    const message = `at least 2, one for training and one for validation, found ${count}`;
    assertThrows(() => splitDocuments(count, { validation: 0.1, random }), InputError, message);
  }
  for (const validation of [0, 1, NaN, -0.1]) {
    const message = `validation must be in (0, 1), found ${validation}`;
    assertThrows(() => splitDocuments(5, { validation, random }), InputError, message);
  }
});

/** The indices of a window's ids among the ids of the corpus, of which the window is a view. */
function places(window: Window): number[] {
  const first = window.input.byteOffset / 4;
  const last = window.target.byteOffset / 4 + window.target.length;
  return Array.from({ length: last - first }, (_, i) => first + i);
}

/** The share of the ids in windows of validation that lie in windows of training. */
function seen(training: readonly Window[], validation: readonly Window[]): number {
  const known = new Set(training.flatMap(places));
  const asked = [...new Set(validation.flatMap(places))];
  return asked.filter((place) => known.has(place)).length / asked.length;
}

Deno.test("splitDocuments() before windows() leaves nothing of validation in training", async () => {
  const chapters = mobyDick;
  for (const [corpus, maxTokens] of [[notebookSentences, 231], [chapters, 60_000]] as const) {
    const tokenizer = await Tokenizer.build(corpus.documents(), { kind: "words" });
    const encoded = await encodeCorpus(corpus, tokenizer, { maxTokens });
    for (const seed of [1, 2, 3]) {
      const split = splitDocuments(encoded.documents, {
        validation: 0.2,
        random: new Random(seed),
      });
      const cut = (which: readonly number[]) => windows(documentsOf(encoded, which), { length: 5 });
      const [training, validation] = [cut(split.training), cut(split.validation)];
      assert(training.length > 0 && validation.length > 0);
      assertEquals(seen(training, validation), 0);
      // Windows are compared by content: with START and END, the ids of a whole document are
      // unique.
      const kept = documentsOf(encoded, split.validation).map((ids) => ids.join(" "));
      const learned = documentsOf(encoded, split.training).map((ids) => ids.join(" "));
      assertEquals(kept.filter((ids) => learned.includes(ids)), []);
    }
  }
});

Deno.test("splitDocuments() leaves no window of the notebook's sentences in training", async () => {
  const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(notebookSentences, tokenizer);
  for (const seed of [1, 2, 3]) {
    const split = splitDocuments(20, { validation: 0.2, random: new Random(seed) });
    const contents = (which: readonly number[]) =>
      windows(documentsOf(encoded, which), { length: 5 }).map(({ input, target }) =>
        `${input.join(" ")} ${target.at(-1)}`
      );
    const learned = new Set(contents(split.training));
    assertEquals(contents(split.validation).filter((window) => learned.has(window)), []);
  }
});

Deno.test("windows() that are split as in the notebook have most of validation in training", async () => {
  const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(notebookSentences, tokenizer);
  const sentences = documentsOf(encoded);
  const all = windows(sentences, { length: 5 });
  const order = [...shuffled(all.length, new Random(1))];
  const pick = (part: readonly number[]) => all.filter((_, i) => part.includes(i));
  const kept = Math.round(all.length * 0.2);
  const leak = seen(pick(order.slice(kept)), pick(order.slice(0, kept)));
  assert(leak > 0.8, `${leak} of validation is seen`);
});

Deno.test("shuffled() draws all orders of four equally often", () => {
  const random = new Random(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 240_000; i++) {
    const order = shuffled(4, random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  for (const count of counts.values()) assertClose([count], [10_000], tolerance.draws);
});

Deno.test("shuffled() has each number once, and the same order from equal sources", () => {
  const order = shuffled(1000, new Random(2));
  assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  assertEquals(shuffled(1000, new Random(2)), order);
  assertEquals([...shuffled(1, new Random(2))], [0]);
  assertEquals([...shuffled(0, new Random(2))], []);
});
