import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkSiteFolder, recoverSite, writeSite } from "../../tasks/site_folder.ts";

const manifest = '{"format":"unroll-manifest-1"}';

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("a site takes the place of the one before, with nothing left beside it", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, new Map([["a.html", "1"], ["data/manifest.json", manifest]]));
    await writeSite(out, new Map([["b.html", "2"], ["data/manifest.json", manifest]]));
    assertEquals(await names(out), ["b.html", "data"]);
    assertEquals(await names(folder), ["site"]);
  }));

Deno.test("a build that fails half way leaves the last good site", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, new Map([["index.html", "good"]]));
    // The second file cannot be written: its folder is a file.
    const files = new Map([["index.html", "half"], ["index.html/x", "never"]]);
    await assertRejects(() => writeSite(out, files));
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "good");
    assertEquals(await names(folder), ["site"]);
  }));

Deno.test("a site left aside between two renames comes back", () =>
  inFolder(async (folder) => {
    await writeSite(`${folder}/site.123.last`, new Map([["index.html", "good"]]));
    await recoverSite(`${folder}/site`);
    assertEquals(await Deno.readTextFile(`${folder}/site/index.html`), "good");
  }));

Deno.test("what a killed build left half written goes, once it is old", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/site.1.next`);
    await Deno.mkdir(`${folder}/site.2.next`);
    const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await Deno.utime(`${folder}/site.1.next`, hoursAgo, hoursAgo);
    await recoverSite(`${folder}/site`);
    assertEquals(await names(folder), ["site.2.next"]);
  }));

Deno.test("a folder of something else is not taken", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/thesis.tex`, "years of work");
    const error = await assertRejects(() => checkSiteFolder(folder), InputError);
    assertEquals(error.message.includes("with thesis.tex in it"), true);
    await checkSiteFolder(`${folder}/new/site`);
    assertEquals(await names(folder), ["new", "thesis.tex"]);
  }));
