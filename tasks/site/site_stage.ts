import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { parseJson } from "../../src/core/schema.ts";
import { readIfThere } from "../cli/files.ts";
import { type Expected, folderKindOf, foldersOf, isOwn, isSitePath, kindOf } from "./site_files.ts";

/** The folder in the site's folder that is there while a site is written. */
export const STAGE = ".unroll-site";
/** The subfolder of the new files. */
const NEXT = `${STAGE}/next`;
/** The file with the planned change, while the new files are written. */
const PLAN = `${STAGE}/plan.json`;
/** The same, once all new files are whole: from then on the new site counts. */
const JOURNAL = `${STAGE}/journal.json`;

/** The change from a site to the next. Each path has the digest of its earlier file. */
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
 * Changes a site to the next one. All new files are first written whole into a folder inside the
 * site's folder, then moved into place one by one. A process that is killed before that leaves the
 * site as it was. One that is killed while it moves leaves a journal, by which
 * {@link finishStage} completes the new site. Nothing outside the folder is touched.
 *
 * @param out The site's folder.
 * @param plan What changes.
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
 * Completes the change that a killed process had begun to put in place, or removes the files that it
 * had not finished.
 *
 * @param out The site's folder.
 * @throws {InputError} If the folder for this has files in it that are not a report's.
 */
export async function finishStage(out: string): Promise<void> {
  const info = await Deno.lstat(`${out}/${STAGE}`).catch(() => null);
  if (info === null) return;
  if (!info.isDirectory) throw foreign(out, `${STAGE} that is not a folder`);
  const journal = await readPlan(out, JOURNAL);
  if (journal !== null) return await complete(out, journal);
  // Without a plan nothing else was written yet. A plan that was cut short is all there is.
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
    // What is not there any more is in place already.
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

/** Removes the new files of a change that was not begun to be put in place. */
async function dropDrafts(out: string, { write }: SitePlan): Promise<void> {
  const paths = Object.keys(write);
  await checkStaged(out, paths);
  for (const path of paths) await removeFile(out, `${NEXT}/${path}`);
  await removeFolders(out, paths);
  await removeStage(out, paths, PLAN);
}

/**
 * Checks that new files are where a report writes them, before anything is changed. A link would lead
 * to files of another folder.
 */
async function checkStaged(out: string, paths: readonly string[]): Promise<void> {
  for (const path of [...paths, "any"].map((path) => `${NEXT}/${path}`)) {
    if (await kindOf(out, path) === "blocked") throw foreign(out, path);
  }
}

/** Removes the folder of the change, which has nothing but empty folders and its plan left. */
async function removeStage(out: string, written: readonly string[], plan: string): Promise<void> {
  await removeFolders(out, [...written.map((path) => `${NEXT}/${path}`), `${NEXT}/any`]);
  const left = await Array.fromAsync(Deno.readDir(`${out}/${STAGE}`), ({ name }) => name);
  const other = left.find((name) => `${STAGE}/${name}` !== plan);
  if (other !== undefined) throw foreign(out, `${STAGE}/${other}`);
  await removeFile(out, plan);
  await Deno.remove(`${out}/${STAGE}`);
}

/** An error about files that are the user's own, where the site's are to be. */
export function inTheWay(out: string, paths: readonly string[], help?: string): InputError {
  const [first = ""] = paths;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
  return new InputError(
    "--out",
    "a folder whose files of these names are as a report wrote them",
    `${first}${more} in ${out}`,
    help ?? "Move what is there away, or choose another --out.",
  );
}

function foreign(out: string, name: string): InputError {
  const help = "Move it away, or choose another --out.";
  return new InputError(
    "--out",
    `a folder whose ${STAGE} is Unroll's`,
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

/** Removes the folders of files, as far as they are empty. */
async function removeFolders(out: string, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.flatMap(foldersOf));
  // Those inside come before those that they are in.
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
