import { dirname } from "node:path";
import { sha256 } from "../../../src/platform/sha256.ts";

/** The content of a folder: the digest of each file by relative path; `""` for a folder. */
export type Content = ReadonlyMap<string, string>;

/**
 * Reads the content of a folder. The paths of folders end with a slash.
 *
 * @param folder The folder. If it is missing, the content is empty.
 */
export async function contentOf(folder: string): Promise<Content> {
  const found = new Map<string, string>();
  for (const path of await pathsOf(folder)) found.set(path, await digestOf(folder, path));
  return found;
}

/**
 * Lists the paths of everything in a folder, sorted. The paths of folders end with a slash.
 *
 * @param folder The folder. If it is missing, the list is empty.
 */
export async function pathsOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/${path}`)) {
      found.push(isDirectory ? `${path}${name}/` : `${path}${name}`);
      if (isDirectory) await visit(`${path}${name}/`);
    }
  };
  await visit("").catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return found.sort();
}

async function digestOf(folder: string, path: string): Promise<string> {
  if (path.endsWith("/")) return "";
  const { isFile } = await Deno.lstat(`${folder}/${path}`);
  return isFile ? sha256(await Deno.readFile(`${folder}/${path}`)) : "no file";
}

/**
 * Replaces the content of a folder by that of another.
 *
 * @param from The source folder. If it is missing, the other folder is emptied.
 * @param to The target folder.
 */
export async function replaceFolder(from: string, to: string): Promise<void> {
  await Deno.remove(to, { recursive: true }).catch(() => {});
  await Deno.mkdir(to, { recursive: true });
  await copyPaths(from, to, await pathsOf(from));
}

/**
 * Copies some files and folders.
 *
 * @param from The source folder.
 * @param to The target folder.
 * @param paths The relative paths, sorted. The paths of folders end with a slash.
 */
export async function copyPaths(from: string, to: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const folder = path.endsWith("/") ? `${to}/${path}` : dirname(`${to}/${path}`);
    await Deno.mkdir(folder, { recursive: true });
    if (!path.endsWith("/")) await Deno.copyFile(`${from}/${path}`, `${to}/${path}`);
  }
}

/**
 * Makes everything in a folder a day older, so that files of a killed process no longer count as
 * the work of a running process.
 *
 * @param folder The folder.
 */
export async function age(folder: string): Promise<void> {
  const day = new Date(Date.now() - 24 * 60 * 60 * 1000);
  for (const path of (await contentOf(folder)).keys()) {
    await Deno.utime(`${folder}/${path}`, day, day);
  }
}

/** Describes the differences of two contents in lines; empty if they are equal. */
export function differences(found: Content, wanted: Content): string[] {
  const paths = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return paths.flatMap((path) => {
    if (!wanted.has(path)) return [`is left over: ${path}`];
    if (!found.has(path)) return [`is missing: ${path}`];
    return found.get(path) === wanted.get(path) ? [] : [`has other bytes: ${path}`];
  });
}
