import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { compareSite } from "../../../tasks/verify/compare_site.ts";
import { inFolder, writeFiles } from "../sample_site.ts";

Deno.test("compareSite() names files that are missing, extra or differ by a byte", async () => {
  const site = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    const files = new Map([
      ["index.html", "é"],
      ["gone.html", "g"],
      ["data/a.csv", "a"],
      ["data/b.csv", "b"],
      ["figures/folder.svg", "f"],
      ["machine/x/times.csv", "t"],
    ]);
    await Deno.mkdir(`${site}/data/more`, { recursive: true });
    await Deno.mkdir(`${site}/figures/folder.svg`, { recursive: true });
    await Deno.mkdir(`${site}/machine/x`, { recursive: true });
    await Deno.writeTextFile(`${site}/machine/x/times.csv`, "u");
    await Deno.writeTextFile(`${site}/machine/x/old.csv`, "o");
    await Deno.writeTextFile(`${site}/index.html`, "é");
    await Deno.writeTextFile(`${site}/CNAME`, "its owner's");
    await Deno.writeTextFile(`${site}/data/a.csv`, "a");
    await Deno.writeTextFile(`${site}/data/b.csv`, "c");
    await Deno.writeTextFile(`${site}/data/more/x.json`, "x");
    await writeFiles(site, [["claims/x/a.csv", "a"], ["metrics/x/b.csv", "b"]]);
    assertEquals(await compareSite(site, files), {
      missing: ["gone.html", "figures/folder.svg"],
      extra: ["claims/x/a.csv", "data/more/x.json", "machine/x/old.csv", "metrics/x/b.csv"],
      differing: ["data/b.csv", "machine/x/times.csv"],
    });
    // Different bytes that are not UTF-8 can be decoded to the same text.
    await Deno.writeFile(`${site}/data/b.csv`, Uint8Array.of(0xff));
    const { differing } = await compareSite(site, new Map([["data/b.csv", "\ufffd"]]));
    assertEquals(differing, ["data/b.csv"]);
  } finally {
    await Deno.remove(site, { recursive: true });
  }
});

Deno.test("compareSite() follows no link, and lists files of any name", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [
      ["outside/a.csv", "a"],
      ["site/data/x?y/a.csv", "a"],
      ["site/data/%2e%2e/a.csv", "a"],
    ]);
    await Deno.symlink("../../outside/a.csv", `${folder}/site/data/a.csv`);
    await Deno.symlink("../../outside", `${folder}/site/data/below`);
    await Deno.symlink("../outside", `${folder}/site/figures`);
    const files = new Map(
      ["data/a.csv", "data/below/a.csv", "figures/a.csv"].map((path) => [path, "a"] as const),
    );
    assertEquals(await compareSite(`${folder}/site`, files), {
      missing: ["data/a.csv", "data/below/a.csv", "figures/a.csv"],
      extra: ["data/%2e%2e/a.csv", "data/below", "data/x?y/a.csv", "figures"],
      differing: [],
    });
  }));

Deno.test("compareSite() does not read a file of another size", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [["data/a.csv", "a"]]);
    // The file is larger than the memory, but sparse on disk.
    await Deno.truncate(`${folder}/data/a.csv`, 2 ** 40);
    const { differing } = await compareSite(folder, new Map([["data/a.csv", "a"]]));
    assertEquals(differing, ["data/a.csv"]);
  }));

Deno.test("compareSite() refuses a file that the operating system does not permit it to read", () =>
  inFolder(async (folder) => {
    await writeFiles(folder, [["data/a.csv", "a"]]);
    const readFile = Deno.readFile;
    Deno.readFile = () => Promise.reject(new Deno.errors.PermissionDenied("denied"));
    try {
      await assertRejects(
        () => compareSite(folder, new Map([["data/a.csv", "b"]])),
        InputError,
        `${folder}/data/a.csv must be a file or folder that you may read, found "no permission"`,
      );
    } finally {
      Deno.readFile = readFile;
    }
  }));
