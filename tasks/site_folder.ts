import { basename, dirname } from "node:path";
import { InputError } from "../src/core/errors.ts";
import { readIfThere } from "./files.ts";

/**
 * Checks that a site may be written to a folder, before any work is done for it.
 *
 * @throws {InputError} Where the folder holds something that is not a site, or cannot be written.
 */
export async function checkSiteFolder(out: string): Promise<void> {
  const info = await Deno.stat(out).catch(() => null);
  if (info && !info.isDirectory) throw new InputError("--out", "a folder", `${out}, a file`);
  if (info && !await isSite(out)) {
    for await (const entry of Deno.readDir(out)) {
      const found = `${out} with ${entry.name} in it`;
      throw new InputError("--out", "an empty folder or one that holds a site", found);
    }
  }
  const trial = `${out}.${Deno.pid}.trial`;
  try {
    await Deno.mkdir(dirname(out), { recursive: true });
    await Deno.mkdir(trial);
    await Deno.remove(trial);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError("--out", "a folder that can be written", out, why);
  }
}

/**
 * Puts a site in a folder, whole or not at all: it is written beside the folder, then takes its
 * place. An interrupted call leaves the last good site.
 */
export async function writeSite(
  out: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const next = `${out}.${Deno.pid}.next`;
  const last = `${out}.${Deno.pid}.last`;
  try {
    for (const [path, text] of files) {
      const place = `${next}/${path}`;
      await Deno.mkdir(dirname(place), { recursive: true });
      await Deno.writeTextFile(place, text);
    }
    const before = await Deno.rename(out, last).then(() => true, (error) => {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    });
    try {
      await Deno.rename(next, out);
    } catch (error) {
      if (before) await Deno.rename(last, out);
      throw error;
    }
    if (before) await Deno.remove(last, { recursive: true });
  } catch (error) {
    await Deno.remove(next, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** How old, in milliseconds, a half-written site must be to be nobody's work. */
const ABANDONED = 60 * 60 * 1000;

/**
 * Brings back a site that a call left aside when it was killed between its two renames, and takes
 * away what killed calls left half written an hour ago or more.
 */
export async function recoverSite(out: string): Promise<void> {
  const left: string[] = [];
  try {
    for await (const entry of Deno.readDir(dirname(out))) {
      const rest = entry.name.slice(basename(out).length);
      if (entry.name.startsWith(basename(out)) && /^\.\d+\.(next|last|trial)$/.test(rest)) {
        left.push(`${dirname(out)}/${entry.name}`);
      }
    }
  } catch {
    // What cannot be read holds no site to bring back; checkSiteFolder says what is wrong.
    return;
  }
  for (const path of left.sort()) {
    const { mtime } = await Deno.stat(path);
    const there = await Deno.stat(out).then(() => true, () => false);
    if (!there && path.endsWith(".last")) await Deno.rename(path, out);
    else if (Date.now() - (mtime?.getTime() ?? 0) > ABANDONED) {
      await Deno.remove(path, { recursive: true });
    }
  }
}

async function isSite(folder: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readIfThere(`${folder}/data/manifest.json`) ?? "null");
    return typeof manifest?.format === "string" && manifest.format.startsWith("unroll-manifest-");
  } catch {
    return false;
  }
}
