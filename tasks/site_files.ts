import { dirname } from "node:path";
import { z } from "zod";
import { sha256 } from "../src/core/digest.ts";
import { InputError } from "../src/core/errors.ts";
import { parseJson } from "../src/core/result_schema.ts";
import { readBytesIfThere, readIfThere } from "./files.ts";

/** The manifest's path in a site. */
export const MANIFEST = "data/manifest.json";

/** The schemas in a site. */
export const SCHEMAS = ["result", "manifest"].map((name) => `data/schema/${name}.schema.json`);

/**
 * What a file of a site must be to count as the one that a report wrote: the SHA-256 of its bytes,
 * `"any"` if that is not known, or `"none"` if there was no file.
 */
export type Expected = string;

/** What a manifest has of a run. */
export interface BuiltRun {
  readonly experiment: string;
  readonly key: string;
  readonly command: string;
}

/** What is known of a site that a report built. */
export interface BuiltSite {
  readonly profile: string;
  readonly runs: readonly BuiltRun[];
  /** The site's files by path. */
  readonly files: ReadonlyMap<string, Expected>;
}

const ids = z.array(z.object({ id: z.string() }));
const parts = z.object({ tables: ids, figures: ids });

/** What manifests of every version have. */
const anyManifest = z.object({
  format: z.string().startsWith("unroll-manifest-"),
  profile: z.string().default(""),
  runs: z.array(z.object({
    experiment: z.string(),
    key: z.string().default(""),
    command: z.string().default(""),
    machine: parts.optional(),
  })),
  files: z.record(z.string(), z.string()).optional(),
});

/**
 * Reads what a folder's manifest says of the site in it.
 *
 * @param out The folder.
 * @returns The site; `null` if the folder has no manifest.
 * @throws {InputError} If what is in the manifest's place is not a manifest.
 */
export async function builtSite(out: string): Promise<BuiltSite | null> {
  if (await kindOf(out, MANIFEST) === "none") return null;
  const { profile, runs, files: listed } = await readManifest(out);
  const files = listed ?? await filesOfOlder(out, runs);
  const odd = Object.keys(files).find((path) => !isSitePath(path));
  if (odd !== undefined) {
    throw new InputError(`files of ${out}/${MANIFEST}`, "paths of files in a site", odd);
  }
  return { profile, runs, files: new Map([...Object.entries(files), [MANIFEST, "any"]]) };
}

async function readManifest(out: string): Promise<z.output<typeof anyManifest>> {
  const wanted = "a folder with a site, or without a manifest";
  if (await kindOf(out, MANIFEST) === "blocked") {
    throw new InputError("--out", wanted, `${MANIFEST}, which is not a regular file, in ${out}`);
  }
  const value = await readIfThere(`${out}/${MANIFEST}`) ?? "";
  try {
    return anyManifest.parse(JSON.parse(value));
  } catch {
    const help = "Move that file away, or choose another --out.";
    throw new InputError("--out", wanted, `${MANIFEST}, which is not a manifest, in ${out}`, help);
  }
}

/** The files of a site of a version that did not list them, as its manifest and results name them. */
async function filesOfOlder(
  out: string,
  runs: z.output<typeof anyManifest>["runs"],
): Promise<Record<string, Expected>> {
  const paths = ["index.html", ...SCHEMAS];
  for (const { experiment, machine } of runs) {
    const path = `data/${experiment}.json`;
    paths.push(`${experiment}.html`, path, ...partPaths(experiment, "machine", "machine", machine));
    const text = await kindOf(out, path) === "file" ? await readIfThere(`${out}/${path}`) : null;
    try {
      const result = parseJson(parts, text ?? "", path);
      paths.push(...partPaths(experiment, "data", "figures", result));
    } catch {
      // Without its result, its tables and figures are not known: they stay.
    }
  }
  return Object.fromEntries(paths.map((path) => [path, "any"]));
}

function partPaths(
  experiment: string,
  tablesIn: string,
  figuresIn: string,
  { tables, figures }: z.output<typeof parts> = { tables: [], figures: [] },
): string[] {
  return [
    ...tables.flatMap(({ id }) =>
      ["csv", "json"].map((type) => `${tablesIn}/${experiment}/${id}.${type}`)
    ),
    ...figures.map(({ id }) => `${figuresIn}/${experiment}/${id}.svg`),
  ];
}

/** Whether a path can be that of a file in a site: a page, or below `data/` and its neighbours. */
export function isSitePath(path: string): boolean {
  const names = path.split("/");
  if (names.some((name) => ["", ".", ".."].includes(name) || /[\\\0]/.test(name))) return false;
  return names.length === 1
    ? path.endsWith(".html")
    : ["data", "figures", "machine"].includes(names[0] ?? "");
}

/**
 * What is at a path in a folder: a regular file, nothing, or something in the way of a file, such as a
 * folder or a link, there or above it. Links are not followed: they lead out of the folder.
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
 * What is at the path of a folder in a folder: a folder, nothing, or something else, there or above it.
 * Links are not followed.
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

/** Whether there is nothing at a path in a folder that a report did not write. */
export async function isOwn(out: string, path: string, expected: Expected): Promise<boolean> {
  const kind = await kindOf(out, path);
  if (kind !== "file" || expected === "any") return kind !== "blocked";
  return await digestOf(out, path) === expected;
}

/** SHA-256 of the regular file at a path in a folder; `null` if there is none. */
export async function digestOf(out: string, path: string): Promise<string | null> {
  if (await kindOf(out, path) !== "file") return null;
  const bytes = await readBytesIfThere(`${out}/${path}`);
  return bytes && sha256(bytes);
}

/** The folders that a relative path is in, the outermost first. */
export function foldersOf(path: string): string[] {
  const above = dirname(path);
  return above === "." ? [] : [...foldersOf(above), above];
}

async function infoIfThere(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
