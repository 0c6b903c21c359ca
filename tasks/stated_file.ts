import { InputError } from "../src/core/errors.ts";
import { refusedBySystem } from "./files.ts";
import { kindOf } from "./site_files.ts";

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
