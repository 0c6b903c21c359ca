import { InputError } from "../../src/core/errors.ts";
import { filesBelow, refusedBySystem } from "../cli/files.ts";
import { FOLDERS, kindOf } from "../site/site_files.ts";

/** The files in which a site differs from the rendered one, by path in the site. */
export interface SiteDifferences {
  /** Files that are missing, or not regular files. */
  readonly missing: readonly string[];
  /**
   * Files in the {@link FOLDERS} that are not rendered. Files elsewhere may belong to the owner of
   * the site.
   */
  readonly extra: readonly string[];
  /** Files with other bytes. */
  readonly differing: readonly string[];
}

/**
 * Compares a site with its rendered files, byte by byte. Links are not followed, since they can
 * lead out of the site.
 *
 * @param site The site's folder.
 * @param files The rendered text of each file, by its path in the site.
 * @returns The files that differ.
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

/**
 * Lists the files in a folder of a site. If its path is not a folder, the path itself is listed.
 */
async function listed(site: string, folder: string): Promise<string[]> {
  const info = await Deno.lstat(`${site}/${folder}`).catch(ifMissing);
  if (info === null) return [];
  return info.isDirectory ? await filesBelow(`${site}/${folder}`, `${folder}/`) : [folder];
}

/**
 * Whether a file has these bytes. A file of another size is not read, since it may be very large.
 */
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
 * The most bytes of a manifest or a result that are read. In a standard report they have half a
 * million. Parsed JSON needs a multiple of its length in memory.
 */
const MOST = 64 * 2 ** 20;

/**
 * Reads a manifest or a result of a site, which may come from anyone.
 *
 * @param site The site's folder.
 * @param path The file's path in the site.
 * @returns The text; `null` if the path is not a regular file. Links are not followed.
 * @throws {InputError} If the file is too large, or the user may not read it.
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
 * Reads from a site, and names the path in errors of the operating system.
 *
 * @param site The site's folder.
 * @param path The path in the site.
 * @param read Reads the path.
 * @returns The value that `read` returns.
 * @throws {InputError} If the operating system refuses.
 */
export async function fromSite<T>(site: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw refusedBySystem(`${site}/${path}`, error);
  }
}
