import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { generateFlags, readTextRequest } from "./generate/generate_options.ts";

const usage: Usage = {
  command: "deno task generate",
  summary: "Continues a text with a trained language model and writes it as it is generated.",
  flags: generateFlags,
  more: `The text begins with the prompt as the model reads it: words are in lower case, and unknown
words are <UNK>. It ends when the model predicts its end, or after --tokens. With the strategies
temperature, top-k, top-p and min-p, the flags --repetition-penalty, --temperature, --k, --p and
--min-p act in this order if they are given. greedy and beam draw no random numbers; beam writes the
--samples best texts. Control characters are written as \\x1b.

Sample s, counted from 0, uses the random numbers of new Random(seed).fork("generate").fork(s), as
continueText of the library does. Equal seeds give equal texts on one backend. The exit code is 0 after
the last text, 2 if a flag, a file or the prompt is wrong, 130 after Ctrl-C, and 1 after any other
failure.`,
  examples: [
    [
      'deno task generate --model models/whale --prompt "The whale " --strategy top-p --p 0.9',
      "a text by nucleus sampling",
    ],
    [
      "deno task generate --model models/whale --samples 3 --temperature 0.7 --seed 2",
      "three texts from their beginning",
    ],
  ],
};

await supervise(import.meta.url, async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const request = readTextRequest(line);
  // Only the worker loads the modules that compute, and only if the flags are valid.
  const { generateText } = await import("./generate/generate_text.ts");
  return await generateText(request);
}, "Stopped.");
