import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { Corpus } from "../../../src/data/text/corpora.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import type { TrainingProgress } from "../../../src/training/train_language_model.ts";
import { type EpochRecord, TrainingPosition } from "../../../src/training/training_position.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import type { Surroundings } from "../../../tasks/cli/progress.ts";
import { Stop } from "../../../tasks/cli/stop.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_options.ts";
import {
  closingText,
  epochLine,
  historyText,
  measures,
  openingLines,
  stoppedLine,
  TrainingDisplay,
} from "../../../tasks/train/training_display.ts";
import {
  corpusContent,
  readTrainingText,
  textBatches,
} from "../../../tasks/train/training_text.ts";

const record = {
  trainLoss: 1.5,
  validationLoss: Math.log(8),
  learningRate: 0.002,
  clipped: 0,
  tokens: 1000,
};

/**
 * Creates a display for 3 epochs of 10 steps of 100 tokens, with a clock that the test sets, in
 * seconds.
 */
function shown(
  around: Partial<Surroundings>,
  { first = 0, kind = "words", loss = 1.25 }: {
    readonly first?: number;
    readonly kind?: "words" | "characters";
    readonly loss?: number;
  } = {},
) {
  const texts: string[] = [];
  let seconds = 0;
  const display = new TrainingDisplay(kind, {
    write: (text) => texts.push(text),
    now: () => 1000 * seconds,
    columns: () => 160,
    ...around,
  });
  return {
    display,
    texts,
    last: () => (texts.at(-1) ?? "").replace(/[\u00a0\u202f]/g, " "),
    at(time: number, epoch: number, step: number) {
      seconds = time;
      const progress: TrainingProgress = {
        ...{ epoch, epochs: 3, step, steps: 10, learningRate: 0.002 },
        // The losses of the first steps of an epoch are not read at once.
        loss: step < 2 ? null : loss,
        tokens: 100 * (10 * epoch + step - first),
        history: Array.from({ length: epoch }, () => record),
      };
      display.update(progress);
    },
    validates(time: number) {
      seconds = time;
      display.validates();
    },
  };
}

const line = "loss 1.500, held out 2.079 nats, perplexity 8.000, learning rate 0.002";

Deno.test("TrainingDisplay writes a line for each epoch without a terminal", () => {
  const { texts, last, at, validates } = shown({ terminal: false });
  at(0, 0, 0);
  at(5, 0, 8);
  assertEquals(texts, []);
  validates(10);
  at(12, 1, 0);
  // Tokens per second do not count validation, but the time left does.
  assertEquals(last(), `epoch 1/3: ${line}, 100 words/s, about 24 s left\n`);
  at(12, 1, 0);
  validates(17);
  at(20, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 200 words/s, about 10 s left\n`);
  validates(25);
  at(30, 3, 0);
  assertEquals(last(), `epoch 3/3: ${line}, 200 words/s\n`);
  assertEquals(texts.length, 3);
});

Deno.test("TrainingDisplay counts only the steps of a continued training", () => {
  const { last, at, validates } = shown({ terminal: false }, { first: 15 });
  at(0, 1, 5);
  validates(10);
  at(10, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 50 words/s, about 20 s left\n`);
});

Deno.test("TrainingDisplay removes its bar before a line on a terminal", () => {
  const { texts, last, at, display } = shown({ terminal: true });
  at(0, 0, 0);
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 1/3\x1b[K`);
  at(4, 0, 4);
  assertEquals(
    last(),
    `\r${"█".repeat(5)}${"░".repeat(7)} 4/10 epoch 1/3, perplexity 3.490, rate 0.002, ` +
      "100 words/s, 26 s left\x1b[K",
  );
  at(10, 1, 0);
  assertEquals(texts.at(-3), "\r\x1b[K");
  // Before a loss of the epoch is read, the display shows the epoch before.
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 2/3, perplexity 4.482, 20 s left\x1b[K`);
  display.clear();
  display.clear();
  assertEquals(texts.filter((text) => text === "\r\x1b[K").length, 2);
});

Deno.test("TrainingDisplay shows bits for characters and long times in minutes", () => {
  const { last, at } = shown({ terminal: true }, { kind: "characters", loss: Math.LN2 });
  at(0, 0, 0);
  at(200, 0, 2);
  assertEquals(
    last(),
    `\r${"█".repeat(2)}${"░".repeat(10)} 2/10 epoch 1/3, 1.000 bits, rate 0.002, ` +
      "1 characters/s, 47 min left\x1b[K",
  );
});

Deno.test("TrainingDisplay shows whole fields only, and a bar if there is room", () => {
  const fields = ["4/10 epoch 1/3", "perplexity 3.490", "rate 0.002", "100 words/s", "26 s left"];
  for (let columns = 10; columns < 100; columns++) {
    const { last, at } = shown({ terminal: true, columns: () => columns });
    at(0, 0, 0);
    at(4, 0, 4);
    const line = last().replace("\r", "").replace("\x1b[K", "");
    assertEquals(line.length < columns, true);
    const text = line.replace(/^[█░]+ /, "");
    const count = text.split(", ").length;
    if (columns < 16) assertEquals(text, (fields[0] ?? "").slice(0, columns - 1));
    else assertEquals(text, fields.slice(0, count).join(", "));
    // One more field would not fit.
    const next = fields[count];
    if (next !== undefined) assertEquals(text.length + 2 + next.length >= columns, true);
  }
});

