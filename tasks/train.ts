import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { readTrainOptions, trainFlags } from "./train/train_options.ts";

const usage: Usage = {
  command: "deno task train",
  summary: "Trains a language model on a text: an LSTM that predicts the next character or word.",
  flags: trainFlags,
  more:
    `The files in DIR are model.json, a description of the model; best.safetensors, the weights with the
lowest held-out loss; last.safetensors, a checkpoint to continue from; and history.json, the losses of
each epoch. The same command continues a training that was stopped. With a larger --epochs it
continues a finished training, unless the schedule is cosine. With --fresh, an existing model in DIR
stays until the first checkpoint of the new training replaces it. A checkpoint and history.json are
written after every --checkpoint-steps steps of an epoch, after each epoch, and when training stops. If
epochs are very short, they are written less often, so that writing takes at most a twentieth of the
time.

The documents of a corpus are the sentences, the chapters of Moby Dick, or the paragraphs of a file.
Blank lines separate paragraphs; in a file without blank lines every line is a paragraph. A paragraph
of more than 10,000 characters is cut. Whole documents are held out, and the vocabulary is that of the
training documents. Words are separated by white space; they are in lower case and without punctuation
except . ! ? and _. A token that is not in the vocabulary counts as <UNK>. Training reads the text in
order and keeps the state from batch to batch; gradients go back --length tokens. A short text is cut
into fewer tracks than --batch.

Ctrl-C, or the signal TERM or HUP, writes a checkpoint and stops; a second one stops at once. The exit
code is 0 after training, 2 if a flag or a file is wrong, 130, 143 or 129 after a signal, and 1 after
any other failure.`,
  examples: [
    [
      "deno task train --corpus sentences --out models/sentences",
      "words of the twenty sentences, in seconds",
    ],
    [
      "deno task train --corpus moby-dick --out models/whale --epochs 3",
      "characters of Moby Dick",
    ],
  ],
};

await supervise(import.meta.url, async (stop) => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readTrainOptions(line);
  // Only the worker loads the modules that compute, and only if the flags are valid.
  const { trainModel } = await import("./train/train_model.ts");
  return await trainModel(options, stop);
}, "Stopped before training.");
