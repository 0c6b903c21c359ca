import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readLabelledTexts } from "../../../src/data/text/read_labelled_texts.ts";
import type { Surroundings } from "../../../tasks/cli/progress.ts";
import { divideData } from "../../../tasks/classify/classifier_data.ts";
import {
  ClassifierDisplay,
  closingText,
  type EpochRecord,
  historyText,
  openingLines,
  recordOf,
  stoppedLine,
  testLines,
} from "../../../tasks/classify/classifier_display.ts";
import { classifyFlags, readClassifyOptions } from "../../../tasks/classify/classify_options.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";

const record: EpochRecord = {
  ...{ trainingLoss: 0.5, validationLoss: 0.25, validationAccuracy: 0.875, best: true },
};
const alone = { ...record, validationLoss: null, validationAccuracy: null };

/** Creates a display for 4 epochs, with a clock that the test sets, in seconds. */
function shown(around: Partial<Surroundings>) {
  const texts: string[] = [];
  let seconds = 0;
  const display = new ClassifierDisplay(4, {
    write: (text) => texts.push(text),
    now: () => 1000 * seconds,
    columns: () => 160,
    ...around,
  });
  return {
    display,
    texts,
    last: () => plain(texts.at(-1) ?? ""),
    at(time: number, epoch: number, step: number) {
      seconds = time;
      display.update({ epoch, step, steps: 10 });
    },
    ended(time: number, epoch: number, one = record) {
      seconds = time;
      display.ended(epoch, one);
    },
  };
}

function plain(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, " ");
}

Deno.test("ClassifierDisplay writes a line for each epoch without a terminal", () => {
  const { texts, last, at, ended } = shown({ terminal: false });
  at(0, 0, 0);
  at(5, 0, 5);
  assertEquals(texts, []);
  ended(10, 1);
  const losses = "training loss 0.500, validation loss 0.250, accuracy 87.5 %";
  assertEquals(last(), `epoch 1/4: ${losses}, the best so far, at most about 30 s left\n`);
  ended(12, 2, { ...record, best: false });
  assertEquals(last(), `epoch 2/4: ${losses}, at most about 12 s left\n`);
  ended(13, 3, { ...alone, trainingLoss: null });
  assertEquals(last(), "epoch 3/4: training loss not finite, at most about 4 s left\n");
  ended(14, 4, alone);
  assertEquals(last(), "epoch 4/4: training loss 0.500\n");
});

Deno.test("ClassifierDisplay counts only the epochs of a continued training", () => {
  const { last, at, ended } = shown({ terminal: false });
  at(0, 2, 0);
  ended(7, 3, alone);
  assertEquals(last(), "epoch 3/4: training loss 0.500, at most about 7 s left\n");
});

Deno.test("ClassifierDisplay removes its bar before a line on a terminal", () => {
  const { texts, last, at, ended, display } = shown({ terminal: true });
  at(0, 0, 0);
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 1/4\x1b[K`);
  at(0.05, 0, 1); // Too soon to draw again.
  assertEquals(texts.length, 1);
  at(4, 0, 5);
  assertEquals(
    last(),
    `\r${"█".repeat(6)}${"░".repeat(6)} 5/10 epoch 1/4, at most about 28 s left\x1b[K`,
  );
  ended(8, 1, alone);
  assertEquals(texts.at(-2), "\r\x1b[K");
  at(9, 1, 1);
  assertStringIncludes(last(), "1/10 epoch 2/4, training loss 0.500, at most about");
  display.clear();
  display.clear();
  assertEquals(texts.filter((text) => text === "\r\x1b[K").length, 2);
});

Deno.test("openingLines() has the parts, the labels, contradictions and the network", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${"abcdefgh"[i % 8]}`);
  const file = ["text,label", ...rows, "Text 0!,b"].join("\n");
  const data = await readLabelledTexts("a.csv", new TextEncoder().encode(file));
  const usage = { command: "x", summary: "x", flags: classifyFlags, examples: [] };
  const flags = ["--train", "a.csv", "--out", "m", "--test", "0", "--validation", "0.1"];
  const options = readClassifyOptions(parseCommandLine(flags, usage));
  if (options.mode !== "train") throw new Error("not a training");
  const { settings } = options;
  const at = { backend: "cpu", words: 1, done: 0, finished: false };
  const lines = openingLines(divideData(data, settings), settings, at);
  assertMatch(
    lines[0] ?? "",
    /^\d+ texts to train with, \d for validation, 0 for the test, labels "a" 3, "b" 4, "c" 3, "d" 3, "e" 2, "f" 2, and 2 more$/,
  );
  assertEquals(lines.slice(1), [
    "1 text with more than one label",
    "GRU of 16 units, in both directions, readout attention, 1 word in the vocabulary, on cpu",
  ]);
  const more = (finished: boolean) =>
    openingLines(divideData(data, settings), settings, { ...at, done: 3, finished }).at(-1);
  assertEquals(more(false), "continues after epoch 3");
  assertEquals(more(true), "the training is finished after epoch 3");
});

Deno.test("stoppedLine() says how to continue, or that the earlier model is still there", () => {
  const kept = { kept: true, fresh: false, out: "m" };
  assertEquals(stoppedLine(2, kept), "Stopped after epoch 2; the same command continues.");
  assertEquals(
    stoppedLine(0, { ...kept, fresh: true }),
    "Stopped before the end of the first epoch; the same command, without --fresh, continues.",
  );
  assertEquals(
    stoppedLine(0, { kept: false, fresh: true, out: "m" }),
    "Stopped before the end of the first epoch, without a checkpoint: m still has the earlier model.",
  );
});

const test = [
  { measure: "accuracy", value: 0.8, low: 0.75, high: 0.85, support: 300 },
  { measure: "balanced accuracy", value: 0.5, low: 0.4, high: 0.6, support: 300 },
] as const;

Deno.test("closingText() has the best epoch, the test and a command", () => {
  const history = [{ ...record, best: true }, { ...record, best: true }, {
    ...record,
    best: false,
  }];
  assertEquals(
    plain(closingText(history, test, { out: "my models/a", example: "It's good." })),
    `The best is epoch 2: training loss 0.500, validation loss 0.250, accuracy 87.5 %.
Accuracy on 300 texts of the test: 80 %, 95 % interval [75 %, 85 %].
Balanced accuracy: 50 %, 95 % interval [40 %, 60 %].
The model is in my models/a. To classify a text:
  deno task classify --model 'my models/a' --text 'It'\\''s good.'`,
  );
  const [first] = closingText([alone, alone], [], { out: "a", example: "b" }).split("\n");
  assertEquals(first, "The model has the weights of epoch 2: training loss 0.500.");
  assertEquals(
    plain(testLines(test)[0] ?? ""),
    "Accuracy on 300 texts: 80 %, 95 % interval [75 %, 85 %].",
  );
});

Deno.test("historyText() has the epochs and the test; a loss that is not finite is null", () => {
  const progress = { network: 0, epoch: 1, epochs: 4, ...record, trainingLoss: 0.5 };
  const bad = recordOf({ ...progress, trainingLoss: NaN, validationLoss: Infinity, best: false });
  assertEquals(bad, { ...record, trainingLoss: null, validationLoss: null, best: false });
  const history = JSON.parse(historyText([recordOf(progress), bad], test));
  assertEquals(history.best, 1);
  assertEquals(history.epochs[0], { epoch: 1, ...record });
  assertEquals(history.epochs[1].trainingLoss, null);
  assertEquals(history.test.length, 2);
  assertEquals(JSON.parse(historyText([], null)).best, 0);
});
