import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { oddText } from "../data/text/odd_text.ts";
import { lockFolder } from "../../tasks/cli/folder_lock.ts";
import { withDefaults } from "./flags.ts";
import { type Outcome, ProjectCopy } from "./project_copy.ts";

/** Flags of a training that takes a moment. */
const tiny = [
  ...["--backend", "cpu", "--embedding", "4", "--hidden", "5", "--layers", "1"],
  ...["--epochs", "2", "--out", "model"],
];

function train(project: ProjectCopy, ...args: readonly string[]): Promise<Outcome> {
  return project.task("train", ...withDefaults(tiny, args));
}

/** Checks that a call was refused in one line, without a stack. */
function assertRefused({ code, out, err }: Outcome, ...wanted: readonly string[]): void {
  assertEquals(code, 2, err);
  assertEquals(out, "");
  const lines = err.trim().split("\n");
  assertEquals(lines.length, 1, err);
  for (const text of ["error: ", ...wanted]) assertStringIncludes(lines[0] ?? "", text);
}

Deno.test("train starts, continues, and names files that prevent it", async (t) => {
  await using project = await ProjectCopy.make();
  const place = (name: string) => `${project.folder}/model/${name}`;
  const sentences = (...args: readonly string[]) =>
    train(project, "--corpus", "sentences", ...args);

  await t.step("it shows the text, each epoch, and a command that uses the model", async () => {
    const { code, out, err } = await sentences();
    assertEquals(code, 0, err);
    assertStringIncludes(
      err,
      "18 training documents with 210 words, 2 held out with 21; 138 tokens in the vocabulary",
    );
    assertMatch(err, /epoch 2\/2: loss [\d.]+, held out [\d.]+ nats, perplexity [\d.]+, learning/);
    assertMatch(err, /words\/s/);
    assertMatch(
      out,
      /% of held-out words are unknown and count as <UNK>: do not compare these losses/,
    );
    assertStringIncludes(out, "deno task generate --model model --prompt 'the quick brown'");
    const model = JSON.parse(await Deno.readTextFile(place("model.json")));
    assertEquals(model.format, "unroll-text-model-1");
    assertEquals(model.training.settings.epochs, 2);
    assertEquals(model.training.corpus.id, "notebook-sentences");
    assertEquals(model.tokenizer.tokens.length, 138);
    const history = JSON.parse(await Deno.readTextFile(place("history.json")));
    assertEquals(history.epochs.length, 2);
  });
  await t.step(
    "it continues with more epochs, to the bytes of a training with as many epochs",
    async () => {
      const { code, err } = await sentences("--epochs", "3");
      assertEquals(code, 0, err);
      assertStringIncludes(err, "continues after epoch 2");
      await sentences("--epochs", "3", "--out", "other");
      for (const name of ["best.safetensors", "history.json", "last.safetensors", "model.json"]) {
        assertEquals(
          await Deno.readFile(place(name)),
          await Deno.readFile(`${project.folder}/other/${name}`),
          name,
        );
      }
    },
  );
  await t.step("other settings, texts and fewer epochs are refused", async () => {
    assertRefused(
      await sentences(),
      "--epochs must be at least 3, the epochs that are done, found 2",
    );
    const other = await sentences("--hidden", "6", "--seed", "2");
    assertRefused(
      other,
      "--hidden must be 5, as in ",
      "--seed was 1, is 2. Use --fresh to begin again",
    );
    await Deno.writeTextFile(`${project.folder}/a.txt`, "one two\n\nthree four");
    const text = await train(project, "--corpus", "a.txt", "--tokens", "words");
    assertRefused(text, "--corpus must be the text that training began with, 20 documents");
  });
  await t.step("a folder that another training writes to is refused, by any path", async () => {
    await Deno.symlink("model", `${project.folder}/link`);
    using _lock = await lockFolder("--out", `${project.folder}/model`, "training");
    for (const out of ["model", "link", "link/../model"]) {
      const more = ["--epochs", "3", "--out", out];
      assertRefused(await sentences(...more), "--out must be a folder that no other training");
    }
    await Deno.remove(`${project.folder}/link`);
  });
  await t.step("a pipe in the place of a file is refused at once", async () => {
    for (const name of ["model.json", "last.safetensors", "best.safetensors"]) {
      await Deno.rename(place(name), place("away"));
      await new Deno.Command("mkfifo", { args: [place(name)] }).output();
      const outcome = await sentences("--epochs", "4");
      assertRefused(outcome, `${name} must be a regular file, found "a pipe"`);
      await Deno.remove(place(name));
      await Deno.rename(place("away"), place(name));
    }
  });
  await t.step("a finished training has nothing left to do", async () => {
    const { code, err } = await sentences("--epochs", "3");
    assertEquals(code, 0, err);
    assertStringIncludes(
      err,
      "the training is finished after epoch 3; a larger --epochs continues it",
    );
  });
  await t.step(
    "files of another training are refused, also if shapes are the same",
    async () => {
      await sentences("--epochs", "3", "--seed", "2", "--out", "foreign");
      for (const [name, weights] of [["best", "best"], ["last", "last"]] as const) {
        const own = await Deno.readFile(place(`${name}.safetensors`));
        const foreign = await Deno.readFile(`${project.folder}/foreign/${name}.safetensors`);
        await Deno.writeFile(place(`${name}.safetensors`), foreign);
        const wanted = `${name}.safetensors must be`;
        assertRefused(await sentences("--epochs", "4"), wanted, "of the training of its model");
        const ask = ["--model", "model", "--weights", weights, "--backend", "cpu"];
        const asked = await project.task("generate", ...ask);
        assertRefused(asked, `${wanted} of the training of its model, `);
        await Deno.writeFile(place(`${name}.safetensors`), own);
      }
      const own = await Deno.readFile(place("model.json"));
      await Deno.copyFile(`${project.folder}/foreign/model.json`, place("model.json"));
      const asked = await project.task("generate", "--model", "model", "--backend", "cpu");
      assertRefused(asked, "best.safetensors must be of");
      await Deno.writeFile(place("model.json"), own);
    },
  );
  await t.step("invalid settings are refused before --fresh removes anything", async () => {
    const hidden = await sentences("--fresh", "--hidden", "40000");
    assertRefused(hidden, "--hidden, --layers and --embedding must be so small that training");
    const frequency = await sentences("--fresh", "--min-frequency", "1000");
    assertRefused(frequency, "--min-frequency must be at most");
    assertEquals((await project.task("generate", "--model", "model", "--backend", "cpu")).code, 0);
  });
  await t.step("a damaged checkpoint is refused, with what the user can do", async () => {
    const bytes = await Deno.readFile(place("last.safetensors"));
    const more = ["--epochs", "4"];
    for (const damaged of [bytes.slice(0, -9), bytes.with(-3, 77), new Uint8Array()]) {
      await Deno.writeFile(place("last.safetensors"), damaged);
      assertRefused(
        await sentences(...more),
        "last.safetensors must be the file",
        "Use --fresh to begin again",
      );
    }
    await Deno.writeFile(place("last.safetensors"), bytes);
    await Deno.writeFile(place("best.safetensors"), bytes.slice(0, 100));
    assertRefused(
      await sentences(...more),
      "best.safetensors must be the file",
      "Use --fresh to begin again",
    );
    await Deno.remove(place("last.safetensors"));
    assertRefused(await sentences(...more), "last.safetensors must be", '"no such file"');
  });
  await t.step("--fresh begins again, and leaves files of the user", async () => {
    await Deno.writeTextFile(place("notes.txt"), "mine");
    const { code, err } = await sentences("--fresh", "--hidden", "6");
    assertEquals(code, 0, err);
    assert(!err.includes("continues"), err);
    assertEquals(await Deno.readTextFile(place("notes.txt")), "mine");
    const { training } = JSON.parse(await Deno.readTextFile(place("model.json")));
    assertEquals(training.settings.hidden, 6);
  });
});

