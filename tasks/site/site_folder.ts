import { dirname, resolve } from "node:path";
import { sha256 } from "../../src/platform/sha256.ts";
import { InputError } from "../../src/core/errors.ts";
import { idSchema } from "../../src/core/schema.ts";
import { CLAIMS_LIST, METHODS } from "../../src/report/view.ts";
import { refusedBySystem } from "../cli/files.ts";
import {
  builtSite,
  digestOf,
  folderKindOf,
  foldersOf,
  isOwn,
  MANIFEST,
  SCHEMAS,
} from "./site_files.ts";
import { changeSite, finishStage, inTheWay, STAGE } from "./site_stage.ts";

/** Returns the folder of a site; for a link, the folder that it leads to. */
export async function siteFolder(out: string): Promise<string> {
  const info = await Deno.lstat(out).catch(() => null);
  if (!info?.isSymlink) return out;
  try {
    return await Deno.realPath(out);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return await siteFolder(resolve(dirname(out), await Deno.readLink(out)));
    }
    throw new InputError("--out", "a folder that can be reached", out);
  }
}

/** The files of web hosts and version control that a folder without a site may have. */
const OF_HOSTS =
  /^(\..+|CNAME|README.*|LICEN[CS]E.*|404\.html|robots\.txt|favicon\.\w+|_headers|_redirects|_config\.yml|\w+\.toml|vercel\.json|firebase\.json|lost\+found)$/i;

/**
 * Checks that a site can be written to a folder, before anything is computed. A report replaces and
 * removes only the unchanged files that the manifest of the site lists. Everything else in the
 * folder stays, so a file in the way is an error.
 *
 * @param out The folder. If it is missing, there is nothing to check.
 * @param experiments The ids of the experiments that the site will have.
 * @throws {InputError} If the folder has other files and no site, if a file of the site was changed, if
 * something else has the name of a file that will or may be written, or if the folder cannot be written.
 */
export async function checkSiteFolder(
  out: string,
  experiments: readonly string[] = [],
): Promise<void> {
  const info = await Deno.stat(out).catch(() => null);
  if (info === null) return;
  if (!info.isDirectory) throw new InputError("--out", "a folder", `${out}, a file`);
  const site = await builtSite(out);
  if (site === null) await checkOtherFiles(out);
  const files = site?.files ?? new Map<string, string>();
  const pages = experiments.flatMap((id) => [`${id}.html`, `data/${id}.json`]);
  const single = ["index.html", METHODS, CLAIMS_LIST, ...SCHEMAS, MANIFEST];
  const paths = new Set([...single, ...pages, ...files.keys()]);
  const changed: string[] = [];
  for (const path of paths) {
    if (!await isOwn(out, path, files.get(path) ?? "none")) changed.push(path);
  }
  for (const id of experiments) {
    for (const path of await takenParts(out, id)) if (!files.has(path)) changed.push(path);
  }
  if (changed.length > 0) throw inTheWay(out, changed);
  await checkWritable(out, [...paths]);
}

/**
 * The endings of the files that an experiment can have in each folder, besides its page and its
 * result.
 */
const PARTS = {
  claims: ["csv"],
  data: ["csv", "json", "seeds.csv"],
  figures: ["svg"],
  machine: ["csv", "json", "metric.csv", "seeds.csv", "svg"],
  metrics: ["csv"],
};

/**
 * Lists the existing files that a claim, a metric, a table or a figure of an experiment could
 * overwrite. The ids of these parts are known only after the run.
 */
async function takenParts(out: string, experiment: string): Promise<string[]> {
  const taken: string[] = [];
  for (const [folder, types] of Object.entries(PARTS)) {
    const path = `${folder}/${experiment}`;
    const kind = await folderKindOf(out, path);
    if (kind === "blocked") taken.push(path);
    if (kind !== "folder") continue;
    const names = (await namesIn(`${out}/${path}`)).filter((name) => {
      const [id, ...type] = name.split(".");
      return idSchema.safeParse(id).success && types.includes(type.join("."));
    });
    taken.push(...names.map((name) => `${path}/${name}`));
  }
  return taken;
}

/** Lists the names in a folder, sorted. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    throw refusedBySystem(folder, error);
  }
}

/** Tries to move a folder into each folder into which the report will move files. */
async function checkWritable(out: string, paths: readonly string[]): Promise<void> {
  const stage = `${out}/${STAGE}`;
  const why = (error: unknown) => error instanceof Error ? error.message : String(error);
  try {
    await Deno.mkdir(stage);
  } catch (error) {
    throw new InputError("--out", "a folder that can be written", out, why(error));
  }
  try {
    for (const folder of new Set(paths.flatMap(foldersOf))) {
      if (!await isFolder(`${out}/${folder}`)) continue;
      try {
        await Deno.rename(stage, `${out}/${folder}/${STAGE}`);
        await Deno.rename(`${out}/${folder}/${STAGE}`, stage);
      } catch (error) {
        const wanted = "a folder with subfolders that can be written and are on the same disk";
        throw new InputError("--out", wanted, `${folder} in ${out}`, why(error));
      }
    }
  } finally {
    await Deno.remove(stage).catch(() => {});
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(({ isDirectory }) => isDirectory, () => false);
}

async function checkOtherFiles(out: string): Promise<void> {
  const other = (await namesIn(out)).find((name) => !OF_HOSTS.test(name));
  if (other === undefined) return;
  const wanted = "an empty folder, one with a site, or one with only files of a web host " +
    "(CNAME, .git)";
  throw new InputError("--out", wanted, `${other} in ${out}`);
}

/**
 * Writes a site to a folder. It replaces the files of the earlier site, and removes those that the
 * new site does not have. Everything else stays. A call that is killed leaves the earlier site, or
 * a journal from which {@link finishStage} completes the new one.
 *
 * @param out The folder. It is created if it is missing.
 * @param files The text of each file by its path.
 * @throws {InputError} If a file that a report did not write has the path of one of the files. In
 * this case nothing is changed.
 */
export async function writeSite(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  await finishStage(out);
  const before = (await builtSite(out))?.files ?? new Map<string, string>();
  const write: Record<string, string> = {};
  const taken: string[] = [];
  // The manifest is written last. Until then the earlier manifest lists the files.
  const paths = [...files.keys()].filter((path) => path !== MANIFEST);
  if (files.has(MANIFEST)) paths.push(MANIFEST);
  for (const path of paths) {
    if (await digestOf(out, path) === sha256(files.get(path) ?? "")) continue;
    write[path] = before.get(path) ?? "none";
    if (!await isOwn(out, path, write[path])) taken.push(path);
  }
  if (taken.length > 0) {
    const help = "The runs are kept: with another --out, nothing is computed again.";
    throw inTheWay(out, taken, help);
  }
  const gone = [...before].filter(([path]) => !files.has(path));
  await changeSite(out, { write, remove: Object.fromEntries(gone) }, files);
}
