import { assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { sha256 } from "../../../src/core/digest.ts";
import { InputError } from "../../../src/core/errors.ts";
import { lockFolder } from "../../../tasks/train/folder_lock.ts";
import { stateFolder } from "../../../tasks/project.ts";

Deno.test("a folder belongs to one training at a time", async () => {
  const folder = `/nowhere/${crypto.randomUUID()}`;
  {
    using _first = await lockFolder("--out", folder);
    using _other = await lockFolder("--out", `${folder}-2`);
    await assertRejects(
      () => lockFolder("--out", folder),
      InputError,
      `--out must be a folder that no other training writes to, found "${folder}". ` +
        `Process ${Deno.pid} does.`,
    );
  }
  {
    using _again = await lockFolder("--out", folder);
  }
  for (const path of [folder, `${folder}-2`]) {
    await Deno.remove(new URL(`locks/${sha256(path)}`, stateFolder));
  }
});

Deno.test("where no lock can be written, there is none", async () => {
  const file = await Deno.makeTempFile();
  const locks = pathToFileURL(`${file}/locks/`);
  using _first = await lockFolder("--out", "/nowhere", locks);
  using _second = await lockFolder("--out", "/nowhere", locks);
  assertEquals((await Deno.stat(file)).size, 0);
  await Deno.remove(file);
});
