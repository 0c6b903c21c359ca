import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { parseJson } from "../../src/core/schema.ts";
import { readIfThere } from "../cli/files.ts";
import { type Expected, folderKindOf, foldersOf, isOwn, isSitePath, kindOf } from "./site_files.ts";

/** The folder inside the site's folder that exists while a site is written. */
export const STAGE = ".unroll-site";
/** The subfolder of the new files. */
const NEXT = `${STAGE}/next`;
/** The file with the planned change, while the new files are written. */
const PLAN = `${STAGE}/plan.json`;
/** The name of the plan after all new files are written. From then on the new site is valid. */
const JOURNAL = `${STAGE}/journal.json`;

/**
 * The change from a site to the next. Each path has the digest of the file that was there before.
 */
export interface SitePlan {
  /** The files that are new or have other bytes, in the order in which they are put in place. */
  readonly write: Readonly<Record<string, Expected>>;
  /** The files that the next site does not have. */
  readonly remove: Readonly<Record<string, Expected>>;
}

const path = z.string().refine(isSitePath);
const planSchema = z.strictObject({
  format: z.literal("unroll-site-plan-1"),
  write: z.record(path, z.string()),
  remove: z.record(path, z.string()),
});

/**
 * Changes a site to the next one. All new files are first written into a folder inside the site's
 * folder, and then moved into place one by one. If the process is killed before the first move, the
 * site is unchanged. If it is killed later, {@link finishStage} completes the new site from a
 * journal.
 *
 * @param out The site's folder.
 * @param plan The files to write and to remove.
 * @param files The text of each new file by its path.
 */
export async function changeSite(
  out: string,
  plan: SitePlan,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  await Deno.mkdir(`${out}/${STAGE}`);
  try {
    const text = JSON.stringify({ format: "unroll-site-plan-1", ...plan });
    await Deno.writeTextFile(`${out}/${PLAN}`, text);
    const paths = Object.keys(plan.write);
    await makeFolders(out, [...paths, ...paths.map((path) => `${NEXT}/${path}`)]);
    for (const path of paths) {
      await Deno.writeTextFile(`${out}/${NEXT}/${path}`, files.get(path) ?? "");
    }
    await Deno.rename(`${out}/${PLAN}`, `${out}/${JOURNAL}`);
  } catch (error) {
    await dropDrafts(out, plan).catch(() => {});
    throw error;
  }
  await complete(out, plan);
}

/**
 * Finishes the change of a killed process: it moves the remaining files into place, or removes the
 * new files if some of them were not written.
 *
 * @param out The site's folder.
 * @throws {InputError} If {@link STAGE} has files that a report did not write.
 */
export async function finishStage(out: string): Promise<void> {
  const info = await Deno.lstat(`${out}/${STAGE}`).catch(() => null);
  if (info === null) return;
  if (!info.isDirectory) throw foreign(out, `${STAGE} that is not a folder`);
  const journal = await readPlan(out, JOURNAL);
  if (journal !== null) return await complete(out, journal);
  // Without a plan, or with an incomplete one, nothing else was written yet.
  await dropDrafts(out, await readPlan(out, PLAN) ?? { write: {}, remove: {} });
}

async function readPlan(out: string, path: string): Promise<SitePlan | null> {
  if (await kindOf(out, path) === "blocked") throw foreign(out, `${path} that is not a file`);
  const text = await readIfThere(`${out}/${path}`);
  if (text === null) return null;
  try {
    return parseJson(planSchema, text, path);
  } catch {
    return null;
  }
}

/** Puts the new files in place, and removes those that the new site does not have. */
async function complete(out: string, { write, remove }: SitePlan): Promise<void> {
  await checkStaged(out, Object.keys(write));
  await makeFolders(out, Object.keys(write));
  for (const [path, before] of Object.entries(write)) {
    // A file that is missing has been moved into place already.
    if (await kindOf(out, `${NEXT}/${path}`) !== "file") continue;
    if (!await isOwn(out, path, before)) throw inTheWay(out, [path]);
    await Deno.rename(`${out}/${NEXT}/${path}`, `${out}/${path}`);
  }
  for (const [path, before] of Object.entries(remove)) {
    if (await kindOf(out, path) !== "file" || !await isOwn(out, path, before)) continue;
    await Deno.remove(`${out}/${path}`);
  }
  await removeFolders(out, Object.keys(remove));
  await removeStage(out, Object.keys(write), JOURNAL);
}

/** Removes the new files of a change of which no file was moved into place. */
async function dropDrafts(out: string, { write }: SitePlan): Promise<void> {
  const paths = Object.keys(write);
  await checkStaged(out, paths);
  for (const path of paths) await removeFile(out, `${NEXT}/${path}`);
  await removeFolders(out, paths);
  await removeStage(out, paths, PLAN);
}

/**
 * Checks that the paths of new files have no links, before anything is changed. A link could lead
 * to files of another folder.
 */
async function checkStaged(out: string, paths: readonly string[]): Promise<void> {
  for (const path of [...paths, "any"].map((path) => `${NEXT}/${path}`)) {
    if (await kindOf(out, path) === "blocked") throw foreign(out, path);
  }
}

/** Removes the folder of the change, in which only empty folders and the plan are left. */
async function removeStage(out: string, written: readonly string[], plan: string): Promise<void> {
  await removeFolders(out, [...written.map((path) => `${NEXT}/${path}`), `${NEXT}/any`]);
  const left = await Array.fromAsync(Deno.readDir(`${out}/${STAGE}`), ({ name }) => name);
  const other = left.find((name) => `${STAGE}/${name}` !== plan);
  if (other !== undefined) throw foreign(out, `${STAGE}/${other}`);
  await removeFile(out, plan);
  await Deno.remove(`${out}/${STAGE}`);
}

/** Returns the error about files of the user that have the paths of files of the site. */
export function inTheWay(out: string, paths: readonly string[], help?: string): InputError {
  const [first = ""] = paths;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
  return new InputError(
    "--out",
    "a folder in which files of the site are missing or as a report wrote them",
    `${first}${more} in ${out}`,
    help ?? "Move such files away, or choose another --out.",
  );
}

function foreign(out: string, name: string): InputError {
  const help = "Move it away, or choose another --out.";
  return new InputError(
    "--out",
    `a folder whose ${STAGE} has only files of a report`,
    `${name} in ${out}`,
    help,
  );
}

async function makeFolders(out: string, paths: readonly string[]): Promise<void> {
  for (const folder of new Set(paths.flatMap(foldersOf))) {
    const kind = await folderKindOf(out, folder);
    if (kind === "blocked") throw inTheWay(out, [folder]);
    if (kind === "none") await Deno.mkdir(`${out}/${folder}`);
  }
}

/** Removes the folders of files if they are empty. */
async function removeFolders(out: string, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.flatMap(foldersOf));
  // Subfolders come before their parents.
  for (const folder of [...folders].sort().reverse()) {
    if (folder === STAGE || await folderKindOf(out, folder) !== "folder") continue;
    if (await isEmpty(`${out}/${folder}`)) await Deno.remove(`${out}/${folder}`);
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  for await (const _ of Deno.readDir(folder)) return false;
  return true;
}

async function removeFile(out: string, path: string): Promise<void> {
  if (await kindOf(out, path) === "file") await Deno.remove(`${out}/${path}`);
}
