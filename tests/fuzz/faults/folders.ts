import { dirname } from "node:path";
import { sha256 } from "../../../src/platform/sha256.ts";

/** What is in a folder: the digest of each file by its relative path, `""` for a folder. */
export type Content = ReadonlyMap<string, string>;

/**
 * What is in a folder, folders with a slash at the end.
 *
 * @param folder The folder; a missing one has nothing.
 */
export async function contentOf(folder: string): Promise<Content> {
  const found = new Map<string, string>();
  for (const path of await pathsOf(folder)) found.set(path, await digestOf(folder, path));
  return found;
}

/**
 * The paths of everything in a folder, sorted, those of folders with a slash at the end.
 *
 * @param folder The folder; a missing one has nothing.
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
 * Copies what is in a folder to another, which is emptied first.
 *
 * @param from What is copied; a missing folder has nothing.
 * @param to Where it goes.
 */
export async function replaceFolder(from: string, to: string): Promise<void> {
  await Deno.remove(to, { recursive: true }).catch(() => {});
  await Deno.mkdir(to, { recursive: true });
  await copyPaths(from, to, await pathsOf(from));
}

/**
 * Copies some files and folders.
 *
 * @param from The folder that they are in.
 * @param to The folder that they go to.
 * @param paths Their paths, sorted, those of folders with a slash at the end.
 */
export async function copyPaths(from: string, to: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const folder = path.endsWith("/") ? `${to}/${path}` : dirname(`${to}/${path}`);
    await Deno.mkdir(folder, { recursive: true });
    if (!path.endsWith("/")) await Deno.copyFile(`${from}/${path}`, `${to}/${path}`);
  }
}

/**
 * Makes everything in a folder a day older: what a killed process left is not taken for another
 * process's work any more.
 *
 * @param folder The folder.
 */
export async function age(folder: string): Promise<void> {
  const day = new Date(Date.now() - 24 * 60 * 60 * 1000);
  for (const path of (await contentOf(folder)).keys()) {
    await Deno.utime(`${folder}/${path}`, day, day);
  }
}

/** How two contents differ, as lines; none if they are equal. */
export function differences(found: Content, wanted: Content): string[] {
  const paths = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return paths.flatMap((path) => {
    if (!wanted.has(path)) return [`is left over: ${path}`];
    if (!found.has(path)) return [`is missing: ${path}`];
    return found.get(path) === wanted.get(path) ? [] : [`has other bytes: ${path}`];
  });
}
