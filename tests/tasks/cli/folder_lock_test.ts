import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { lockFolder } from "../../../tasks/cli/folder_lock.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "unroll-" }));
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("lockFolder() gives a folder to one process at a time, and leaves nothing in it", () =>
  inFolder(async (parent) => {
    const folder = `${parent}/model`;
    await Deno.mkdir(folder);
    {
      using _first = await lockFolder("--out", folder, "training");
      using _other = await lockFolder("--out", parent, "training");
      await assertRejects(
        () => lockFolder("--out", folder, "training"),
        InputError,
        `--out must be a folder that no other training writes to, found `,
      );
      assertEquals(await names(folder), []);
    }
    {
      using _again = await lockFolder("--out", folder, "training");
    }
    assertEquals(await names(parent), ["model"]);
  }));

Deno.test({
  name: "lockFolder() recognises a folder by any path",
  // On Windows, creating a link requires a right that users seldom have.
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (parent) => {
      await Deno.mkdir(`${parent}/real/in`, { recursive: true });
      await Deno.symlink("real", `${parent}/link`);
      using _first = await lockFolder("--out", `${parent}/link/in`, "training");
      for (const path of [`${parent}/real/in`, `${parent}/real/../link/in/.`]) {
        await assertRejects(() => lockFolder("--out", path, "training"), InputError, "no other");
      }
    }),
});

Deno.test("lockFolder() refuses a folder of another process until that process is killed", () =>
  inFolder(async (parent) => {
    const lock = new URL("../../../tasks/cli/folder_lock.ts", import.meta.url);
    const script = `
      const { lockFolder } = await import(${JSON.stringify(lock.href)});
      const lock = await lockFolder("--out", ${JSON.stringify(`${parent}/site`)}, "report");
      console.log("locked");
      setInterval(() => lock, 1000);
    `;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", script],
      cwd: parent,
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    const wanted = "no other report writes to";
    await assertRejects(() => lockFolder("--out", `${parent}/site`, "report"), InputError, wanted);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    using _lock = await lockFolder("--out", `${parent}/site`, "report");
  }));

Deno.test("lockFolder() creates a missing folder, and removes it if it stays empty", () =>
  inFolder(async (parent) => {
    {
      using _lock = await lockFolder("--out", `${parent}/a/b/c`, "report");
      assertEquals((await Deno.stat(`${parent}/a/b/c`)).isDirectory, true);
    }
    assertEquals(await names(parent), []);
    await Deno.mkdir(`${parent}/mine`);
    {
      using _lock = await lockFolder("--out", `${parent}/mine`, "report");
      using _below = await lockFolder("--out", `${parent}/mine/b/c`, "report");
      await Deno.writeTextFile(`${parent}/mine/b/file`, "x");
    }
    assertEquals(await names(parent), ["mine"]);
    assertEquals(await names(`${parent}/mine/b`), ["file"]);
  }));

Deno.test("lockFolder() refuses a path that cannot be a folder", () =>
  inFolder(async (parent) => {
    await Deno.writeTextFile(`${parent}/file`, "x");
    const lock = (path: string) => () => lockFolder("--out", `${parent}/${path}`, "report");
    await assertRejects(lock("file"), InputError, "--out must be a folder, found");
    await assertRejects(lock("file/below"), InputError, "--out must be a folder that can be");
  }));

Deno.test("lockFolder() leaves no file in a folder that cannot be opened, and keeps the user's files", () =>
  inFolder(async (parent) => {
    const real = Deno.open;
    // Simulates a folder that the user may write to but not list.
    Object.assign(Deno, {
      open: (path: string, options: Deno.OpenOptions) =>
        path.endsWith("/.unroll-lock")
          ? real(path, options)
          : Promise.reject(new Deno.errors.PermissionDenied()),
    });
    try {
      for (const folder of [`${parent}/new`, parent]) {
        {
          using _lock = await lockFolder("--out", folder, "report");
          assertEquals(await names(folder), [".unroll-lock"]);
          const other = () => lockFolder("--out", folder, "report");
          await assertRejects(other, InputError, "a folder that no other report writes to");
        }
        assertEquals(await names(parent), []);
      }
      await Deno.writeTextFile(`${parent}/.unroll-lock`, "mine");
      {
        using _lock = await lockFolder("--out", parent, "report");
      }
      assertEquals(await Deno.readTextFile(`${parent}/.unroll-lock`), "mine");
    } finally {
      Object.assign(Deno, { open: real });
    }
  }));

Deno.test("lockFolder() continues without a lock on a file system without locks", () =>
  inFolder(async (parent) => {
    const real = Deno.open;
    Object.assign(Deno, { open: () => Promise.reject(new Deno.errors.PermissionDenied()) });
    try {
      using _first = await lockFolder("--out", parent, "report");
      using _second = await lockFolder("--out", parent, "report");
    } finally {
      Object.assign(Deno, { open: real });
    }
    assertEquals(await names(parent), []);
  }));
