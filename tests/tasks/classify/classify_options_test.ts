import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { flagOf } from "../../../tasks/cli/same_settings.ts";
import { classifyFlags, readClassifyOptions } from "../../../tasks/classify/classify_options.ts";
import { classifierOptions, settingFlags } from "../../../tasks/classify/classifier_settings.ts";
import { resolveOptions } from "../../../src/classification/sequence_classifier_options.ts";

function read(...args: readonly string[]) {
  const usage = { command: "x", summary: "x", flags: classifyFlags, examples: [] };
  return readClassifyOptions(parseCommandLine(args, usage));
}

function training(...args: readonly string[]) {
  const options = read("--train", "a.csv", "--out", "m", ...args);
  assert(options.mode === "train");
  return options;
}

function prediction(...args: readonly string[]) {
  const options = read("--model", "m", ...args);
  assert(options.mode === "predict");
  return options;
}

Deno.test("readClassifyOptions() has the defaults of the classifier", () => {
  const { settings, textColumn, labelColumn, labels, fresh } = training();
  assertEquals([textColumn, labelColumn, labels, fresh], ["text", "label", null, false]);
  assertEquals(classifierOptions(settings), resolveOptions({}));
  assertEquals([settings.validation, settings.test, settings.seed], [0.1, 0.1, 1]);
  assertEquals(training("--hidden", "8").settings.attention, 8);
});

Deno.test("readClassifyOptions() has a flag for each setting, which changes its option", () => {
  const { settings } = training();
  assertEquals(settingFlags.map(({ name }) => name), Object.keys(settings).map(flagOf));
  const flags = [
    ..."--cell lstm --embedding 5 --embedding-std 0.5 --hidden 6 --layers 2 --directions 1 --attention 4"
      .split(" "),
    ..."--dropout 0.25 --word-dropout 0 --min-frequency 3 --max-vocabulary 99".split(" "),
    ..."--max-length 7 --learning-rate 0.5 --weight-decay 0.5 --clip 2 --batch 9".split(" "),
    ..."--epochs 11 --patience 2".split(" "),
  ];
  assertEquals(classifierOptions(training(...flags).settings), {
    ...{
      cell: "lstm",
      embeddingDim: 5,
      embeddingStd: 0.5,
      hiddenSize: 6,
      numLayers: 2,
      bidirectional: false,
    },
    ...{ readout: "attention", attentionSize: 4, dropout: 0.25, wordDropout: 0, minCount: 3 },
    ...{ maxVocabulary: 99, maxLength: 7, learningRate: 0.5, weightDecay: 0.5, clipGradNorm: 2 },
    ...{ batchSize: 9, epochs: 11, patience: 2 },
  });
  assertEquals(training("--readout", "mean").settings.readout, "mean");
  const alone = classifierOptions(training("--cell", "none").settings);
  assertEquals([alone.cell, alone.bidirectional], ["none", false]);
});

Deno.test("readClassifyOptions() reads columns, labels and texts", () => {
  const columns = training("--text-column", "review", "--label-column", "stars");
  assertEquals([columns.textColumn, columns.labelColumn], ["review", "stars"]);
  assertEquals(training("--label", "no, not", "--label", "yes").labels, ["no, not", "yes"]);
  assertEquals(prediction().source, { from: "input" });
  assertEquals(prediction("--file", "-").source, { from: "input" });
  assertEquals(prediction("--file", "a.txt").source, { from: "file", path: "a.txt" });
  const table = { from: "table" as const, path: "a.CSV", textColumn: "text", labelColumn: null };
  assertEquals(prediction("--file", "a.CSV").source, table);
  assertEquals(
    prediction("--file", "a.CSV", "--text-column", "x", "--label-column", "y").source,
    { ...table, textColumn: "x", labelColumn: "y" },
  );
  const texts = prediction("--text", "--json", "--text=-1", "--words", "0");
  assertEquals(texts.source, { from: "flags", texts: ["--json", "-1"] });
  assertEquals([texts.json, texts.words], [false, 0]);
  assertEquals(prediction("--json").json, true);
});

Deno.test("readClassifyOptions() refuses wrong flags, and flags that contradict each other", () => {
  const wrong: readonly (readonly [args: string, message: string])[] = [
    ["", "--train or --model must be given: --train FILE trains a model, --model DIR predicts"],
    ["--train a.csv --model m", "--model must be left out with --train, which writes to --out"],
    ["--train a.csv", "--out must be given: DIR, the folder of the model"],
    ["--train a.csv --out m --text x", "--text must be left out with --train, which does not"],
    ["--train a.csv --out m --json", "--json must be left out with --train"],
    ["--train a.csv --out m --file b", "--file must be left out with --train"],
    ["--model m --epochs 3", "--epochs must be left out with --model, which does not train"],
    ["--model m --out o", "--out must be left out with --model"],
    ["--model m --fresh", '--fresh must be left out with --model, which does not train, found "g'],
    ["--model m --text-column x", "--text-column must be left out with --model"],
    ["--model m --label-column x --file a.txt", "--label-column must be left out with --model, ex"],
    ["--model m --label-column text --file a.csv", "--label-column must be another column than"],
    ["--model m --text x --file y", "--file must be left out with --text"],
    ["--model m --text=", "--text must be a text that is not empty"],
    ["--model m --json --words 3", "--words must be left out with --json, which has all words"],
    ["--model m --words -1", "--words must be an integer from 0 to 1000, found -1"],
    ["--train a --out m --label good", "--label must be given for each label, at least twice"],
    [
      "--train a --out m --label a --label a",
      '--label must be given once for each label, found "a',
    ],
    ["--train a --out m --text-column label", "--label-column must be another column than --text"],
    ["--train a --out m --cell tcn", "--cell must be one of gru, lstm, rnn, none"],
    ["--train a --out m --cell none --directions 2", "--directions must be 1, or left out, with"],
    ["--train a --out m --directions 3", "--directions must be an integer from 1 to 2, found 3"],
    [
      "--train a --out m --readout last --attention 4",
      "--attention must be left out with --readout",
    ],
    [
      "--train a --out m --validation 0 --patience 4",
      "--patience must be left out with --validation",
    ],
    ["--train a --out m --test 0.6", "--test must be a number from 0 and up to 0.5, found 0.6"],
    ["--train a --out m --test 0.001", "--test must be 0, or at least 0.01, found 0.001"],
    [
      "--train a --out m --test 0.5 --validation 0.5",
      "--validation and --test must be at most 0.9",
    ],
    ["--train a --out m --clip 0", "--clip must be a number above 0 and up to"],
    ["--train a --out m --dropout 1", "--dropout must be a number from 0 and below 1, found 1"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => read(...args.split(" ").filter((arg) => arg !== "")), InputError, message);
  }
});