const settings = readSettings(
  parseCommandLine(["--epochs", "2", "--validation", "0.5"], {
    ...{ command: "x", summary: "x", flags: settingFlags, examples: [] },
  }),
  "words",
);
const epoch = { trainLoss: 1, validationLoss: 1, learningRate: 0.1, clipped: 0, tokens: 9 };

/** Returns the lines about a corpus after one epoch, with plain spaces. */
const said = (...texts: readonly string[]) => saidAfter([epoch], ...texts);

/** Returns the lines about a corpus after some epochs, with plain spaces. */
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

Deno.test("openingLines() and closingText() name unknown words if they make losses incomparable", async () => {
  const known = await said("one two", "two one");
  assertStringIncludes(known.lines[0] ?? "", "which cover all of the held-out text");
  assertEquals(known.closing.includes("<UNK>"), false);
  const unknown = await said("a a a b", "a a a b");
  assertEquals(unknown.closing.includes("<UNK>"), false);
  const some = await said("all own1", "all own2");
  assertStringIncludes(some.lines[0] ?? "", "which cover 50 % of the held-out text");
  assertStringIncludes(
    some.closing,
    "\n50 % of held-out words are unknown and count as <UNK>",
  );
  assertStringIncludes(some.closing, "deno task generate --model 'my model' --prompt 'all own");
});

Deno.test("closingText() finds the best of 200,000 epochs", async () => {
  const history = Array(200_000).fill(epoch).with(150_000, { ...epoch, validationLoss: 0.5 });
  const corpus: Corpus = { ...{ id: "x", title: "x", source: "x", licence: null }, documents };
  function documents() {
    return ["one two", "two one"];
  }
  const text = await readTrainingText(corpus, await corpusContent(corpus, "words"), settings);
  const closing = closingText(history, text, { settings, out: "d" });
  assertStringIncludes(closing, "The best is epoch 150001/2: loss 1.000, held out 0.500 nats");
});

Deno.test("openingLines() remarks on a text of few documents and on a finished training", async () => {
  const few = await said("one two", "two one");
  assertStringIncludes(few.lines[1] ?? "", "these are few documents");
  assertEquals(
    few.lines.at(-1),
    "the training is finished after epoch 2; a larger --epochs continues it",
  );
  const many = await said(...Array.from({ length: 10 }, () => "one two"));
  assertStringIncludes(many.lines[1] ?? "", "2 layers of 5 units on cpu; an epoch has");
});

Deno.test("stoppedLine() says where training stopped and how to continue", () => {
  const stop = new Stop(130, "Stopped.");
  const line = (epochs: number, steps: number, kept: boolean, fresh: boolean) =>
    stoppedLine({ history: Array(epochs).fill(epoch), steps, stop, kept }, { fresh, out: "d" });
  assertEquals(
    line(1, 105, true, false),
    "Stopped after epoch 1 and 105 steps; the same command continues.",
  );
  assertEquals(
    line(0, 1, true, true),
    "Stopped after 1 step; the same command, without --fresh, continues.",
  );
  assertEquals(
    line(0, 0, false, true),
    "Stopped before the first step, without a checkpoint: d still has the earlier model.",
  );
});

Deno.test("closingText() finds the best of 200,000 epochs", async () => {
  const history = Array.from({ length: 200_000 }, (_, i) => {
    return { ...epoch, validationLoss: 1 + Math.abs(i - 4321) / 1000 };
  });
  const { closing } = await saidAfter(history, "one two", "two one");
  assertStringIncludes(closing, "The best is epoch 4322/2");
});

const measured = {
  trainLoss: 1.5,
  validationLoss: Math.log(8),
  learningRate: 0.002,
  clipped: 0.25,
  tokens: 100,
};

Deno.test("measures() gives bits for characters beside the perplexity", () => {
  const { perplexity, bitsPerCharacter } = measures(Math.log(8), "characters");
  assertAlmostEquals(perplexity, 8);
  assertAlmostEquals(bitsPerCharacter ?? NaN, 3);
  assertEquals(measures(1, "words"), { perplexity: Math.E });
});

Deno.test("epochLine() has the losses of an epoch", () => {
  assertEquals(
    epochLine(measured, { epoch: 2, epochs: 20, kind: "characters" }),
    "epoch 2/20: loss 1.500, held out 2.079 nats, perplexity 8.000, 3.000 bits a character, " +
      "learning rate 0.002",
  );
  assertEquals(
    epochLine(measured, { epoch: 2, epochs: 20, kind: "words" }),
    "epoch 2/20: loss 1.500, held out 2.079 nats, perplexity 8.000, learning rate 0.002",
  );
});

Deno.test("historyText() is JSON by epoch, also if a perplexity is infinite", () => {
  const history = [measured, { ...measured, validationLoss: 1000 }];
  const { epochs, unit } = JSON.parse(historyText(history, "words"));
  assertEquals(unit, "nats");
  assertEquals(epochs[0].epoch, 1);
  assertEquals(epochs[0].clipped, 0.25);
  assertEquals(epochs[1].perplexity, null);
});
