import { assert, assertEquals, assertRejects } from "@std/assert";
import { sha256 } from "../../src/core/digest.ts";
import { InputError } from "../../src/core/errors.ts";
import { fileDigests, readFile } from "../../tasks/user_files.ts";

Deno.test("a file is read and its digest taken, in pieces", async () => {
  const path = await Deno.makeTempFile();
  // More than one piece of a stream.
  const text = "naïve text ".repeat(50_000);
  await Deno.writeTextFile(path, text);
  const pieces = await Array.fromAsync(await readFile(path));
  assert(pieces.length > 1);
  assertEquals(await new Blob(pieces.map((piece) => piece.slice())).text(), text);
  assertEquals(await fileDigests([path]), { [path]: sha256(text) });
  await Deno.remove(path);
  await assertRejects(() => fileDigests([path]), InputError, "a file must be one that there is");
});

Deno.test("what is no file is named", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => readFile(folder), InputError, `a file must be no folder, found "`);
  const below = `${Deno.execPath()}/text`;
  await assertRejects(() => readFile(below), InputError, "a file must be one that there is");
  await Deno.remove(folder);
});
