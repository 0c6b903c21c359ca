import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Corpus } from "../../../src/data/text/corpora.ts";
import { joinSequences } from "../../../src/data/text/encoded_corpus.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { notebookSentences } from "../../../src/data/text/corpora.ts";
import { END, PAD, START, UNK } from "../../../src/data/text/vocabulary.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_options.ts";
import {
  corpusContent,
  readTrainingText,
  streamSizes,
  suggestedPrompt,
  textBatches,
} from "../../../tasks/train/training_text.ts";

function corpusOf(...texts: readonly string[]): Corpus {
  return { id: "x", title: "x", source: "x", licence: null, documents: () => texts };
}

const settings = readSettings(
  parseCommandLine(["--validation", "0.3"], {
    ...{ command: "x", summary: "x", flags: settingFlags, examples: [] },
  }),
  "words",
);

Deno.test("readTrainingText() builds the vocabulary from training documents only", async () => {
  // Each document has a unique word, which shows to which part the document belongs.
  const corpus = corpusOf(...Array.from({ length: 10 }, (_, i) => `all own${i}`));
  const content = await corpusContent(corpus, "words");
  const { tokenizer, split, training, validation } = await readTrainingText(
    corpus,
    content,
    settings,
  );
  assertEquals([split.training.length, split.validation.length], [7, 3]);
  for (const number of split.validation) assert(!tokenizer.vocabulary.has(`own${number}`));
  const words = split.training.flatMap((number) => ["all", `own${number}`]);
  assertEquals(tokenizer.decode(training), words.join(" "));
  const all = tokenizer.vocabulary.id("all");
  assertEquals([...validation], [1, 2, 3].flatMap(() => [START, all, UNK, END]));
});

Deno.test("corpusContent() does not count documents without tokens", async () => {
  const corpus = corpusOf("one two", "---", "three", "???", "");
  const { documents } = await corpusContent(corpus, "words");
  assertEquals(documents, 3); // "???" is a word.
  const text = await readTrainingText(corpus, { documents, sha256: "" }, settings);
  assertEquals(text.split.training.length + text.split.validation.length, 3);
});

Deno.test("corpusContent() has another digest for a changed corpus, also if only its documents are cut differently", async () => {
  const digest = async (...texts: readonly string[]) =>
    (await corpusContent(corpusOf(...texts), "characters")).sha256;
  assertEquals(await digest("a b", "c"), await digest("a b", "c"));
  assertNotEquals(await digest("a b", "c"), await digest("a b", "d"));
  assertNotEquals(await digest("ab", "c"), await digest("a", "bc"));
});

Deno.test("readTrainingText() refuses to split one document", async () => {
  const corpus = corpusOf("word");
  const content = await corpusContent(corpus, "words");
  await assertRejects(
    () => readTrainingText(corpus, content, settings),
    InputError,
    "documents must be at least 2, one for training and one for validation, found 1",
  );
});

const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };
const batched = readSettings(
  parseCommandLine(["--batch", "2", "--length", "7"], usage),
  "words",
);
const content = await corpusContent(notebookSentences, "words");
const text = await readTrainingText(notebookSentences, content, batched);

Deno.test("textBatches() follow the text, and START is an input but never a target", () => {
  const { training } = textBatches(text, batched);
  const { sizes: { batchSize, length } } = training;
  assertEquals([batchSize, length], [2, 7]);
  const track = Math.floor((text.training.length - 1) / 2);
  const inputs = new Set<number>();
  for (let i = 0; i < training.length; i++) {
    const batch = training.at(i);
    batch?.x.data.forEach((id, place) => {
      const [step, row] = [Math.floor(place / 2), place % 2];
      const at = row * track + i * length + step;
      assertEquals(id, text.training[at]);
      const next = text.training[at + 1] ?? NaN;
      assertEquals(batch.target.data[place], next === START ? PAD : next);
      inputs.add(id);
    });
  }
  assert(inputs.has(START) && inputs.has(END));
  assertEquals(training.at(training.length), undefined);
});

Deno.test("textBatches() makes batches of validation smaller if the vocabulary is large", () => {
  const long = { ...text, validation: new Int32Array(100_000).fill(5) };
  const { sizes } = textBatches(long, { ...batched, batch: 32, length: 64 }).validation;
  assertEquals(sizes, { batchSize: 32, length: 64 });
  const vocabulary = { size: 100_000 };
  const tokenizer = Object.assign(Object.create(text.tokenizer), { vocabulary });
  const bounded = textBatches({ ...long, tokenizer }, { ...batched, batch: 32, length: 64 });
  const { batchSize, length } = bounded.validation.sizes;
  assert(batchSize * length * 100_000 <= 16_000_000, `${batchSize} by ${length}`);
});

const wanted = { batchSize: 32, length: 64 };

Deno.test("streamSizes() gives a long text the wanted sizes", () => {
  assertEquals(streamSizes(1_000_000, wanted, 4), wanted);
});

Deno.test("streamSizes() gives a short text fewer tracks, then shorter batches", () => {
  assertEquals(streamSizes(2000, wanted), { batchSize: 31, length: 64 });
  assertEquals(streamSizes(2000, wanted, 4), { batchSize: 7, length: 57 });
  assertEquals(streamSizes(210, wanted, 4), { batchSize: 1, length: 52 });
  assertEquals(streamSizes(3, wanted, 4), { batchSize: 1, length: 2 });
  assertEquals(streamSizes(2, wanted), { batchSize: 1, length: 1 });
});

Deno.test("streamSizes() fits every stream, and leaves out few tokens", () => {
  for (let tokens = 2; tokens < 20_000; tokens += 1 + (tokens >> 4)) {
    for (const batches of [1, 4]) {
      const { batchSize, length } = streamSizes(tokens, wanted, batches);
      const count = Math.floor(Math.floor((tokens - 1) / batchSize) / length);
      assert(batchSize >= 1 && batchSize <= 32 && length >= 1 && length <= 64);
      assert(count >= 1, `${tokens} ids`);
      assert(count * batchSize * length >= 0.84 * (tokens - 1), `${tokens} ids`);
    }
  }
});

async function promptOf(
  kind: "words" | "characters",
  documents: readonly string[],
  known: readonly string[] = documents,
): Promise<string | null> {
  const tokenizer = await Tokenizer.build(known, { kind });
  const training = joinSequences(documents.map((text) => tokenizer.encodeDocument(text)));
  return suggestedPrompt({ tokenizer, training });
}

Deno.test("suggestedPrompt() is the beginning of a document, in whole words if possible", async () => {
  const prompts: readonly (readonly ["words" | "characters", string, string])[] = [
    ["words", "The whale, the ship and more.", "the whale the"],
    ["words", "Whale.", "whale."],
    ["characters", "The whale, the ship", "The whale,"],
    ["characters", "Moby-Dickensian", "Moby-Dickens"],
    ["characters", "吾輩は猫である。名前はまだ無い。", "吾輩は猫である。名前はま"],
    ["characters", "a,b\n1,2", "a,b"],
    ["characters", "It's\x1b[2J", "It's"],
    ["characters", "short", "short"],
  ];
  for (const [kind, text, wanted] of prompts) assertEquals(await promptOf(kind, [text]), wanted);
});

Deno.test("suggestedPrompt() skips a document that begins with characters that cannot be typed", async () => {
  assertEquals(await promptOf("characters", ["\x07bell", "-", "next"]), "next");
  assertEquals(await promptOf("words", ["new old", "old"], ["old"]), "old");
  assertEquals(await promptOf("words", ["new"], ["old"]), null);
});
