import { helpText, parseCommandLine, type Usage } from "./command_line.ts";
import { DONE, main } from "./main.ts";
import { readTrainOptions, trainFlags } from "./train/train_options.ts";

const usage: Usage = {
  command: "deno task train",
  summary: "Trains a language model of a text: an LSTM that foresees its next character or word.",
  flags: trainFlags,
  more: `DIR gets model.json, which says what the model is, best.safetensors with the weights of the
least held-out loss, last.safetensors to go on from, and history.json with the losses by epoch. The
same command goes on where it was stopped, however it was; more --epochs may be asked for, unless
the schedule is cosine. Documents are the sentences, the chapters of Moby Dick, and the paragraphs
of a file, which blank lines part (its lines, where none is blank). They are split first, and the
vocabulary is that of the training part alone. Training goes along the text with the state carried on, and gradients go back --length
tokens; a short text has fewer tracks than --batch.`,
  examples: [
    [
      "deno task train --corpus sentences --out models/sentences",
      "words of the twenty sentences, in some seconds",
    ],
    [
      "deno task train --corpus moby-dick --out models/whale --epochs 3",
      "characters of Moby Dick",
    ],
  ],
};

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readTrainOptions(line);
  // What computes is heavy, and no wrong flag needs it.
  const { trainModel } = await import("./train/train_model.ts");
  return await trainModel(options);
}, "Stopped. The same command, without --fresh, goes on from the last checkpoint.");
