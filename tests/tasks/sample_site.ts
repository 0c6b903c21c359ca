import { dirname } from "node:path";
import { sha256 } from "../../src/platform/sha256.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { Manifest } from "../../src/result/result.ts";

/** Returns the text of a manifest as a report writes it. */
function manifestText(ids: readonly string[], files: Manifest["files"]): string {
  const here = { os: "linux", arch: "x86_64", cores: 2 };
  const date = "2026-01-01T00:00:00.000Z";
  const manifest: Manifest = {
    format: "unroll-manifest-5",
    date,
    profile: "quick",
    backend: { name: "cpu", adapter: null, versions: {} },
    environment: { ...here, runtime: { name: "deno", version: "2" }, packages: {} },
    commit: null,
    runs: ids.map((experiment) => ({
      experiment,
      key: `key of ${experiment}`,
      date,
      seconds: 0,
      timings: {},
      machine: { ...here, metrics: [], tables: [], figures: [] },
      reused: false,
      reason: "it was asked for",
      sha256: "0",
      command: `deno task ${experiment}`,
    })),
    files,
  };
  return `${stableStringify(manifest, 2)}\n`;
}

/**
 * Returns a small site in the form of `renderSite`.
 *
 * @param ids The ids of the experiments.
 * @param edition A number that makes the files differ from other builds of the same experiments.
 * @returns The text of each file by its path.
 */
export function sampleSite(ids: readonly string[], edition = 1): Map<string, string> {
  const files = new Map([["index.html", `${ids.join()} ${edition}`]]);
  for (const id of ids) {
    files.set(`${id}.html`, `${id} ${edition}`);
    files.set(`data/${id}.json`, JSON.stringify({ tables: [{ id: "t" }], figures: [{ id: "f" }] }));
    files.set(`data/${id}/t.csv`, `${id} ${edition}`);
    files.set(`data/${id}/t.json`, `[${edition}]`);
    files.set(`data/${id}/t.seeds.csv`, `${id} ${edition}`);
    files.set(`claims/${id}/c.csv`, `${id} ${edition}`);
    files.set(`metrics/${id}/m.csv`, `${id} ${edition}`);
    files.set(`figures/${id}/f.svg`, `the same in each edition of ${id}`);
    files.set(`machine/${id}/times.csv`, `${edition}`);
    files.set(`machine/${id}/times.json`, `${edition}`);
  }
  files.set("data/schema/result.schema.json", "{}");
  files.set("data/schema/manifest.schema.json", "{}");
  const digests = Object.fromEntries([...files].map(([path, text]) => [path, sha256(text)]));
  return files.set("data/manifest.json", manifestText(ids, digests));
}

/** Writes files into a folder, and overwrites existing files. */
export async function writeFiles(
  folder: string,
  files: Iterable<readonly [path: string, text: string]>,
): Promise<void> {
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}

/** Reads every file below a folder by its relative path. Links and empty folders count as files. */
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
