import { selectBackend } from "../src/core/backend.ts";
import { InputError } from "../src/core/errors.ts";
import { stableStringify } from "../src/core/json.ts";
import type { Manifest, Result } from "../src/result/result.ts";
import { manifestSchema } from "../src/result/result_schema.ts";
import { parseJson } from "../src/core/schema.ts";
import type { Experiment } from "../src/harness/experiment.ts";
import { experiments } from "../src/experiments/registry.ts";
import { renderSite } from "../src/report/site.ts";
import {
  BACKENDS,
  choice,
  helpText,
  numberWithin,
  parseCommandLine,
  type Usage,
} from "./cli/command_line.ts";
import { DONE, FAILED, supervise } from "./cli/main.ts";
import { ProgressDisplay } from "./cli/progress.ts";
import { readPages, siteFolder } from "./cli/project.ts";
import { digestOf, isSitePath, MANIFEST } from "./site/site_files.ts";
import { compareSite, fromSite, statedFile } from "./verify/compare_site.ts";
import { readStated, verifyRun } from "./verify/verify_run.ts";
import { verifyValues } from "./verify/verify_values.ts";

const usage: Usage = {
  command: "deno task verify",
  operands: "[SITE]",
  summary: "Runs again what a built report states and compares, number by number.",
  flags: [
    {
      name: "intervals",
      help: "run nothing: compute intervals, tests and verdicts again from the site's own values",
    },
    { name: "backend", value: "B", help: "auto, webgpu, wasm or cpu (default: the report's own)" },
    {
      name: "tolerance",
      value: "R",
      help: "largest relative difference that counts as equal (default 0: the same bytes)",
    },
    {
      ...{ name: "read", value: "FILE", many: true },
      help: "a file that the report reads, such as its corpus; may be given again",
    },
  ],
  more: `SITE is the report's folder, reports/site by default. Estimates, intervals, p values and
verdicts are also computed from the values by seed in the CSV files. If every number is as stated,
the site is rendered from them again, with the pages in reports/, and compared file by file. Times,
and what else was measured of the machine, differ from run to run and are taken as stated. A report
may name any file as its corpus: verify reads those that --read names, and no other.

With --intervals nothing is run or rendered, which takes seconds: the files are compared with the
manifest's digests, and all that follows from the values by seed is computed from the CSV files.
Exit 1 if a number or a file differs, 2 if the call must be mended or a file may not be read.`,
  examples: [
    ["deno task verify reports/lstm-gates", "checks the report of one experiment"],
    ["deno task verify public --tolerance 1e-4", "allows for another machine's rounding"],
    ["deno task verify --intervals downloads/site", "checks the statistics of a site in seconds"],
  ],
};

await supervise(import.meta.url, async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const site = siteFolder(line.operands);
  const tolerance = numberWithin("tolerance", line.value("tolerance") ?? "0", {
    from: 0,
    below: 1,
  });
  const [backend, files] = [line.value("backend"), line.values("read")];
  if (!line.has("intervals")) return await verify(site, backend, tolerance, files);
  if (backend !== undefined || files.length > 0) {
    const flag = backend === undefined ? "--read" : "--backend";
    throw new InputError("--intervals", `given without ${flag}`, flag, "It runs nothing.");
  }
  return await verifyIntervals(site, tolerance);
}, "Stopped.");

async function verify(
  site: string,
  backend: string | undefined,
  tolerance: number,
  files: readonly string[],
): Promise<number> {
  const manifest = await readManifest(site);
  const planned = manifest.runs.map((run) => ({ run, experiment: known(run.experiment) }));
  const { description } = await selectBackend(
    choice("backend", backend ?? manifest.backend.name, BACKENDS),
  );
  const display = new ProgressDisplay();
  if (stableStringify(description) !== stableStringify(manifest.backend)) {
    display.line(
      "The backend, its adapter or its versions are not the report's; rounding may differ.",
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
    throw new InputError(flags, "for a file that the report reads", "none that a run asked for");
  }
  return await verifyFiles(site, manifest, results, display) ? DONE : FAILED;
}

/** Checks all that can be checked without running or rendering anything. */
async function verifyIntervals(site: string, tolerance: number): Promise<number> {
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
    wrong: `${lines.length} files are not as the manifest lists them`,
  });
}

/** Says whether a site is right, and the first lines of what is wrong. */
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
  if (!experiment) throw new InputError("SITE", "a report of experiments known here", id);
  return experiment;
}

/** Renders the site from what it states, and compares every file. */
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
    wrong: `${lines.length} files are not as rendered from these numbers`,
  });
  if (differing.some((path) => path.endsWith(".html"))) {
    display.line("    pages differ; is reports/ the one that it was built from?");
  }
  return right;
}
