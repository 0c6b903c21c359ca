import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { helpText, parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { flagOf } from "../../../tasks/cli/same_settings.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_options.ts";

const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };

function read(...args: readonly string[]) {
  return readSettings(parseCommandLine(args, usage), "characters");
}

Deno.test("settingFlags has a flag for each setting, with its default in the help", () => {
  const settings = Object.entries(read());
  assertEquals(
    new Set(settings.map(([name]) => flagOf(name))),
    new Set(settingFlags.map(({ name }) => name)),
  );
  for (const [name, value] of settings) {
    const { help } = settingFlags.find((flag) => flag.name === flagOf(name)) ?? { help: "" };
    if (name === "tie") continue;
    assertEquals(
      help.includes(`${value} (default)`) || help.includes(`(default ${value})`) ||
        help.includes(`${value} characters)`),
      true,
      `${name}: ${help}`,
    );
  }
  for (const line of helpText(usage).split("\n")) assertEquals(line.length <= 105, true, line);
});

Deno.test("readSettings() gives words a larger vocabulary", () => {
  assertEquals(read("--tokens", "words").maxVocabulary, 10_000);
  assertEquals(read().maxVocabulary, 1000);
  assertEquals(read("--tokens", "words", "--max-vocabulary", "50").maxVocabulary, 50);
});

Deno.test("readSettings() gives tied weights as many features as units", () => {
  assertEquals(read("--tie").embedding, 256);
  assertEquals(read("--tie", "--hidden", "64").embedding, 64);
  assertEquals(read("--hidden", "64").embedding, 128);
});

Deno.test("readSettings() names the flag of a value out of range", () => {
  const wrong: readonly (readonly [args: string, message: string])[] = [
    ["--dropout 1", "--dropout must be a number from 0 and below 1, found 1"],
    ["--validation 0", "--validation must be a number above 0 and below 1, found 0"],
    ["--learning-rate -1", "--learning-rate must be a number above 0 and up to 100, found -1"],
    ["--clip nan", '--clip must be a number from 0 and up to 1000000000, found "nan"'],
    ["--epochs 0", "--epochs must be an integer from 1 to 500000, found 0"],
    ["--max-vocabulary 4", "--max-vocabulary must be an integer from 5"],
    ["--tokens bytes", '--tokens must be one of characters, words, found "bytes"'],
    ["--schedule linear", "--schedule must be one of plateau, cosine, constant"],
    [
      "--tie --embedding 64",
      "--embedding must be 256, the value of --hidden, with --tie, found 64",
    ],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => read(...args.split(" ")), InputError, message);
  }
});
