import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { continueText } from "../../src/generation/continue_text.ts";
import { loadTextModel, readTextModel, writeTextModel } from "../../src/generation/text_model.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { checkLanguageModelConfig } from "../../src/model/language_model_config.ts";
import { encodeSafetensors } from "../../src/model/parameters/safetensors.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { exitCodes, stopSignals } from "../../tasks/cli/stop.ts";
import { withDefaults } from "./flags.ts";
import { type Outcome, ProjectCopy } from "./project_copy.ts";

const tokens = ["--backend", "cpu", "--tokens", "12"];

function ask(project: ProjectCopy, ...args: readonly string[]): Promise<Outcome> {
  return project.task("generate", ...tokens, ...args);
}

/** Writes an untrained model to a folder. */
async function write(
  folder: string,
  texts: readonly string[],
  kind: "words" | "characters",
): Promise<void> {
  await selectBackend("cpu");
  const tokenizer = await Tokenizer.build(texts, { kind });
  const vocabularySize = tokenizer.vocabulary.size;
  const config = checkLanguageModelConfig({ vocabularySize, embeddingDim: 4, hiddenSize: 5 });
  const model = languageModel({ ...config, random: new Random(1) });
  const weights = encodeSafetensors({ tensors: await model.stateDict(), metadata: {} });
  model.dispose();
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    `${folder}/model.json`,
    writeTextModel({ config, tokenizer, training: {} }),
  );
  await Deno.writeFile(`${folder}/best.safetensors`, weights);
}

/** Checks that a call was refused in one line, without a stack. */
function assertRefused({ code, out, err }: Outcome, ...wanted: readonly string[]): void {
  assertEquals(code, 2, err);
  assertEquals(out, "");
  const lines = err.trim().split("\n");
  assertEquals(lines.length, 1, err);
  for (const text of ["error: ", ...wanted]) assertStringIncludes(lines[0] ?? "", text);
}

/** Returns standard error without the line about the import map. */
function said({ err }: Outcome): string {
  return err;
}

Deno.test("generate continues a text with a model", async (t) => {
  await using project = await ProjectCopy.make();
  const trained = await project.task(
    "train",
    ...["--corpus", "sentences", "--out", "model", "--backend", "cpu", "--embedding", "4"],
    ...["--hidden", "5", "--epochs", "1"],
  );
  assertEquals(trained.code, 0, trained.err);
  const model = (...args: string[]) => ask(project, "--model", "model", ...args);
  const first = await model("--prompt", "The models");

  await t.step("equal seeds give equal texts, with the prompt before them", async () => {
    assertEquals(first.code, 0, first.err);
    assert(/^the models( [\p{L}.]+){1,12}\n$/u.test(first.out), first.out);
    assertEquals(said(first), "");
    assertEquals((await model("--prompt", "The models")).out, first.out);
    assertNotEquals((await model("--prompt", "The models", "--seed", "2")).out, first.out);
  });
  await t.step("the first of several samples is the same as alone", async () => {
    const { out } = await model("--prompt", "The models", "--samples", "2");
    const [, one, , , two] = out.split("\n");
    assertEquals(out.split("\n")[0], "Sample 1 of 2:");
    assertEquals(`${one}\n`, first.out);
    assertNotEquals(one, two);
  });
  await t.step("the library generates the same text for each seed", async () => {
    const folder = `${project.folder}/model`;
    await selectBackend("cpu");
    const textModel = loadTextModel({
      description: readTextModel(await Deno.readTextFile(`${folder}/model.json`), "model.json"),
      weights: await Deno.readFile(`${folder}/best.safetensors`),
      name: "best.safetensors",
    });
    const options = { sampling: { topP: 0.9, temperature: 0.8 }, maxTokens: 12 };
    const flags = ["--strategy", "top-p", "--temperature", "0.8"];
    for (const seed of [1, 2]) {
      for (const prompt of ["the models", ""]) {
        let text = prompt;
        for await (const piece of continueText(textModel, prompt, { ...options, seed })) {
          text += piece;
        }
        const { out } = await model(...flags, "--seed", `${seed}`, "--prompt", prompt);
        assertEquals(out, `${text}\n`);
      }
    }
    textModel.model.dispose();
  });
  for (const strategy of ["greedy", "top-k", "top-p", "min-p", "beam"]) {
    await t.step(strategy, async () => {
      const { code, out, err } = await model("--strategy", strategy, "--prompt", "models");
      assertEquals(code, 0, err);
      assert(out.startsWith("models"), out);
    });
  }
  await t.step("--weights last and an empty prompt are accepted", async () => {
    const { code, out, err } = await model("--weights", "last", "--prompt", "");
    assertEquals(code, 0, err);
    assert(out.trim().length > 0);
  });
  await t.step("unknown words are named once, and read as <UNK>", async () => {
    const outcome = await model("--prompt", "Zebra models zebra, Ibex");
    assertEquals(outcome.code, 0, outcome.err);
    assertStringIncludes(outcome.out, "<UNK> models <UNK> <UNK> ");
    assertEquals(
      said(outcome),
      'The model does not know "zebra", "ibex" of the prompt, and takes <UNK> for each.\n',
    );
  });
  await t.step("10,000 words", async () => {
    const words = Array.from({ length: 10_000 }, (_, i) => i % 2 ? "models" : `word${i}`);
    const outcome = await model("--prompt", words.join(" "));
    assertEquals(outcome.code, 0, outcome.err);
    assertEquals(outcome.out.split(" ").length > 10_000, true);
    assertStringIncludes(said(outcome), "and 4992 more of the prompt");
  });
});

