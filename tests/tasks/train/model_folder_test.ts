import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { writeTextModel } from "../../../src/generation/text_model.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import { Replacement } from "../../../tasks/cli/replacement.ts";
import type { ModelFile } from "../../../tasks/cli/training_folder.ts";
import { ModelFolder } from "../../../tasks/train/model_folder.ts";
import { inFolder, readFiles, writeFiles } from "../sample_site.ts";

const tokenizer = await Tokenizer.build(["the whale"], { kind: "words" });
const config = checkLanguageModelConfig({ vocabularySize: 6, embeddingDim: 3, hiddenSize: 4 });
const description = writeTextModel({ config, tokenizer, training: {} });

/** Runs a test with a folder that has some files. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  test: (folder: ModelFolder, names: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${path}/${name}`, text);
    }
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
    await test(new ModelFolder(path), names);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("ModelFolder.prepare() accepts an empty, a missing and a model's folder", async () => {
  await withFiles({}, async (folder) => {
    assertEquals(await folder.check(false), null);
    assertEquals(await new ModelFolder(`${folder.path}/a/b`).check(false), null);
  });
  // Drafts that a killed process left.
  await withFiles({}, async (folder, names) => {
    await Deno.mkdir(`${folder.path}/.unroll-drafts`);
    await Deno.writeTextFile(`${folder.path}/.unroll-drafts/1f.draft`, "{");
    assertEquals(await folder.check(false), null);
    await folder.prepare();
    assertEquals(await names(), []);
  });
  // Files of the user may be beside a model.
  await withFiles({ "model.json": description, "notes.txt": "x" }, async (folder) => {
    assertEquals((await folder.check(false))?.config, config);
  });
});

Deno.test("ModelFolder.prepare() refuses other files without --fresh and keeps them with it", async () => {
  await withFiles({ "notes.txt": "x", "a.draft": "y" }, async (folder, names) => {
    await assertRejects(() => folder.check(false), InputError, "a.draft in it");
    assertEquals(await folder.check(true), null);
    await folder.prepare();
    await folder.write("model", description);
    await folder.close();
    assertEquals(await names(), ["a.draft", "model.json", "notes.txt"]);
  });
});

Deno.test("Replacement replaces a training only when it is complete", async () => {
  const old = { "model.json": description, "best.safetensors": "old", "notes.txt": "x" };
  await withFiles(old, async (folder, names) => {
    const read = async (file: ModelFile) =>
      new TextDecoder().decode(await folder.read(file) ?? new Uint8Array());
    for (const settles of [false, true]) {
      await folder.replace();
      await folder.write("model", description.replace("{}", '{ "id": "new" }'));
      await folder.write("last", "new");
      assertEquals([await read("best"), folder.replacing], ["old", true]);
      assertEquals((await folder.description())?.training, {});
      // Files that a killed process left do not prevent a training.
      assertEquals((await new ModelFolder(folder.path).check(false))?.training, {});
      if (settles) await folder.settle();
      if (settles) await folder.close();
      else await folder.close();
      assertEquals(folder.replacing, false);
      const left = settles
        ? ["last.safetensors", "model.json", "notes.txt"]
        : ["best.safetensors", "model.json", "notes.txt"];
      assertEquals(await names(), left);
    }
    assertEquals((await folder.description())?.training, { id: "new" });
    assertEquals([await read("last"), await folder.read("best")], ["new", null]);
    await folder.replace();
    await folder.prepare();
    assertEquals(await names(), ["last.safetensors", "model.json", "notes.txt"]);
  });
});

Deno.test("ModelFolder.read() names a file that cannot be read", async () => {
  await withFiles({}, async (folder) => {
    await Deno.mkdir(folder.place("best"));
    const message = 'best.safetensors must be a regular file, found "a folder"';
    await assertRejects(() => folder.read("best"), InputError, message);
  });
});

Deno.test("ModelFolder never overwrites files that a training may not have written", async () => {
  await withFiles({ "best.safetensors": "mine", "a.txt": "" }, async (folder) => {
    for (const fresh of [false, true]) {
      await assertRejects(
        () => folder.check(fresh),
        InputError,
        'best.safetensors in it". Without model.json',
      );
    }
  });
  for (const text of ["", "{}", "{ broken", '{ "format": "unroll-text-model-9" }']) {
    await withFiles({ "model.json": text }, async (folder) => {
      for (const fresh of [false, true]) {
        await assertRejects(
          () => folder.check(fresh),
          InputError,
          "--out must be a folder whose model.json describes a text model",
        );
      }
    });
  }
});

Deno.test("ModelFolder.prepare() removes no file of the user, of any name", async () => {
  const mine = { "model.json.1.draft": "mine", "last.safetensors.2.draft": "mine" };
  await withFiles({ "model.json": description, ...mine }, async (folder, names) => {
    const kept = ["unroll-fresh.draft", ".unroll-drafts"].map((name) => `${folder.path}/${name}`);
    for (const path of kept) {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/thesis.tex`, "mine");
      await assertRejects(() => folder.prepare(), InputError, "--out must be a folder that can be");
      assertEquals(await Deno.readTextFile(`${path}/thesis.tex`), "mine");
      await Deno.remove(path, { recursive: true });
    }
    await folder.prepare();
    assertEquals(await names(), ["last.safetensors.2.draft", "model.json", "model.json.1.draft"]);
  });
});

Deno.test({
  name: "ModelFolder refuses links in the place of its folders, and changes nothing",
  // On Windows, creating a link requires a right that users seldom have.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const name of [".unroll-drafts", "unroll-fresh.draft", "unroll-fresh.moving"]) {
      await inFolder(async (parent) => {
        for (const model of ["mine", "other"]) {
          await writeFiles(`${parent}/${model}`, [
            ["model.json", description],
            ["last.safetensors", model],
            ["a.draft", model],
          ]);
        }
        await Deno.symlink("../other", `${parent}/mine/${name}`);
        const before = await readFiles(parent);
        const folder = new ModelFolder(`${parent}/mine`);
        for (const fresh of [false, true]) {
          await assertRejects(() => folder.check(fresh), InputError, `${name} must be a folder`);
        }
        for (const act of [() => folder.prepare(), () => folder.write("last", "new")]) {
          await assertRejects(act, InputError, `${name} must be a folder, found "a link"`);
        }
        await folder.close();
        assertEquals(await readFiles(parent), before);
      });
    }
  },
});

Deno.test("ModelFolder.check() reads a training that a killed process left halfway, and changes nothing", async () => {
  const old = { "best.safetensors": "old", "notes.txt": "x" };
  await withFiles(old, async (folder) => {
    const whole = `${folder.path}/unroll-fresh.whole`;
    await writeFiles(whole, [["last.safetensors", "new"], ["model.json", description]]);
    const before = await readFiles(folder.path);
    assertEquals((await folder.check(false))?.config, config);
    assertEquals([await folder.has("last"), await folder.has("best")], [true, false]);
    assertEquals(await readFiles(folder.path), before);
    await folder.repair();
    await folder.prepare();
    assertEquals(await readFiles(folder.path), {
      "last.safetensors": "new",
      "model.json": description,
      "notes.txt": "x",
    });
  });
});

Deno.test("ModelFolder.write() leaves no draft if it fails", async () => {
  await withFiles({ "model.json": description }, async (folder, names) => {
    await folder.prepare();
    await Deno.mkdir(folder.place("last"));
    await assertRejects(() => folder.write("last", "new"));
    assertEquals([...Deno.readDirSync(`${folder.path}/.unroll-drafts`)], []);
    await folder.close();
    assertEquals(await names(), ["last.safetensors", "model.json"]);
  });
});

Deno.test("ModelFolder.prepare() refuses a file in place of the folder", async () => {
  await withFiles({ "file": "x" }, async ({ path }) => {
    const file = new ModelFolder(`${path}/file`);
    await assertRejects(() => file.check(true), InputError, "--out must be a folder, found");
    const below = new ModelFolder(`${path}/file/below`);
    assertEquals(await below.check(false), null);
    await assertRejects(() => below.prepare(), InputError, "--out must be a folder that can be");
  });
});

const names = ["last", "best", "model"];

Deno.test("Replacement.finish() leaves folders of the user with the names of its folders", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, `old ${name}`);
  await Deno.mkdir(`${folder}/unroll-fresh.whole`);
  await Deno.writeTextFile(`${folder}/unroll-fresh.whole/thesis.tex`, "mine");
  await new Replacement(folder, names).finish();
  assertEquals((await state(folder)).read, ["old last", "old best", "old model"]);
  assertEquals(await Deno.readTextFile(`${folder}/unroll-fresh.whole/thesis.tex`), "mine");
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "Replacement neither follows nor removes a link or a file that has the name of its folders",
  // On Windows, creating a link requires a right that users seldom have.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const ending of ["draft", "whole", "moving"]) {
      for (const place of ["a link", "a file"] as const) {
        await inFolder(async (folder) => {
          for (const model of ["mine", "other"]) {
            await writeFiles(`${folder}/${model}`, names.map((name) => [name, `${model} ${name}`]));
          }
          const path = `${folder}/mine/unroll-fresh.${ending}`;
          if (place === "a link") await Deno.symlink("../other", path);
          else await Deno.writeTextFile(path, "mine");
          const before = await readFiles(folder);
          const replacement = new Replacement(`${folder}/mine`, names);
          const acts = [
            () => replacement.begin(),
            () => replacement.forget(),
            () => replacement.finish(),
            () => replacement.settle(),
            () => replacement.source("last"),
          ];
          for (const act of acts) {
            await assertRejects(act, InputError, `${path} must be a folder, found "${place}"`);
          }
          assertEquals(await readFiles(folder), before);
        });
      }
    }
  },
});

/** Returns the files of a folder, and the contents that a reader gets. */
async function state(folder: string): Promise<{ files: string[]; read: string[] }> {
  const replacement = new Replacement(folder, names);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const read = await Promise.all(names.map(async (name) => {
    const place = await replacement.source(name);
    return await Deno.readTextFile(place).catch(() => "none");
  }));
  return { files: files.sort(), read };
}

