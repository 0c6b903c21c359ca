import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../src/core/errors.ts";

/**
 * Writes a file completely or not at all, by way of a draft that is renamed. If writing fails, the
 * draft is removed.
 *
 * @param path The file.
 * @param content Its text or bytes.
 * @param drafts A folder on the same disk that has only drafts. It is created if it is missing.
 * Without this argument, the draft is beside the file.
 */
export async function writeAtomic(
  path: string | URL,
  content: string | Uint8Array,
  drafts?: string | URL,
): Promise<void> {
  const name = `${crypto.randomUUID()}.draft`;
  if (drafts !== undefined) await Deno.mkdir(drafts, { recursive: true });
  const draft = drafts === undefined ? extended(path, `.${name}`) : inFolder(drafts, name);
  try {
    if (typeof content === "string") await Deno.writeTextFile(draft, content, { createNew: true });
    else await Deno.writeFile(draft, content, { createNew: true });
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/** The age in milliseconds at which a draft counts as abandoned. Writing a draft takes far less. */
const ABANDONED = 10 * 60 * 1000;

/**
 * Whether a file or folder of the project's state was last written longer ago than
 * {@link ABANDONED}.
 */
export async function isAbandoned(path: string | URL): Promise<boolean> {
  // Another process may remove it at the same time.
  const info = await Deno.lstat(path).catch(() => null);
  return Date.now() - (info?.mtime?.getTime() ?? Infinity) > ABANDONED;
}

/** Removes the drafts of killed processes from a folder of the project's state. */
export async function removeOldDrafts(folder: URL): Promise<void> {
  for (const name of await filesBelow(folder)) {
    if (!name.endsWith(".draft")) continue;
    const draft = placeBelow(folder, name);
    if (!await isAbandoned(draft)) continue;
    await Deno.remove(draft).catch(() => {});
  }
}

/**
 * Reads the text of a file.
 *
 * @param path The file.
 * @returns The text; `null` if there is no such file.
 * @throws {InputError} If the path is not a regular file (to open a pipe would wait for its
 * writer), or the user may not read it.
 */
export async function readIfThere(path: string | URL): Promise<string | null> {
  return await regularIfThere(path) ? await readable(path, Deno.readTextFile(path)) : null;
}

/**
 * Reads the bytes of a file.
 *
 * @param path The file.
 * @returns The bytes; `null` if there is no such file.
 * @throws {InputError} If the path is not a regular file (to open a pipe would wait for its
 * writer), or the user may not read it.
 */
export async function readBytesIfThere(
  path: string | URL,
): Promise<Uint8Array<ArrayBuffer> | null> {
  return await regularIfThere(path) ? await readable(path, Deno.readFile(path)) : null;
}

/** Returns what a path is, such as `"a pipe"`, if it is not a regular file; otherwise `null`. */
export function otherThanFile(info: Deno.FileInfo): string | null {
  if (info.isFile) return null;
  if (info.isDirectory) return "a folder";
  if (info.isSymlink) return "a link";
  if (info.isFifo) return "a pipe";
  return info.isSocket ? "a socket" : "a device";
}

/**
 * Checks that a folder which only Unroll uses is a folder and not a link, which could lead to the
 * user's files.
 *
 * @param path The folder. It may be missing.
 * @throws {InputError} If something else is there.
 */
export async function checkOwnFolder(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch((error) => {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return null;
    throw error;
  });
  if (info === null || info.isDirectory) return;
  const help = "Move it away, or choose another folder.";
  throw new InputError(path, "a folder", otherThanFile(info) ?? "a file", help);
}

/**
 * Lists every file below a folder. A link counts as a file and is not followed.
 *
 * @param folder The folder.
 * @param prefix The text in front of each path.
 * @returns Sorted relative paths with slashes; empty if the folder is missing. A folder that cannot
 * be opened, for example because its name is not Unicode, is listed like a file.
 */
export async function filesBelow(folder: string | URL, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  const folders = [""];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    try {
      for await (const entry of Deno.readDir(placeBelow(folder, below))) {
        const path = `${below}${entry.name}`;
        if (entry.isDirectory) folders.push(`${path}/`);
        else found.push(prefix + path);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw refusedBySystem(placeBelow(folder, below), error);
      }
      if (below !== "") found.push(prefix + below);
    }
  }
  return found.sort();
}

/**
 * Returns the path of a file below a folder. Characters such as `%` and `#` of the relative path
 * stay as they are.
 */
export function placeBelow(folder: string | URL, path: string): string {
  return join(folder instanceof URL ? fileURLToPath(folder) : folder, path);
}

async function regularIfThere(path: string | URL): Promise<boolean> {
  try {
    const other = otherThanFile(await Deno.stat(path));
    if (other === null) return true;
    throw new InputError(nameOf(path), "a regular file", other);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw refusedBySystem(path, error);
  }
}

async function readable<T>(path: string | URL, content: Promise<T>): Promise<T> {
  return await content.catch((error) => {
    throw refusedBySystem(path, error);
  });
}

/**
 * Converts an error of the operating system to one that the user can correct.
 *
 * @param path The path that was read.
 * @param error The error of the operating system.
 * @returns An {@link InputError} if the user may not read the path, or a file is in the place of a
 * folder; any other error unchanged.
 */
export function refusedBySystem(path: string | URL, error: unknown): unknown {
  if (error instanceof Deno.errors.PermissionDenied) {
    return new InputError(nameOf(path), "a file or folder that you may read", "no permission");
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return new InputError(nameOf(path), "a path whose parents are folders", "a file among them");
  }
  return error;
}

function nameOf(path: string | URL): string {
  return path instanceof URL ? decodeURIComponent(path.pathname) : path;
}

function extended(path: string | URL, ending: string): string | URL {
  return path instanceof URL ? new URL(`${path.href}${ending}`) : `${path}${ending}`;
}

function inFolder(folder: string | URL, name: string): string | URL {
  return folder instanceof URL ? new URL(`${folder.href}/${name}`) : `${folder}/${name}`;
}
