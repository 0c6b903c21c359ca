import { assert, assertEquals } from "@std/assert";
import { tutorialSentences } from "../../../src/data/text/tutorial_sentences.ts";
import { END, PAD, START } from "../../../src/data/text/vocabulary.ts";
import { textBatches } from "../../../tasks/train/text_batches.ts";
import { corpusContent, readTrainingText } from "../../../tasks/train/training_text.ts";
import { parseCommandLine } from "../../../tasks/command_line.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_settings.ts";

const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };
const settings = readSettings(
  parseCommandLine(["--batch", "2", "--length", "7"], usage),
  "words",
);
const content = await corpusContent(tutorialSentences, "words");
const text = await readTrainingText(tutorialSentences, content, settings);

Deno.test("batches go along the text, and the start of a document is given but never asked for", () => {
  const { training } = textBatches(text, settings);
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

Deno.test("batches of validation are smaller where the vocabulary is large", () => {
  const long = { ...text, validation: new Int32Array(100_000).fill(5) };
  const { sizes } = textBatches(long, { ...settings, batch: 32, length: 64 }).validation;
  assertEquals(sizes, { batchSize: 32, length: 64 });
  const vocabulary = { size: 100_000 };
  const tokenizer = Object.assign(Object.create(text.tokenizer), { vocabulary });
  const bounded = textBatches({ ...long, tokenizer }, { ...settings, batch: 32, length: 64 });
  const { batchSize, length } = bounded.validation.sizes;
  assert(batchSize * length * 100_000 <= 16_000_000, `${batchSize} by ${length}`);
});
