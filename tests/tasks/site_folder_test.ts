import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkSiteFolder, recoverSite, siteFolder, writeSite } from "../../tasks/site_folder.ts";

/** What the manifest of a run of each experiment has, in every version. */
function manifestOf(...ids: readonly string[]): string {
  return JSON.stringify({
    format: "unroll-manifest-3",
    runs: ids.map((experiment) => ({ experiment, key: "k" })),
  });
}

/** A site with a page of each experiment. */
function siteOf(...ids: readonly string[]): Map<string, string> {
  return new Map([
    ["index.html", ids.join()],
    ["data/manifest.json", manifestOf(...ids)],
    ["figures/a.svg", ids.join()],
    ...ids.filter((id) => id === "a").map((id): [string, string] => [`machine/${id}/t.csv`, id]),
    ...ids.map((id): [string, string] => [`${id}.html`, id]),
  ]);
}

/** Puts what a host or a version control keeps into a site. */
async function addOwn(site: string): Promise<void> {
  await Deno.writeTextFile(`${site}/CNAME`, "example.org");
  await Deno.writeTextFile(`${site}/.nojekyll`, "");
  await Deno.mkdir(`${site}/.git/refs`, { recursive: true });
  await Deno.writeTextFile(`${site}/.git/HEAD`, "ref");
  await Deno.writeTextFile(`${site}/404.html`, "not ours");
}

const own = [".git", ".nojekyll", "404.html", "CNAME"];

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
    await writeSite(out, siteOf("a"));
    await writeSite(out, siteOf("b"));
    assertEquals(await names(out), ["b.html", "data", "figures", "index.html"]);
    assertEquals(await names(folder), ["site"]);
  }));

Deno.test("what no build makes stays in the folder", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, siteOf("a"));
    await addOwn(out);
    for (const id of ["b", "c"]) await writeSite(out, siteOf(id));
    assertEquals(await names(out), [...own, "c.html", "data", "figures", "index.html"]);
    assertEquals(await Deno.readTextFile(`${out}/CNAME`), "example.org");
    assertEquals(await Deno.readTextFile(`${out}/.git/HEAD`), "ref");
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "c");
    assertEquals(await names(folder), ["site"]);
  }));

Deno.test("what no build makes comes back from a call that was killed after it swapped", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, siteOf("b"));
    await writeSite(`${folder}/site.123.last`, siteOf("a"));
    await addOwn(`${folder}/site.123.last`);
    await recoverSite(out);
    assertEquals(await names(out), [...own, "b.html", "data", "figures", "index.html"]);
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "b");
    assertEquals(await names(folder), ["site"]);
  }));

Deno.test("what a stopped call of this process left does not join the site", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(`${out}.${Deno.pid}.next`, siteOf("old"));
    await writeSite(out, siteOf("b"));
    assertEquals(await names(out), ["b.html", "data", "figures", "index.html"]);
  }));

Deno.test({
  name: "a link is written to what it points to, there or not yet, and stays a link",
  // A link takes a right there that users seldom have.
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const real = await Deno.realPath(folder);
      await Deno.symlink("real/site", `${folder}/link`);
      assertEquals(await siteFolder(`${folder}/link`), `${folder}/real/site`);
      await writeSite(`${folder}/real/site`, siteOf("a"));
      assertEquals(await siteFolder(`${folder}/link`), `${real}/real/site`);
      await writeSite(await siteFolder(`${folder}/link`), siteOf("b"));
      assertEquals(await names(`${folder}/link`), ["b.html", "data", "figures", "index.html"]);
      assertEquals((await Deno.lstat(`${folder}/link`)).isSymlink, true);
      assertEquals(await names(`${folder}/real`), ["site"]);
      assertEquals(await siteFolder(`${folder}/elsewhere`), `${folder}/elsewhere`);
      await Deno.symlink("circle", `${folder}/circle`);
      await assertRejects(() => siteFolder(`${folder}/circle`), InputError, "--out must be");
    }),
});

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
