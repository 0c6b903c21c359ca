import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { selectBackend } from "../src/core/backend.ts";
import { InputError } from "../src/core/errors.ts";
import { stableStringify } from "../src/core/json.ts";
import type { Manifest, Result } from "../src/core/result.ts";
import { manifestSchema, parseJson } from "../src/core/result_schema.ts";
import type { Experiment } from "../src/experiments/experiment.ts";
import { experiments } from "../src/experiments/registry.ts";
import { renderSite } from "../src/report/site.ts";
import { choice, helpText, numberWithin, parseCommandLine, type Usage } from "./command_line.ts";
import { compareSite } from "./compare_site.ts";
import { DONE, FAILED } from "./main.ts";
import { BACKENDS } from "./options.ts";
import { readPages } from "./pages.ts";
import { ProgressDisplay } from "./progress.ts";
import { callerFolder, root } from "./project.ts";
import { MANIFEST } from "./site_files.ts";
import { statedFile } from "./stated_file.ts";
import { supervise } from "./supervise.ts";
import { verifyRun } from "./verify_run.ts";

const usage: Usage = {
  command: "deno task verify",
  operands: "[SITE]",
  summary: "Runs again what a built report states and compares, number by number.",
  flags: [
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
  more: `SITE is the report's folder, reports/site by default. Where every number is as stated, the
site is rendered from them again, with the pages in reports/, and compared file by file. Times, and
what else was measured of the machine, differ from run to run and are taken as stated. A report may
name any file as its corpus: verify reads those that --read names, and no other. Exit 1 if a
number or a file differs, 2 if the call must be mended or a file may not be read.`,
  examples: [
    ["deno task verify reports/lstm-gates", "checks the report of one experiment"],
    ["deno task verify public --tolerance 1e-4", "allows for another machine's rounding"],
  ],
};

await supervise(import.meta.url, async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  if (line.operands.length > 1) throw new InputError("SITE", "one folder", line.operands);
  const [site] = line.operands;
  return await verify(
    site === undefined
      ? fileURLToPath(new URL("reports/site", root))
      : resolve(callerFolder(), site),
    line.value("backend"),
    numberWithin("tolerance", line.value("tolerance") ?? "0", { from: 0, below: 1 }),
    line.values("read"),
  );
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
    if (result) results.push(result);
  }
  if (results.length < manifest.runs.length) return FAILED;
  if (unread.size > 0) {
    const flags = [...unread].map((file) => `--read ${file}`).join(", ");
    throw new InputError(flags, "for a file that the report reads", "none that a run asked for");
  }
  return await verifyFiles(site, manifest, results, display) ? DONE : FAILED;
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
  const files = await renderSite({ results, manifest, pages });
  const { missing, extra, differing } = await compareSite(site, files);
  const lines = [
    ...missing.map((path) => `missing: ${path}`),
    ...extra.map((path) => `extra: ${path}`),
    ...differing.map((path) => `differs: ${path}`),
  ];
  if (lines.length === 0) {
    display.line(`✓ the site: all ${files.size} files are as rendered from these numbers`);
    return true;
  }
  display.line(`✗ the site: ${lines.length} files are not as rendered from these numbers`);
  for (const line of lines.slice(0, 10)) display.line(`    ${line}`);
  if (differing.some((path) => path.endsWith(".html"))) {
    display.line("    pages differ; is reports/ the one that it was built from?");
  }
  return false;
}
