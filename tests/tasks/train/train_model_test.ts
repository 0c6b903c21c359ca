import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { checkMemory } from "../../../tasks/train/train_model.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_options.ts";

function check(args: string, vocabulary: number): void {
  const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };
  checkMemory(readSettings(parseCommandLine(args.split(" "), usage), "characters"), vocabulary);
}

Deno.test("checkMemory() refuses sizes that do not fit, and names the memory that they need", () => {
  check("--hidden 1024 --layers 4 --embedding 512", 10_000);
  const { message } = assertThrows(() => check("--hidden 16384 --layers 8", 100), InputError);
  assertEquals(
    message.replace(/[\u00a0\u202f]/g, " "),
    "--hidden, --layers and --embedding must be so small that training fits in 2 GB, " +
      'found "258 GB". That is 16 bytes for each of 1.61 × 10¹⁰ parameters.',
  );
  // A vocabulary can be too large as well.
  assertThrows(() => check("--hidden 256", 1_000_000), InputError, "--hidden");
});
