import { pathToFileURL } from "node:url";
import { filesBelow } from "./files.ts";

/** The files in which a site is not what it was rendered as, by path in the site. */
export interface SiteDifferences {
  /** Rendered, but not there. */
  readonly missing: readonly string[];
  /** In `data/`, `figures/` or `machine/`, but not rendered. What lies elsewhere may be its owner's. */
  readonly extra: readonly string[];
  /** There with other bytes. */
  readonly differing: readonly string[];
}

/**
 * Compares a site with what is rendered, byte by byte.
 *
 * @param site The site's folder.
 * @param files Text of each file by its path in the site.
 */
export async function compareSite(
  site: string,
  files: ReadonlyMap<string, string>,
): Promise<SiteDifferences> {
  const missing: string[] = [];
  const differing: string[] = [];
  const encoder = new TextEncoder();
  for (const [path, text] of files) {
    const there = await bytesIfThere(`${site}/${path}`);
    if (there === null) missing.push(path);
    else if (!equal(there, encoder.encode(text))) differing.push(path);
  }
  const extra: string[] = [];
  for (const folder of ["data/", "figures/", "machine/"]) {
    const found = await filesBelow(pathToFileURL(`${site}/${folder}`), folder);
    extra.push(...found.filter((path) => !files.has(path)));
  }
  return { missing, extra, differing };
}

async function bytesIfThere(path: string): Promise<Uint8Array | null> {
  // A folder in a file's place is not that file either.
  const info = await Deno.stat(path).catch(() => null);
  return info?.isFile ? await Deno.readFile(path) : null;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
