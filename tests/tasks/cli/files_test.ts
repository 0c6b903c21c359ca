import { assert, assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { InputError } from "../../../src/core/errors.ts";
import {
  filesBelow,
  readBytesIfThere,
  readIfThere,
  removeOldDrafts,
  writeAtomic,
} from "../../../tasks/cli/files.ts";
import { interrupted, Interruption } from "../interrupted.ts";
import { inFolder, readFiles, writeFiles } from "../sample_site.ts";

Deno.test("writeAtomic() replaces a file at once, by a draft beside it or in another folder", () =>
  inFolder(async (folder) => {
    await writeAtomic(`${folder}/a`, "one");
    await writeAtomic(pathToFileURL(`${folder}/a`), "two");
    await writeAtomic(`${folder}/b`, Uint8Array.of(0x78), `${folder}/drafts`);
    await writeAtomic(`${folder}/b`, "y", pathToFileURL(`${folder}/drafts/`));
    assertEquals(await readFiles(folder), { a: "two", b: "y", "drafts/": "an empty folder" });
  }));

Deno.test("writeAtomic() on a full disk leaves the file unchanged, and no draft", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [["a", "old"], ["drafts/x.draft", "of another process"]]);
    const before = await readFiles(folder);
    for (const content of ["new text", new Uint8Array(100)]) {
      for (const drafts of [undefined, `${folder}/drafts`]) {
        const write = () => writeAtomic(`${folder}/a`, content, drafts);
        // Creating the folder of drafts is one more change.
        const after = drafts === undefined ? 0 : 1;
        const { error } = await interrupted(write, { after, by: "full disk" });
        assert(error instanceof Interruption, String(error));
        assertEquals(await readFiles(folder), before);
      }
    }
  }));

Deno.test("writeAtomic() overwrites only the file", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [[`a.${Deno.pid}.draft`, "mine"]]);
    await writeAtomic(`${folder}/a`, "new");
    assertEquals(await readFiles(folder), { a: "new", [`a.${Deno.pid}.draft`]: "mine" });
  }));

Deno.test("removeOldDrafts() removes only old drafts", () =>
  inFolder(async (folder) => {
    const names = ["a.draft", "b.draft", "run.json", "deep/c.draft"];
    await writeFiles(folder, names.map((name) => [name, "x"]));
    const longAgo = new Date(Date.now() - 11 * 60 * 1000);
    for (const name of names.filter((name) => name !== "b.draft")) {
      await Deno.utime(`${folder}/${name}`, longAgo, longAgo);
    }
    await removeOldDrafts(pathToFileURL(`${folder}/`));
    assertEquals(await readFiles(folder), {
      "b.draft": "x",
      "deep/": "an empty folder",
      "run.json": "x",
    });
    await removeOldDrafts(pathToFileURL(`${folder}/missing/`));
  }));

Deno.test("filesBelow() lists names with characters that are special in a URL, and follows no link", () =>
  inFolder(async (folder) => {
    const names = ["%2e%2e", "%2E", "a#b", "x?y", "file:", "c:d", "%", "ü ", "http:"];
    const paths = names.flatMap((name) => [`${name}/${name}`, `deep/${name}/x`, `${name}.draft`]);
    await writeFiles(`${folder}/site`, paths.map((path) => [path, "x"]));
    await writeFiles(folder, [["b", "x"], ["y", "x"]]);
    await Deno.symlink("..", `${folder}/site/up`);
    const found = [...paths, "up"].toSorted();
    assertEquals(await filesBelow(`${folder}/site`), found);
    assertEquals(await filesBelow(pathToFileURL(`${folder}/site/`)), found);
    assertEquals(
      await filesBelow(`${folder}/site`, "in/"),
      found.map((path) => `in/${path}`),
    );
    assertEquals(await filesBelow(`${folder}/none`), []);
    const longAgo = new Date(Date.now() - 11 * 60 * 1000);
    for (const name of names) {
      await Deno.utime(`${folder}/site/${name}.draft`, longAgo, longAgo);
    }
    await removeOldDrafts(pathToFileURL(`${folder}/site/`));
    assertEquals(
      await filesBelow(`${folder}/site`),
      found.filter((path) => !path.endsWith(".draft")),
    );
  }));

Deno.test({
  name: "filesBelow() lists a folder whose name is not Unicode",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const script = 'mkdir "$(printf "a\\377")" && touch "$(printf "a\\377")/x" y';
      await new Deno.Command("sh", { args: ["-c", script], cwd: folder }).output();
      assertEquals(await filesBelow(folder), ["a\ufffd/", "y"]);
    }),
});

Deno.test("readIfThere() and readBytesIfThere() read only regular files, and never wait", async (t) => {
  await inFolder(async (folder) => {
    await writeFiles(folder, [["file", "text"], ["folder/x", ""]]);
    await Deno.symlink("file", `${folder}/link`);
    for (const path of ["file", "link"]) {
      assertEquals(await readIfThere(`${folder}/${path}`), "text");
      assertEquals(await readBytesIfThere(`${folder}/${path}`), new TextEncoder().encode("text"));
    }
    for (const path of ["none", "none/below", "file/below"]) {
      assertEquals(await readIfThere(pathToFileURL(`${folder}/${path}`)), null);
      assertEquals(await readBytesIfThere(`${folder}/${path}`), null);
    }
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const others = [["folder", "a folder"], ["pipe", "a pipe"], ["/dev/zero", "a device"]] as const;
    for (const [name, kind] of others) {
      await t.step({
        name: kind,
        ignore: Deno.build.os === "windows",
        fn: async () => {
          const path = name.startsWith("/") ? name : `${folder}/${name}`;
          const message = `${path} must be a regular file, found "${kind}"`;
          await assertRejects(() => readIfThere(path), InputError, message);
          await assertRejects(() => readBytesIfThere(pathToFileURL(path)), InputError, message);
        },
      });
    }
  });
});

Deno.test("readIfThere(), readBytesIfThere() and filesBelow() name what the user may not read", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [["in/file", "text"]]);
    const message = "must be a file or folder that you may read, found";
    const { stat, readTextFile, readFile, readDir } = Deno;
    const denied = () => Promise.reject(new Deno.errors.PermissionDenied());
    const deniedAtOnce = () => {
      throw new Deno.errors.PermissionDenied();
    };
    try {
      Object.assign(Deno, { readTextFile: denied, readFile: denied, readDir: deniedAtOnce });
      for (const Stat of [stat, denied]) {
        Object.assign(Deno, { stat: Stat });
        for (const read of [readIfThere, readBytesIfThere]) {
          const error = await assertRejects(() => read(`${folder}/in/file`), InputError, message);
          assert(error.message.startsWith(`${folder}/in/file `), error.message);
        }
      }
      await assertRejects(() => filesBelow(pathToFileURL(`${folder}/in/`)), InputError, message);
    } finally {
      Object.assign(Deno, { stat, readTextFile, readFile, readDir });
    }
    const below = () => filesBelow(pathToFileURL(`${folder}/in/file/`));
    await assertRejects(below, InputError, "in/file/ must be a path whose parents are folders");
  }));
