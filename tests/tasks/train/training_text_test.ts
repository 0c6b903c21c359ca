import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Corpus } from "../../../src/data/text/corpus.ts";
import { END, START, UNK } from "../../../src/data/text/vocabulary.ts";
import { parseCommandLine } from "../../../tasks/command_line.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_settings.ts";
import { corpusContent, readTrainingText } from "../../../tasks/train/training_text.ts";

function corpusOf(...texts: readonly string[]): Corpus {
  return { id: "x", title: "x", source: "x", licence: null, documents: () => texts };
}

const settings = readSettings(
  parseCommandLine(["--validation", "0.3"], {
    ...{ command: "x", summary: "x", flags: settingFlags, examples: [] },
  }),
  "words",
);

Deno.test("the vocabulary is that of the training documents alone", async () => {
  // A word in each that is in no other, so that one tells of which documents a part is.
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

Deno.test("documents without a token are none", async () => {
  const corpus = corpusOf("one two", "---", "three", "???", "");
  const { documents } = await corpusContent(corpus, "words");
  assertEquals(documents, 3); // "???" is a word.
  const text = await readTrainingText(corpus, { documents, sha256: "" }, settings);
  assertEquals(text.split.training.length + text.split.validation.length, 3);
});

Deno.test("a corpus that changed has another digest, however its documents are parted", async () => {
  const digest = async (...texts: readonly string[]) =>
    (await corpusContent(corpusOf(...texts), "characters")).sha256;
  assertEquals(await digest("a b", "c"), await digest("a b", "c"));
  assertNotEquals(await digest("a b", "c"), await digest("a b", "d"));
  assertNotEquals(await digest("ab", "c"), await digest("a", "bc"));
});

Deno.test("one document cannot be split", async () => {
  const corpus = corpusOf("word");
  const content = await corpusContent(corpus, "words");
  await assertRejects(
    () => readTrainingText(corpus, content, settings),
    InputError,
    "documents must be at least 2, one to learn and one to validate, found 1",
  );
});
