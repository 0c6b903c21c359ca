import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import { parseJson } from "../../src/core/schema.ts";
import { experiments } from "../../src/experiments/registry.ts";
import type { Experiment } from "../../src/harness/experiment.ts";
import { renderSite } from "../../src/report/site.ts";
import type { Manifest, Result } from "../../src/result/result.ts";
import { manifestSchema } from "../../src/result/result_schema.ts";
import { BACKENDS, choice } from "../cli/command_line.ts";
import { DONE, FAILED } from "../cli/main.ts";
import { ProgressDisplay } from "../cli/progress.ts";
import { readPages } from "../cli/project.ts";
import { digestOf, isSitePath, MANIFEST } from "../site/site_files.ts";
import { compareSite, fromSite, statedFile } from "./compare_site.ts";
import { readStated, verifyRun } from "./verify_run.ts";
import { verifyValues } from "./verify_values.ts";

/** Options for {@link verifySite}. */
export interface VerifyOptions {
  /** The backend to compute on; by default the report's. */
  readonly backend: string | undefined;
  /** The largest relative difference of two numbers that counts as equal. */
  readonly tolerance: number;
  /** The files that the report may read. */
  readonly files: readonly string[];
  /** What shows progress and results; by default on standard error. */
  readonly display?: ProgressDisplay;
}

/**
 * Runs the experiments of a site again, renders the site again, and compares numbers and files.
 *
 * @param site The site's folder.
 * @param options The backend, the tolerance and the files.
 * @returns The exit code: {@link DONE} if every number and file is as stated, else {@link FAILED}.
 * @throws {InputError} If the site is not one of this version, or an option does not apply to it.
 */
export async function verifySite(
  site: string,
  { backend, tolerance, files, display = new ProgressDisplay() }: VerifyOptions,
): Promise<number> {
  const manifest = await readManifest(site);
  const planned = manifest.runs.map((run) => ({ run, experiment: known(run.experiment) }));
  const { description } = await selectBackend(
    choice("backend", backend ?? manifest.backend.name, BACKENDS),
  );
  if (stableStringify(description) !== stableStringify(manifest.backend)) {
    display.line(
      "The backend, its adapter or its versions differ from the report's, so rounding may differ.",
    );
  }
  const results: Result[] = [];
  const unread = new Set(files);
  for (const { run, experiment } of planned) {
    const result = await verifyRun(site, run, experiment, {
      ...{ backend: description, tolerance, files, display },
      onRead: (file) => unread.delete(file),
    });
    if (result && await verifyValues(site, run, result, tolerance, display)) results.push(result);
  }
  if (results.length < manifest.runs.length) return FAILED;
  if (unread.size > 0) {
    const flags = [...unread].map((file) => `--read ${file}`).join(", ");
    throw new InputError(flags, "a file that the report reads", "a file that no run reads");
  }
  return await verifyFiles(site, manifest, results, display) ? DONE : FAILED;
}

/**
 * Compares the statistics and files of a site with its CSV files and digests, without running or
 * rendering anything.
 *
 * @param site The site's folder.
 * @param tolerance The largest relative difference of two numbers that counts as equal.
 * @returns The exit code: {@link DONE} if everything agrees, else {@link FAILED}.
 * @throws {InputError} If the site is not one of this version.
 */
export async function verifyIntervals(site: string, tolerance: number): Promise<number> {
  const manifest = await readManifest(site);
  const display = new ProgressDisplay();
  let good = true;
  for (const run of manifest.runs) {
    const stated = await readStated(site, run, display);
    const follows = stated !== null &&
      await verifyValues(site, run, stated.result, tolerance, display);
    good &&= follows && stated.listed;
  }
  return await verifyDigests(site, manifest, display) && good ? DONE : FAILED;
}

/** Compares the files of a site with the digests in its manifest. */
async function verifyDigests(
  site: string,
  { files }: Manifest,
  display: ProgressDisplay,
): Promise<boolean> {
  const odd = Object.keys(files).find((path) => !isSitePath(path));
  if (odd !== undefined) throw new InputError(`files of ${MANIFEST}`, "paths in a site", odd);
  const lines: string[] = [];
  for (const [path, digest] of Object.entries(files)) {
    const found = await fromSite(site, path, () => digestOf(site, path));
    if (found === null) lines.push(`missing: ${path}`);
    else if (found !== digest) lines.push(`differs: ${path}`);
  }
  const count = Object.keys(files).length;
  return said(lines, display, {
    right: `all ${count} files are as the manifest lists them`,
    wrong: `${lines.length} files differ from the manifest`,
  });
}

/** Shows whether the files of a site are as stated, and the first lines about differences. */
function said(
  lines: readonly string[],
  display: ProgressDisplay,
  { right, wrong }: { readonly right: string; readonly wrong: string },
): boolean {
  display.line(lines.length === 0 ? `✓ the site: ${right}` : `✗ the site: ${wrong}`);
  for (const line of lines.slice(0, 10)) display.line(`    ${line}`);
  return lines.length === 0;
}

async function readManifest(site: string): Promise<Manifest> {
  const text = await statedFile(site, MANIFEST);
  if (text === null) {
    throw new InputError(
      "SITE",
      "the folder of a built report",
      site,
      "Run `deno task report` first.",
    );
  }
  let manifest: Manifest;
  try {
    manifest = parseJson(manifestSchema, text, MANIFEST);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError("SITE", "a report of this version", site, why);
  }
  if (manifest.runs.length === 0) {
    throw new InputError("SITE", "a report of at least one experiment", manifest.runs);
  }
  return manifest;
}

function known(id: string): Experiment {
  const experiment = experiments.find((one) => one.id === id);
  if (!experiment) throw new InputError("SITE", "a report of experiments of this version", id);
  return experiment;
}

/** Renders the site from its stated results and compares every file. */
async function verifyFiles(
  site: string,
  manifest: Manifest,
  results: readonly Result[],
  display: ProgressDisplay,
): Promise<boolean> {
  const pages = await readPages(results.map((result) => result.experiment.id));
  const shown = results.map((result) => result.experiment.id);
  const absent = experiments.map(({ id }) => id).filter((id) => !shown.includes(id));
  const files = await renderSite({ results, manifest, pages, absent });
  const { missing, extra, differing } = await compareSite(site, files);
  const lines = [
    ...missing.map((path) => `missing: ${path}`),
    ...extra.map((path) => `extra: ${path}`),
    ...differing.map((path) => `differs: ${path}`),
  ];
  const right = said(lines, display, {
    right: `all ${files.size} files are as rendered from these numbers`,
    wrong: `${lines.length} files differ from those rendered from these numbers`,
  });
  if (differing.some((path) => path.endsWith(".html"))) {
    display.line("    pages differ: the site may be from other pages than those in reports/");
  }
  return right;
}
