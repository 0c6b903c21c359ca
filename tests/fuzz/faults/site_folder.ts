import { manifestOf } from "../../../src/report/manifest.ts";
import { renderSite } from "../../../src/report/site.ts";
import { writeSite } from "../../../tasks/site/site_folder.ts";
import { sampleResult } from "../../report/sample_result.ts";
import { withFault } from "./in_process.ts";
import type { Scenario } from "./scenario.ts";

/** Files of the user in the site, in its folders and beside it. */
const users: Readonly<Record<string, string>> = {
  "site/CNAME": "example.org\n",
  "site/.git/HEAD": "ref: refs/heads/main\n",
  "site/data/notes.txt": "mine\n",
  "site.2024.last/index.html": "a backup\n",
  "site.1.next/index.html": "another\n",
};

async function siteOf(ids: readonly string[], rows: number): Promise<ReadonlyMap<string, string>> {
  const results = ids.map((id) => {
    const result = sampleResult(id);
    const tables = result.tables.slice(0, 1).map((table) => ({
      ...table,
      rows: table.rows.slice(0, rows),
    }));
    return { ...result, tables, figures: result.figures.slice(0, 1) };
  });
  const manifest = manifestOf(results, { date: new Date(0) });
  return await renderSite({ results, manifest, pages: new Map() });
}

const old = await siteOf(["vanishing-gradients", "lstm-gates"], 3);
const next = await siteOf(["vanishing-gradients"], 5);

async function writeFiles(
  folder: string,
  files: Iterable<readonly [string, string]>,
): Promise<void> {
  for (const [path, text] of files) {
    const place = `${folder}/${path}`;
    await Deno.mkdir(place.slice(0, place.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(place, text);
  }
}

/** A site that replaces another. */
export const siteFolder: Scenario = {
  name: "site-folder",
  async prepare(folder) {
    await writeSite(`${folder}/site`, old);
    await writeFiles(folder, Object.entries(users));
  },
  work: (folder, fault) => withFault(folder, fault, () => writeSite(`${folder}/site`, next)),
  async isWhole(folder, refused) {
    const read = (path: string) => Deno.readTextFile(`${folder}/${path}`).catch(() => null);
    for (const [path, text] of Object.entries(users)) {
      if (await read(path) !== text) return `A file of the user's is lost or changed: ${path}`;
    }
    if (!refused) return null;
    const pages = ["index.html", "vanishing-gradients.html"];
    const found = await Promise.all(pages.map((page) => read(`site/${page}`)));
    const whole = [old, next].some((site) => pages.every((page, i) => site.get(page) === found[i]));
    return whole ? null : "The site is neither the old nor the new";
  },
};
