import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { generateFlags, readTextRequest } from "../../../tasks/generate/generate_options.ts";

function read(...args: readonly string[]) {
  const usage = { command: "x", summary: "x", flags: generateFlags, examples: [] };
  return readTextRequest(parseCommandLine(["--model", "m", ...args], usage));
}

function sampling(...args: readonly string[]) {
  const { strategy } = read(...args);
  return strategy.kind === "sampling" ? strategy.sampling : null;
}

Deno.test("readTextRequest() reads the options of each strategy, with defaults", () => {
  const plain = { temperature: 1, repetitionPenalty: 1 };
  assertEquals(sampling(), plain);
  assertEquals(sampling("--strategy", "greedy"), { ...plain, temperature: 0 });
  assertEquals(sampling("--strategy", "top-k"), { ...plain, topK: 50 });
  assertEquals(sampling("--strategy", "top-p"), { ...plain, topP: 0.9 });
  assertEquals(sampling("--strategy", "min-p"), { ...plain, minP: 0.05 });
  assertEquals(sampling("--strategy", "min-p", "--min-p", "0.2"), { ...plain, minP: 0.2 });
  const { strategy } = read("--strategy", "beam", "--beams", "3");
  assertEquals(strategy, { kind: "beam", beams: 3, lengthPenalty: 0 });
});

Deno.test("readTextRequest() combines filters of sampling", () => {
  const found = sampling("--strategy", "top-p", "--p", "0.8", "--k", "9", "--temperature", "0.7");
  assertEquals(found, { topP: 0.8, topK: 9, temperature: 0.7, repetitionPenalty: 1 });
  assertEquals(sampling("--k", "4"), { topK: 4, temperature: 1, repetitionPenalty: 1 });
  const three = sampling("--strategy", "min-p", "--min-p", "0.1", "--p", "0.9", "--k", "5");
  assertEquals(three, { minP: 0.1, topP: 0.9, topK: 5, temperature: 1, repetitionPenalty: 1 });
});

Deno.test("readTextRequest() accepts any text as prompt", () => {
  assertEquals(read().prompt, "");
  assertEquals(read("--prompt", "").prompt, "");
  assertEquals(read("--prompt", "--k 3").prompt, "--k 3");
  assertEquals(read("--prompt=- a\nb").prompt, "- a\nb");
  assertEquals(read("--prompt", "-").prompt, null);
});

Deno.test("readTextRequest() refuses flags that the strategy does not have", () => {
  const wrong: readonly (readonly [args: string, message: string])[] = [
    [
      "--strategy greedy --temperature 2",
      "--temperature must be left out with greedy, which takes --repetition-penalty, found 2",
    ],
    ["--strategy beam --k 3", "--k must be left out with beam, which takes --beams, --length"],
    ["--beams 3", "--beams must be left out with temperature, which takes --temperature"],
    [
      "--strategy min-p --p 0.3",
      "--p must be left out with min-p, unless --min-p is given, too",
    ],
    ["--strategy greedy --samples 2", "--samples must be at most 1, since all would be the same"],
    ["--temperature 0 --samples 2", "--samples must be at most 1, since all would be the same"],
    [
      "--strategy greedy --seed 7",
      "--seed must be left out if the strategy draws no random numbers, found 7",
    ],
    [
      "--strategy beam --seed 0",
      "--seed must be left out if the strategy draws no random numbers, found 0",
    ],
    [
      "--temperature 0 --seed 1",
      "--seed must be left out if the strategy draws no random numbers, found 1",
    ],
    ["--strategy beam --samples 6", "--samples must be at most 5, as many as --beams, found 6"],
    ["--p 0", "--p must be a number above 0 and up to 1, found 0"],
    ["--k 1.5", "--k must be an integer from 1 to"],
    ["--temperature hot", '--temperature must be a number from 0 and up to 1000000, found "hot"'],
    ["--strategy best", "--strategy must be one of greedy, temperature, top-k"],
    ["--weights first", "--weights must be one of best, last"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => read(...args.split(" ")), InputError, message);
  }
});
