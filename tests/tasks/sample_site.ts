import { dirname } from "node:path";
import { sha256 } from "../../src/core/digest.ts";

/** What a manifest of a version before has, and later ones too. */
function runsOf(ids: readonly string[]) {
  return ids.map((experiment) => ({
    experiment,
    key: `key of ${experiment}`,
    command: `deno task ${experiment}`,
    machine: { tables: [{ id: "times" }], figures: [] },
  }));
}

/**
 * A small site as `renderSite` gives it.
 *
 * @param ids Its experiments.
 * @param edition What differs from another build of the same experiments.
 * @returns The text of each file by its path.
 */
export function sampleSite(ids: readonly string[], edition = 1): Map<string, string> {
  const files = new Map([["index.html", `${ids.join()} ${edition}`]]);
  for (const id of ids) {
    files.set(`${id}.html`, `${id} ${edition}`);
    files.set(`data/${id}.json`, JSON.stringify({ tables: [{ id: "t" }], figures: [{ id: "f" }] }));
    files.set(`data/${id}/t.csv`, `${id} ${edition}`);
    files.set(`data/${id}/t.json`, `[${edition}]`);
    files.set(`figures/${id}/f.svg`, `the same in each edition of ${id}`);
    files.set(`machine/${id}/times.csv`, `${edition}`);
    files.set(`machine/${id}/times.json`, `${edition}`);
  }
  files.set("data/schema/result.schema.json", "{}");
  files.set("data/schema/manifest.schema.json", "{}");
  const digests = Object.fromEntries([...files].map(([path, text]) => [path, sha256(text)]));
  const manifest = { format: "unroll-manifest-4", profile: "quick", runs: runsOf(ids) };
  return files.set("data/manifest.json", JSON.stringify({ ...manifest, files: digests }));
}

/** The same site with the manifest of a version that did not list the site's files. */
export function olderSite(ids: readonly string[]): Map<string, string> {
  const manifest = { format: "unroll-manifest-3", profile: "quick", runs: runsOf(ids) };
  return sampleSite(ids).set("data/manifest.json", JSON.stringify(manifest));
}

/** Writes files into a folder, without any care. */
export async function writeFiles(
  folder: string,
  files: Iterable<readonly [path: string, text: string]>,
): Promise<void> {
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}

/** Every file below a folder by its relative path; links and folders without files count as files. */
export async function readFiles(folder: string): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  const visit = async (path: string): Promise<void> => {
    let empty = true;
    for await (const entry of Deno.readDir(`${folder}/${path}`)) {
      empty = false;
      const place = `${path}${entry.name}`;
      if (entry.isDirectory) await visit(`${place}/`);
      else if (entry.isSymlink) found.push([place, await Deno.readLink(`${folder}/${place}`)]);
      else found.push([place, await Deno.readTextFile(`${folder}/${place}`)]);
    }
    if (empty && path !== "") found.push([path, "an empty folder"]);
  };
  await visit("");
  return Object.fromEntries(found.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Runs a test in a temporary folder. */
export async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "unroll-" }));
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
