import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { packageDescription, writePackage } from "../../tools/npm.ts";

Deno.test("packageDescription() replaces ranges with the versions of deno.json, and names those of Node", () => {
  const description = { name: "n", dependencies: { zod: "^4.0.0", "@a/b": "^1.0.0" } };
  const imports = { "@a/b": "npm:@a/b@1.2.3", zod: "npm:zod@4.6.7", other: "npm:other@1.0.0" };
  assertEquals(JSON.parse(packageDescription(description, imports)), {
    name: "n",
    dependencies: { zod: "4.6.7", "@a/b": "1.2.3" },
    engines: { node: ">=20.16" },
  });
});

Deno.test("writePackage() refuses a folder with other files, and leaves them alone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "unroll-npm-" });
  try {
    await Deno.writeTextFile(`${folder}/mine.txt`, "mine");
    const message = "--out must be a new folder, or one that this task wrote, found";
    await assertRejects(() => writePackage(folder), InputError, message);
    assertEquals(await Deno.readTextFile(`${folder}/mine.txt`), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
