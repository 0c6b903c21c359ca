import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import { parseCommandLine } from "../../../tasks/cli/command_line.ts";
import { BegunTraining, trainingDigest } from "../../../tasks/train/same_training.ts";
import {
  readSettings,
  settingFlags,
  type TrainSettings,
} from "../../../tasks/train/train_options.ts";

function settings(...args: readonly string[]): TrainSettings {
  const usage = { command: "x", summary: "x", flags: settingFlags, examples: [] };
  return readSettings(parseCommandLine(args, usage), "words");
}

const corpus = { id: "a.txt", documents: 20, sha256: "0123456789abcdef" };

function begun(...args: readonly string[]): BegunTraining {
  const training = { settings: { ...settings(...args) }, corpus, more: 1 };
  return new BegunTraining(JSON.parse(JSON.stringify(training)), "m/model.json");
}

Deno.test("BegunTraining continues with equal settings, and with more epochs if nothing depends on them", () => {
  begun().checkSettings(settings());
  begun("--epochs", "3").checkSettings(settings("--epochs", "5"));
  const cosine = ["--schedule", "cosine", "--epochs"];
  begun(...cosine, "3").checkSettings(settings(...cosine, "3"));
  assertThrows(
    () => begun(...cosine, "3").checkSettings(settings(...cosine, "5")),
    InputError,
    "--epochs must be 3, as in m/model.json, found 5. Use --fresh to begin again, or choose another --out",
  );
});

Deno.test("BegunTraining names each setting that differs by its flag", () => {
  const other = settings("--hidden", "9", "--learning-rate", "0.1", "--tie", "--embedding", "9");
  const { message } = assertThrows(() => begun().checkSettings(other), InputError);
  assertEquals(
    message,
    "--embedding must be 128, as in m/model.json, found 9. --hidden was 256, is 9; " +
      "--tie was false, is true; --learning-rate was 0.002, is 0.1. " +
      "Use --fresh to begin again, or choose another --out.",
  );
});

Deno.test("BegunTraining.checkCorpus() distinguishes a changed text, another text and a moved text", () => {
  begun().checkCorpus({ ...corpus, id: "b.txt" });
  const check = (id: string) =>
    assertThrows(
      () => begun().checkCorpus({ id, documents: 21, sha256: "ffff456789abcdef" }),
      InputError,
    ).message;
  const wanted =
    "--corpus must be the text that training began with, 20 documents, SHA-256 0123456789ab, a.txt, ";
  const fresh = "Use --fresh to begin again, or choose another --out.";
  assertEquals(
    check("a.txt"),
    `${wanted}found "21 documents, SHA-256 ffff456789ab, a.txt". The text has changed since then. ${fresh}`,
  );
  assertEquals(
    check("b.txt"),
    `${wanted}found "21 documents, SHA-256 ffff456789ab, b.txt". ${fresh}`,
  );
});

Deno.test("BegunTraining refuses a description that no training wrote", () => {
  assertThrows(
    () => new BegunTraining({ settings: {} }, "m/model.json"),
    InputError,
    "training of m/model.json must be in the form that `deno task train` writes",
  );
});

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

Deno.test("trainingDigest() depends on everything except the number of epochs", async () => {
  const one = await digest();
  assertEquals(await digest({}, "--epochs", "3"), one);
  for (const change of [{ words: "the ship" }, { hiddenSize: 5 }, { sha256: "1" }]) {
    assertNotEquals(await digest(change), one);
  }
  assertNotEquals(await digest({}, "--seed", "2"), one);
});
