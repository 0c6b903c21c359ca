import { dirname } from "node:path";
import { sha256 } from "../../src/platform/sha256.ts";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { Manifest } from "../../src/result/result.ts";
import { manifestSchema } from "../../src/result/result_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { readBytesIfThere, readIfThere, refusedBySystem } from "../cli/files.ts";

/** The manifest's path in a site. */
export const MANIFEST = "data/manifest.json";

/** The folders of a site, which have only files of a report. */
export const FOLDERS: readonly string[] = ["claims", "data", "figures", "machine", "metrics"];

/** The schemas in a site. */
export const SCHEMAS = ["result", "manifest"].map((name) => `data/schema/${name}.schema.json`);

/** The SHA-256 that a file of a site has if a report wrote it; `"none"` if there was no file. */
export type Expected = string;

/** A site that a report built. */
export interface BuiltSite {
  readonly manifest: Manifest;
  /** The files of the site by path, including the manifest. */
  readonly files: ReadonlyMap<string, Expected>;
}

/**
 * Reads the manifest of the site in a folder. The manifest must be of this version and have exactly
 * the bytes that a report writes. From any other manifest it is unknown which files a report wrote.
 *
 * @param out The folder.
 * @returns The site; `null` if the folder has no manifest.
 * @throws {InputError} If the manifest is of another version or was changed.
 */
export async function builtSite(out: string): Promise<BuiltSite | null> {
  const kind = await kindOf(out, MANIFEST);
  if (kind === "none") return null;
  if (kind === "blocked") {
    const wanted = "a folder with a site, or without a manifest";
    throw new InputError("--out", wanted, `${MANIFEST}, which is not a regular file, in ${out}`);
  }
  const text = await readIfThere(`${out}/${MANIFEST}`) ?? "";
  const manifest = unchangedManifest(text);
  if (manifest === null) {
    const help = "If the site is of another version or was changed, move it away, or choose " +
      "another --out.";
    const name = `${out}/${MANIFEST}`;
    throw new InputError(name, "as this version writes it", "other contents", help);
  }
  const { files } = manifest;
  const odd = Object.keys(files).find((path) => !isSitePath(path));
  if (odd !== undefined) {
    throw new InputError(`files of ${out}/${MANIFEST}`, "paths of files in a site", odd);
  }
  return { manifest, files: new Map([...Object.entries(files), [MANIFEST, sha256(text)]]) };
}

/** Parses a manifest; `null` unless its text is exactly as a report writes it. */
function unchangedManifest(text: string): Manifest | null {
  try {
    const manifest = parseJson(manifestSchema, text, MANIFEST);
    return `${stableStringify(manifest, 2)}\n` === text ? manifest : null;
  } catch {
    return null;
  }
}

/** Whether a path can name a file of a site: a page, or a file in one of the {@link FOLDERS}. */
export function isSitePath(path: string): boolean {
  const names = path.split("/");
  if (names.some((name) => ["", ".", ".."].includes(name) || /[\\\0]/.test(name))) return false;
  return names.length === 1 ? path.endsWith(".html") : FOLDERS.includes(names[0] ?? "");
}

/**
 * Returns the kind of a path in a folder: `"file"` for a regular file, `"none"` if nothing is
 * there, or `"blocked"` if the path or one of its parents is something else, such as a link. Links
 * are not followed, since they can lead out of the folder.
 */
export async function kindOf(out: string, path: string): Promise<"file" | "none" | "blocked"> {
  const above = foldersOf(path).at(-1);
  const around = above === undefined ? "folder" : await folderKindOf(out, above);
  if (around !== "folder") return around;
  const info = await infoIfThere(`${out}/${path}`);
  if (info === null) return "none";
  return info.isFile ? "file" : "blocked";
}

/**
 * Returns the kind of the path of a subfolder: `"folder"`, `"none"` if nothing is there, or
 * `"blocked"` if the path or one of its parents is something else. Links are not followed.
 */
export async function folderKindOf(
  out: string,
  path: string,
): Promise<"folder" | "none" | "blocked"> {
  for (const folder of [...foldersOf(path), path]) {
    const info = await infoIfThere(`${out}/${folder}`);
    if (info === null) return "none";
    if (!info.isDirectory) return "blocked";
  }
  return "folder";
}

/** Whether a path in a folder is free, or has the file that a report wrote. */
export async function isOwn(out: string, path: string, expected: Expected): Promise<boolean> {
  const kind = await kindOf(out, path);
  if (kind !== "file") return kind === "none";
  return await digestOf(out, path) === expected;
}

/**
 * Computes the SHA-256 of the regular file at a path in a folder; `null` if there is no such file.
 */
export async function digestOf(out: string, path: string): Promise<string | null> {
  if (await kindOf(out, path) !== "file") return null;
  const bytes = await readBytesIfThere(`${out}/${path}`);
  return bytes && sha256(bytes);
}

/** Lists the folders of a relative path, the outermost first. */
export function foldersOf(path: string): string[] {
  const above = dirname(path);
  return above === "." ? [] : [...foldersOf(above), above];
}

async function infoIfThere(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw refusedBySystem(path, error);
  }
}