Deno.test("generate reads a prompt from standard input, and its reader may stop", async () => {
  await using project = await ProjectCopy.make();
  await write(`${project.folder}/model`, ["abc\n"], "characters");
  const spawn = (args: readonly string[], prompt: Uint8Array) =>
    project.spawnWithInput(prompt, "generate", ...args);
  // The first call writes the import map.
  assertEquals((await ask(project, "--model", "model")).code, 0);
  const args = ["--model", "model", "--prompt", "-", ...tokens];
  const child = await spawn(args, new TextEncoder().encode("a\nb\n"));
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  assert(/^a\nb[abc\n]{0,12}\n$/.test(new TextDecoder().decode(stdout)));

  const binary = await (await spawn(args, Uint8Array.of(0x61, 0xff))).output();
  assertEquals(binary.code, 2);
  assertStringIncludes(new TextDecoder().decode(binary.stderr), "standard input must be UTF-8");

  const many = withDefaults(args, ["--tokens", "100000000"]);
  const endless = await spawn(many, new TextEncoder().encode("a"));
  const reader = endless.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const err = await new Response(endless.stderr).text();
  assertEquals([(await endless.status).code, err], [0, ""]);
});

Deno.test("generate ends at a signal while it reads a long prompt", async () => {
  await using project = await ProjectCopy.make();
  await write(`${project.folder}/model`, ["abc"], "characters");
  assertEquals((await ask(project, "--model", "model")).code, 0);
  // Reading the prompt takes minutes on this backend. The unknown letter is named before that.
  const prompt = new TextEncoder().encode(`?${"abc".repeat(3_000_000)}`);
  const args = ["--model", "model", "--prompt", "-", ...tokens];
  for (const signal of stopSignals) {
    const child = await project.spawnWithInput(prompt, "generate", ...args);
    const out = new Response(child.stdout).text();
    const reader = child.stderr.getReader();
    const { value } = await reader.read();
    assertStringIncludes(new TextDecoder().decode(value), "does not know");
    child.kill(signal);
    reader.releaseLock();
    const rest = (await Array.fromAsync(child.stderr.pipeThrough(new TextDecoderStream()))).join(
      "",
    );
    const { code } = await child.status;
    assertEquals([code, rest, await out], [exitCodes[signal], "Stopped.\n", ""]);
  }
});

