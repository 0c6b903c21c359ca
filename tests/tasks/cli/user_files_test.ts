import { assert, assertEquals, assertRejects } from "@std/assert";
import { sha256 } from "../../../src/platform/sha256.ts";
import { InputError } from "../../../src/core/errors.ts";
import { fileDigests, readFile } from "../../../tasks/cli/user_files.ts";

Deno.test("readFile() and fileDigests() read a file in pieces", async () => {
  const path = await Deno.makeTempFile();
  // The text is longer than one chunk of a stream.
  const text = "naïve text ".repeat(50_000);
  await Deno.writeTextFile(path, text);
  const pieces = await Array.fromAsync(await readFile(path));
  assert(pieces.length > 1);
  assertEquals(await new Blob(pieces.map((piece) => piece.slice())).text(), text);
  assertEquals(await fileDigests([path]), { [path]: sha256(text) });
  await Deno.remove(path);
  const message = `the file of --set corpus must be a readable file, found "no such file"`;
  await assertRejects(
    () => fileDigests([path], () => "the file of --set corpus"),
    InputError,
    message,
  );
});

Deno.test("readFile() and fileDigests() name a file that cannot be read, with the reason", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.symlink(`${folder}/loop`, `${folder}/loop`);
  await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  const wrong: readonly (readonly [path: string, why: string])[] = [
    [folder, "a folder"],
    [`${folder}/none`, "no such file"],
    [`${Deno.execPath()}/text`, "no such file"],
    [`${folder}/pipe`, "a pipe"],
    ["/dev/zero", "a device"],
    [`${folder}/loop`, "Too many levels of symbolic links (os error 40)"],
    ["x".repeat(300), "File name too long (os error 36)"],
  ];
  for (const [path, why] of wrong) {
    const error = await assertRejects(() => readFile(path), InputError);
    assertEquals(error.message, `the file ${path} must be a readable file, found "${why}"`);
  }
  await Deno.remove(folder, { recursive: true });
});