Deno.test("train names a text that has changed", async () => {
  await using project = await ProjectCopy.make();
  const path = `${project.folder}/text.txt`;
  await Deno.writeTextFile(path, "one two\n\nthree four\n\nfive");
  const first = await train(project, "--corpus", "text.txt");
  assertEquals(first.code, 0, first.err);
  await Deno.writeTextFile(path, "one two\n\nthree four\n\nfive six");
  const second = await train(project, "--corpus", "text.txt", "--epochs", "3");
  assertRefused(second, "--corpus must be the text that training began with, 3 documents, SHA-256");
  assertStringIncludes(second.err, "The text has changed since then.");
});

Deno.test("train learns unusual texts, or says why it cannot", async (t) => {
  await using project = await ProjectCopy.make();
  const write = (name: string, content: string | Uint8Array<ArrayBuffer>) =>
    typeof content === "string"
      ? Deno.writeTextFile(`${project.folder}/${name}`, content)
      : Deno.writeFile(`${project.folder}/${name}`, content);
  await Deno.mkdir(`${project.folder}/folder`);

  const refused: readonly (readonly [name: string, text: string | null, message: string])[] = [
    [
      "missing.txt",
      null,
      '--corpus must be an existing file, moby-dick or sentences, found "m',
    ],
    ["folder", null, 'found "folder, a folder"'],
    ["-", null, '--corpus must be a file, since it is read more than once, found "-"'],
    ["empty.txt", "", 'empty.txt must be a text, found "nothing but white space"'],
    ["spaces.txt", " \n\n\t ", "spaces.txt must be a text"],
    [
      "word.txt",
      "word",
      "documents must be at least 2, one for training and one for validation, found 1",
    ],
    ["binary.bin", "PNG\0\0 x", "binary.bin must be text without NUL bytes"],
    ["esc\x1b[2J.txt", null, 'found "esc\\u001b[2J.txt"'],
  ];
  for (const [name, text, message] of refused) {
    await t.step(JSON.stringify(name), async () => {
      if (text !== null) await write(name, text);
      assertRefused(await train(project, "--corpus", name), message);
    });
  }
  await t.step("bytes that are not UTF-8", async () => {
    await write("latin.txt", Uint8Array.of(0x61, 0x0a, 0x0a, 0xe9, 0x62));
    assertRefused(
      await train(project, "--corpus", "latin.txt"),
      "latin.txt must be UTF-8 at byte 3",
    );
  });
  await t.step("no folder was created for refused texts", async () => {
    assertEquals(await Deno.stat(`${project.folder}/model`).catch(() => null), null);
  });

  const trained: readonly (readonly [name: string, text: string])[] = [
    ["two words", "a\n\nb"],
    ["a line of 100,000 characters", "0123456789".repeat(10_000)],
    ["odd Unicode", oddText(100_000, new Random(1))],
  ];
  for (const [name, text] of trained) {
    for (const tokens of ["characters", "words"]) {
      await t.step(`${name}, ${tokens}`, async () => {
        await write("text.txt", text);
        const args = ["--corpus", "text.txt", "--tokens", tokens, "--batch", "64", "--epochs", "1"];
        const { code, out, err } = await train(project, ...args, "--out", `${name}-${tokens}`);
        assertEquals(code, 0, err);
        assertMatch(out, /held out [\d.]+ nats/);
        assertNotEquals(out, "");
      });
    }
  }
});
