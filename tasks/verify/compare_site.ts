import { InputError } from "../../src/core/errors.ts";
import { filesBelow, refusedBySystem } from "../cli/files.ts";
import { FOLDERS, kindOf } from "../site/site_files.ts";

/** The files in which a site is not what it was rendered as, by path in the site. */
export interface SiteDifferences {
  /** Rendered, but not there, or no regular file. */
  readonly missing: readonly string[];
  /** In a folder of a report, but not rendered. What lies elsewhere may be its owner's. */
  readonly extra: readonly string[];
  /** There with other bytes. */
  readonly differing: readonly string[];
}

/**
 * Compares a site with what is rendered, byte by byte. Links are not followed: they lead out of it.
 *
 * @param site The site's folder.
 * @param files Text of each file by its path in the site.
 * @returns The files that are not the same.
 * @throws {InputError} If a file or folder of the site may not be read.
 */
export async function compareSite(
  site: string,
  files: ReadonlyMap<string, string>,
): Promise<SiteDifferences> {
  const missing: string[] = [];
  const differing: string[] = [];
  const encoder = new TextEncoder();
  for (const [path, text] of files) {
    const wanted = encoder.encode(text);
    await fromSite(site, path, async () => {
      if (await kindOf(site, path) !== "file") missing.push(path);
      else if (!await holds(`${site}/${path}`, wanted)) differing.push(path);
    });
  }
  const extra: string[] = [];
  for (const folder of FOLDERS) {
    const found = await fromSite(site, folder, () => listed(site, folder));
    for (const path of found) if (!files.has(path)) extra.push(path);
  }
  return { missing, extra, differing };
}

/** The files in a folder of a site; something else in the folder's place is listed itself. */
async function listed(site: string, folder: string): Promise<string[]> {
  const info = await Deno.lstat(`${site}/${folder}`).catch(ifMissing);
  if (info === null) return [];
  return info.isDirectory ? await filesBelow(`${site}/${folder}`, `${folder}/`) : [folder];
}

/** Whether a file has these bytes. A file of another size is not read, however large it is. */
async function holds(path: string, wanted: Uint8Array): Promise<boolean> {
  if ((await Deno.lstat(path)).size !== wanted.length) return false;
  const found = await Deno.readFile(path);
  return found.length === wanted.length && found.every((byte, i) => byte === wanted[i]);
}

function ifMissing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

/**
 * The most bytes of a manifest or a result that are read. A standard report's have half a million;
 * JSON needs a multiple of its length in memory.
 */
const MOST = 64 * 2 ** 20;

/**
 * The text of a manifest or a result in a site, which may be anybody's.
 *
 * @param site The site's folder.
 * @param path The file's path in it.
 * @returns The text; `null` if no regular file is there. Links are not followed.
 * @throws {InputError} If it is too large, or may not be read.
 */
export function statedFile(site: string, path: string): Promise<string | null> {
  return fromSite(site, path, async () => {
    const folder = await Deno.stat(site).catch(() => null);
    if (folder?.isFile || await kindOf(site, path) !== "file") return null;
    const { size } = await Deno.lstat(`${site}/${path}`);
    if (size > MOST) {
      throw new InputError(`${site}/${path}`, `a file of at most ${MOST} bytes`, size);
    }
    return await Deno.readTextFile(`${site}/${path}`);
  });
}

/**
 * Reads from a site.
 *
 * @param site The site's folder.
 * @param path What is read, by its path in the site.
 * @param read Reads it.
 * @returns What `read` gives.
 * @throws {InputError} If the system does not let it be read.
 */
export async function fromSite<T>(site: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw refusedBySystem(`${site}/${path}`, error);
  }
}
