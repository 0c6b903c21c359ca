import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../src/core/errors.ts";
import { parseJson } from "../src/core/result_schema.ts";
import { readIfThere } from "./files.ts";

/** Where a site goes: the folder itself, or what it points to where it is a link. */
export async function siteFolder(out: string): Promise<string> {
  const info = await Deno.lstat(out).catch(() => null);
  if (!info?.isSymlink) return out;
  try {
    return await Deno.realPath(out);
  } catch (error) {
    // A killed call may have left aside what it points to: recoverSite looks there.
    if (error instanceof Deno.errors.NotFound) {
      return await siteFolder(resolve(dirname(out), await Deno.readLink(out)));
    }
    throw new InputError("--out", "a folder that can be reached", out);
  }
}

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
 * place. An interrupted call leaves the last good site. What the folder holds that no build makes
 * (`CNAME`, `.nojekyll`, `.git`) stays in it.
 */
export async function writeSite(
  out: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const next = `${out}.${Deno.pid}.next`;
  const last = `${out}.${Deno.pid}.last`;
  try {
    await remove(next); // What a stopped call of this process left would join the site.
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
  } catch (error) {
    await remove(next).catch(() => {});
    throw error;
  }
  await finishSwap(out, last);
}

/** Takes what is its owner's from the last site into the new one, and takes the last one away. */
async function finishSwap(out: string, last: string): Promise<void> {
  let left: readonly Deno.DirEntry[];
  try {
    left = await Array.fromAsync(Deno.readDir(last));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const built = await builtNames(last);
  for (const { name } of left) {
    const there = await Deno.lstat(`${out}/${name}`).then(() => true, () => false);
    if (built.has(name) || there) continue;
    try {
      await Deno.rename(`${last}/${name}`, `${out}/${name}`);
    } catch (error) {
      // Another call may have moved it; where it is still here, it must not be lost.
      if (await Deno.lstat(`${last}/${name}`).then(() => true, () => false)) throw error;
    }
  }
  // By this name it is taken for nothing but what can go, also half removed.
  const done = last.replace(/\.last$/, ".next");
  await Deno.rename(last, done).catch(ignoreMissing);
  await remove(done);
}

/** What manifests of every version have of their runs. */
const anyManifest = z.object({ runs: z.array(z.object({ experiment: z.string() })) });

/** The top-level names in a site that its build made. */
async function builtNames(site: string): Promise<ReadonlySet<string>> {
  const names = new Set(["index.html", "data", "figures", "machine"]);
  const text = await readIfThere(`${site}/data/manifest.json`);
  try {
    const { runs } = parseJson(anyManifest, text ?? "", "the manifest");
    for (const { experiment } of runs) names.add(`${experiment}.html`);
  } catch {
    // Without a manifest its pages cannot be told from others: they stay.
  }
  return names;
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** How old, in milliseconds, a half-written site must be to be nobody's work. */
const ABANDONED = 60 * 60 * 1000;

/**
 * Brings back a site that a call left aside when it was killed between its two renames, finishes
 * what one left that was killed after them, and takes away what killed calls left half written an
 * hour ago or more.
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
    if (path.endsWith(".last")) {
      const there = await Deno.stat(out).then(() => true, () => false);
      if (there) await finishSwap(out, path);
      else await Deno.rename(path, out);
      continue;
    }
    // It may be gone by now: another call's work.
    const info = await Deno.stat(path).catch(() => null);
    if (Date.now() - (info?.mtime?.getTime() ?? Infinity) > ABANDONED) await remove(path);
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
