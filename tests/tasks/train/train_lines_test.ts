import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Corpus } from "../../../src/data/text/corpus.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import { type EpochRecord, TrainingPosition } from "../../../src/training/training_position.ts";
import { parseCommandLine } from "../../../tasks/command_line.ts";
import { textBatches } from "../../../tasks/train/text_batches.ts";
import { closingText, openingLines, stoppedLine } from "../../../tasks/train/train_lines.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_settings.ts";
import { corpusContent, readTrainingText } from "../../../tasks/train/training_text.ts";
import { Stop } from "../../../tasks/stop.ts";

const settings = readSettings(
  parseCommandLine(["--epochs", "2", "--validation", "0.5"], {
    ...{ command: "x", summary: "x", flags: settingFlags, examples: [] },
  }),
  "words",
);
const record = { trainLoss: 1, validationLoss: 1, learningRate: 0.1, clipped: 0, tokens: 9 };

/** What is said of a corpus after one epoch, without typographic spaces. */
const said = (...texts: readonly string[]) => saidAfter([record], ...texts);

/** What is said of a corpus after some epochs, without typographic spaces. */
async function saidAfter(history: readonly EpochRecord[], ...texts: readonly string[]) {
  const corpus: Corpus = { ...{ id: "x", title: "x", source: "x", licence: null }, documents };
  function documents() {
    return texts;
  }
  const text = await readTrainingText(corpus, await corpusContent(corpus, "words"), settings);
  const { tokenizer } = text;
  const sizes = { vocabularySize: tokenizer.vocabulary.size, embeddingDim: 4, hiddenSize: 5 };
  const description = { config: checkLanguageModelConfig(sizes), tokenizer, training: {} };
  const position = new TrainingPosition();
  position.epoch = 2;
  const lines = openingLines(description, {
    ...{ text, batches: textBatches(text, settings), settings, position },
    backend: { name: "cpu", adapter: null, versions: {} },
  });
  const closing = closingText(history, text, { settings, out: "my model" });
  const plain = (line: string) => line.replace(/[\u00a0\u202f]/g, " ");
  return { lines: lines.map(plain), closing: plain(closing) };
}

Deno.test("unknown words are said where they make numbers that others cannot be held against", async () => {
  const known = await said("one two", "two one");
  assertStringIncludes(known.lines[0] ?? "", "which cover all of what is held out");
  assertEquals(known.closing.includes("<UNK>"), false);
  const unknown = await said("a a a b", "a a a b");
  assertEquals(unknown.closing.includes("<UNK>"), false);
  const some = await said("all own1", "all own2");
  assertStringIncludes(some.lines[0] ?? "", "which cover 50 % of what is held out");
  assertStringIncludes(
    some.closing,
    "\n50 % of held-out words are unknown and count as one, <UNK>",
  );
  assertStringIncludes(some.closing, "deno task generate --model 'my model' --prompt 'all own");
});

Deno.test("closingText() finds the best of 200,000 epochs", async () => {
  const history = Array(200_000).fill(record).with(150_000, { ...record, validationLoss: 0.5 });
  const corpus: Corpus = { ...{ id: "x", title: "x", source: "x", licence: null }, documents };
  function documents() {
    return ["one two", "two one"];
  }
  const text = await readTrainingText(corpus, await corpusContent(corpus, "words"), settings);
  const closing = closingText(history, text, { settings, out: "d" });
  assertStringIncludes(closing, "The best is epoch 150001/2: loss 1.000, held out 0.500 nats");
});

Deno.test("few documents, and a training that is done, are said to be so", async () => {
  const few = await said("one two", "two one");
  assertStringIncludes(few.lines[1] ?? "", "these are few documents");
  assertEquals(few.lines.at(-1), "nothing is left to do after epoch 2; more --epochs go on");
  const many = await said(...Array.from({ length: 10 }, () => "one two"));
  assertStringIncludes(many.lines[1] ?? "", "2 layers of 5 on cpu; an epoch is");
});

Deno.test("where training stopped, and how it goes on", () => {
  const stop = new Stop(130, "Stopped.");
  const line = (epochs: number, steps: number, kept: boolean, fresh: boolean) =>
    stoppedLine({ history: Array(epochs).fill(record), steps, stop, kept }, { fresh, out: "d" });
  assertEquals(
    line(1, 105, true, false),
    "Stopped after epoch 1 and 105 steps; the same command goes on.",
  );
  assertEquals(
    line(0, 1, true, true),
    "Stopped after 1 step; the same command, without --fresh, goes on.",
  );
  assertEquals(
    line(0, 0, false, true),
    "Stopped before the first step, without a checkpoint: d has the model from before.",
  );
});

Deno.test("closingText() finds the best of 200,000 epochs", async () => {
  const history = Array.from({ length: 200_000 }, (_, i) => {
    return { ...record, validationLoss: 1 + Math.abs(i - 4321) / 1000 };
  });
  const { closing } = await saidAfter(history, "one two", "two one");
  assertStringIncludes(closing, "The best is epoch 4322/2");
});
