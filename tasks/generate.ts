import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { generateFlags, readTextRequest } from "./generate/generate_options.ts";

const usage: Usage = {
  command: "deno task generate",
  summary: "Lets a trained language model go on with a text, and writes it as it comes.",
  flags: generateFlags,
  more:
    `The text begins with the prompt as the model knows it: words in lower case, what it does not know
as <UNK>. It ends where the model ends it, or after --tokens. With temperature, top-k, top-p and
min-p each of --k, --p and --min-p that is given acts, in this order, after --repetition-penalty and
--temperature. greedy and beam draw nothing; of beam --samples gives the best. Control characters
are written as \\x1b.

Sample s of a seed, from 0, draws from new Random(seed).fork("generate").fork(s), as continueText of
the library does: equal seeds give equal texts on one backend. It exits with 0 when it is done, 2
where a flag, a file or the prompt is wrong, 1 on any other failure, and 130 when it is stopped.`,
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
  // What computes is heavy, and no wrong flag needs it.
  const { generateText } = await import("./generate/generate_text.ts");
  return await generateText(request);
}, "Stopped.");
