import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { readTrainOptions, trainFlags } from "./train/train_options.ts";

const usage: Usage = {
  command: "deno task train",
  summary: "Trains a language model of a text: an LSTM that foresees its next character or word.",
  flags: trainFlags,
  more: `DIR gets model.json, which says what the model is, best.safetensors with the weights of the
least held-out loss, last.safetensors to go on from, and history.json with the losses by epoch. The
same command goes on where it was stopped, however it was; more --epochs may be asked for, unless
the schedule is cosine. With --fresh a model in DIR stays until the first checkpoint of the new
training replaces it. A checkpoint and history.json are written every --checkpoint-steps within an
epoch, at its end, and when training ends or is stopped; at the ends of very short epochs only so
often that writing takes at most a twentieth of the time.

Documents are the sentences, the chapters of Moby Dick, and the paragraphs of a file, which blank
lines part (its lines, where no blank line is between any); a paragraph of more than 10,000
characters is cut. They are split first, and the vocabulary is that of the training part alone.
Words are what white space parts, in lower case and without punctuation but . ! ? and _; tokens that
are not in the vocabulary count as one, <UNK>. Training goes along the text with the state carried
on, and gradients go back --length tokens; a short text has fewer tracks than --batch.

Ctrl-C, or the signal TERM or HUP, writes a checkpoint and ends; a second one ends at once. The exit
code is 0 where it is done, 2 where the call must be mended, 1 where it failed otherwise, and 130,
143 or 129 where it was stopped.`,
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

await supervise(import.meta.url, async (stop) => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readTrainOptions(line);
  // What computes is heavy, and no wrong flag needs it.
  const { trainModel } = await import("./train/train_model.ts");
  return await trainModel(options, stop);
}, "Stopped before training.");