Deno.test("Replacement, killed at any moment, leaves the old or the new files", async () => {
  const old = ["old last", "old best", "old model"];
  const fresh = ["new last", "none", "new model"];
  const real = { rename: Deno.rename, remove: Deno.remove };
  for (let changes = 0, whole = false; !whole; changes++) {
    const folder = await Deno.makeTempDir();
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, `old ${name}`);
    const replacement = new Replacement(folder, names);
    await replacement.begin();
    for (const name of ["last", "model"]) {
      await Deno.writeTextFile(`${replacement.draft}/${name}`, `new ${name}`);
    }
    // Only the first `changes` changes of the folder are made, as if the process were killed after
    // them.
    let left = changes;
    const killed = new Error("killed");
    const counted = <A extends unknown[]>(change: (...args: A) => Promise<void>) => (...args: A) =>
      left-- > 0 ? change(...args) : Promise.reject(killed);
    Object.assign(Deno, { rename: counted(real.rename), remove: counted(real.remove) });
    try {
      await replacement.settle();
      whole = true;
    } catch (error) {
      assertEquals(error, killed);
    } finally {
      Object.assign(Deno, real);
    }
    assertEquals((await state(folder)).read, changes === 0 ? old : fresh, `${changes} changes`);
    const next = new Replacement(folder, names);
    await next.finish();
    await next.forget();
    assertEquals(await state(folder), {
      files: changes === 0 ? ["best", "last", "model"] : ["last", "model"],
      read: changes === 0 ? old : fresh,
    });
    await Deno.remove(folder, { recursive: true });
  }
});
