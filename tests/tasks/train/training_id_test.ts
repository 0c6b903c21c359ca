import { assertEquals, assertNotEquals } from "@std/assert";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import { parseCommandLine } from "../../../tasks/command_line.ts";
import { trainingDigest } from "../../../tasks/train/training_id.ts";
import { readSettings, settingFlags } from "../../../tasks/train/train_settings.ts";

async function digest(
  { words = "the whale", hiddenSize = 4, sha256 = "0" } = {},
  ...args: readonly string[]
): Promise<string> {
  const tokenizer = await Tokenizer.build([words], { kind: "words" });
  const config = checkLanguageModelConfig({ vocabularySize: 6, embeddingDim: 3, hiddenSize });
  const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };
  const settings = readSettings(parseCommandLine(args, usage), "words");
  return trainingDigest({ config, tokenizer }, settings, { documents: 1, sha256 });
}

Deno.test("trainings differ by all that they depend on, but not by how long they go on", async () => {
  const one = await digest();
  assertEquals(await digest({}, "--epochs", "3"), one);
  for (const change of [{ words: "the ship" }, { hiddenSize: 5 }, { sha256: "1" }]) {
    assertNotEquals(await digest(change), one);
  }
  assertNotEquals(await digest({}, "--seed", "2"), one);
});
