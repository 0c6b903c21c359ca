import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Replacement } from "../../../tasks/train/replacement.ts";
import { inFolder, readFiles, writeFiles } from "../sample_site.ts";

const names = ["last", "best", "model"];

Deno.test("Replacement.finish() leaves folders of its names that are not its own", async () => {
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
  // A link takes a right there that users seldom have.
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

/** What is in a folder, and what one would read there. */
async function state(folder: string): Promise<{ files: string[]; read: string[] }> {
  const replacement = new Replacement(folder, names);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const read = await Promise.all(names.map(async (name) => {
    const place = await replacement.source(name);
    return await Deno.readTextFile(place).catch(() => "none");
  }));
  return { files: files.sort(), read };
}

Deno.test("killed at any moment, a replacement leaves the old files or the new, which it finishes", async () => {
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
    // As many changes of the folder are made as a process came to before it was killed.
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
