import { classifyFlags, readClassifyOptions } from "./classify/classify_options.ts";
import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";

const usage: Usage = {
  command: "deno task classify",
  summary:
    `Trains a classifier of texts, a recurrent network with attention, with --train; or predicts the
label of each text with --model.`,
  flags: classifyFlags,
  more:
    `Training reads a CSV or TSV with a header, or a JSON object on each line. The texts are divided at
random, with the same shares of each label: by default 10 % test the model at the end, 10 % choose the
epoch with the lowest validation loss, and the others train. Texts with the same words are in one part,
since a copy in the training part would give away the label. The test has an interval over the texts.
Do not choose settings by the test, which would then be too good: choose by the validation loss.

The files in DIR are model.json, a description with the labels; best.safetensors, the model with the
lowest validation loss; last.safetensors, a checkpoint to continue from; and history.json, the losses of
each epoch and the result of the test. A checkpoint is written after each epoch. The same command
continues a training that was stopped, and ends with the same bytes as without a stop on the same
backend. With --fresh, an existing model in DIR stays until the new training has its first epoch.

A prediction has the label, its probability and the text; below it are the words with the largest
attention weights. The weights say which states the model reads, not why it decides: a state also has
the words around its own. With --json each text is an object with text, label, probability,
probabilities by label, and words with weights in their order; words is null if the model has another
readout than attention.

Ctrl-C, or the signal TERM or HUP, stops training after the epochs that are done; a second one stops at
once. The exit code is 0 at the end, 2 if a flag, a file or a text is wrong, 130, 143 or 129 after a
signal, and 1 after any other failure.`,
  examples: [
    [
      "deno task classify --train reviews.csv --label-column stars --out models/reviews",
      "trains with the columns text and stars",
    ],
    [
      'deno task classify --model models/reviews --text "Great sound, and it never failed."',
      "predicts a label",
    ],
    [
      "deno task classify --model models/reviews --json < reviews.txt",
      "predicts a label for each line",
    ],
  ],
};

await supervise(import.meta.url, async (stop) => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readClassifyOptions(line);
  // Only the worker loads the modules that compute, and only if the flags are valid.
  if (options.mode === "train") {
    const { trainClassifier } = await import("./classify/train_classifier.ts");
    return await trainClassifier(options, stop);
  }
  const { predictTexts } = await import("./classify/predict_texts.ts");
  return await predictTexts(options);
}, "Stopped.");
