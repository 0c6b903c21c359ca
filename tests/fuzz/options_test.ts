import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { parseCommandLine } from "../../tasks/cli/command_line.ts";
import { listText, readOptions, usage } from "./options.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";

const read = (...args: string[]) => readOptions(parseCommandLine(args, usage), true);

Deno.test("readOptions() has by default all targets, 10,000 inputs, 50 kills and, in CI, seed 1", () => {
  const options = read();
  assertEquals(options, {
    ...{ targets, seed: 1, seconds: null, inputs: 10_000, kills: 50, failures: 1, path: null },
  });
});

Deno.test("readOptions() draws a seed outside of CI", () => {
  const seed = () => readOptions(parseCommandLine([], usage), false).seed;
  assert(Number.isSafeInteger(seed()) && seed() !== seed());
});

Deno.test("readOptions() selects targets by name and by kind", () => {
  const names = (only: string) => read("--only", only).targets.map(({ name }) => name);
  assertEquals(names("checkpoints, utf8"), ["checkpoints", "utf8"]);
  assertEquals(names("kills"), ["report-kills", "train-kills", "classify-kills"]);
});

for (
  const [args, message] of [
    [
      ["--only", "parsers"],
      '--only must be inputs, kills, faults, or targets that --list names, found "parsers"',
    ],
    [["--seconds", "0"], "--seconds must be a number from 1"],
    [["--inputs", "0"], "--inputs must be an integer from 1"],
    [["--path", "3"], "--path must be left out unless --only names one target and --seed is given"],
    [["--path", "3", "--only", "utf8"], "--path must be left out"],
    [["--path", "$(x)", "--only", "utf8", "--seed", "1"], "--path must be as a failure names it"],
  ] as const
) {
  Deno.test(`readOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => read(...args), InputError, message);
  });
}

Deno.test("targets: each is exported by its module, has its kind, and is listed", async () => {
  for (const { name, kind, module } of targets) {
    const loaded: { readonly targets: readonly Target[] } = await import(module);
    const own = loaded.targets.find((target) => target.name === name);
    assertEquals(own?.kind, kind, name);
  }
  assertEquals(new Set(targets.map(({ name }) => name)).size, targets.length);
  assertEquals(listText().split("\n").length, targets.length);
});