Deno.test("generate escapes control characters of text, prompt and file", async () => {
  await using project = await ProjectCopy.make();
  await write(`${project.folder}/model`, ["\x1b\u009b\r\x07"], "characters");
  const controls = (text: string) => [...text].filter((one) => /[^\P{Cc}\n\t]/u.test(one));
  const { code, out, err } = await ask(project, "--model", "model", "--prompt", "\x1b[2J");
  assertEquals(code, 0, err);
  assertEquals(controls(out + err), []);
  assertStringIncludes(out, "\\x1b<UNK><UNK><UNK>");
  const path = `${project.folder}/model/model.json`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace("unroll-text-model-1", "\u009b2J"));
  const refused = await ask(project, "--model", "model");
  assertRefused(refused, "format of ", 'found "\\x9b2J"');
  assertEquals(controls(refused.err), []);
});

Deno.test("generate refuses a folder that is not a model", async (t) => {
  await using project = await ProjectCopy.make();
  const folder = `${project.folder}/model`;
  await write(folder, ["the whale"], "words");
  await write(`${project.folder}/other`, ["the whale swims"], "words");
  await Deno.mkdir(`${project.folder}/empty`);
  const model = (name = "model", ...args: string[]) => ask(project, "--model", name, ...args);
  const best = await Deno.readFile(`${folder}/best.safetensors`);
  const json = await Deno.readTextFile(`${folder}/model.json`);

  await t.step("no folder, an empty folder, a file", async () => {
    assertRefused(await ask(project), "--model must be given");
    assertRefused(await model("nowhere"), "--model must be a folder that `deno task train` made");
    assertRefused(await model("empty"), "empty without model.json");
    assertRefused(await model("deno.json"), "--model must be a folder");
    assertRefused(
      await model("model", "--weights", "last"),
      "with its last weights",
      "--weights best",
    );
  });
  await t.step("weights that are damaged, of another model, or not safetensors", async () => {
    const foreign = encodeSafetensors({
      tensors: { "wte.weight": { shape: [2], data: new Float32Array(2) } },
      metadata: { format: "pt" },
    });
    const others = await Deno.readFile(`${project.folder}/other/best.safetensors`);
    const wrong: readonly (readonly [bytes: Uint8Array, message: string])[] = [
      [best.slice(0, -5), "best.safetensors must be a whole safetensors file"],
      [
        best.with(-2, 1 + (best.at(-2) ?? 0)),
        "best.safetensors must be unchanged since it was written",
      ],
      [new Uint8Array(), "best.safetensors must be a whole safetensors file"],
      [new TextEncoder().encode(json), "best.safetensors must be a whole safetensors file"],
      [foreign, "best.safetensors must be weights with embedding.weight"],
      [others, "must be of shape [6, 4], found [7, 4]"],
    ];
    for (const [bytes, message] of wrong) {
      await Deno.writeFile(`${folder}/best.safetensors`, bytes);
      assertRefused(await model(), message);
    }
  });
  await t.step("a folder in place of a file", async () => {
    for (const file of ["best.safetensors", "model.json"]) {
      await Deno.rename(`${folder}/${file}`, `${folder}/kept`);
      await Deno.mkdir(`${folder}/${file}`);
      assertRefused(await model(), `model/${file} must be a regular file`, "a folder");
      await Deno.remove(`${folder}/${file}`);
      await Deno.rename(`${folder}/kept`, `${folder}/${file}`);
    }
  });
  await t.step("a description that is damaged", async () => {
    await Deno.writeFile(`${folder}/best.safetensors`, best);
    for (const text of ["", json.slice(0, 200), json.replace("words", "bytes"), "null"]) {
      await Deno.writeTextFile(`${folder}/model.json`, text);
      assertRefused(await model(), "model/model.json must be");
    }
  });
});
