import { resolveBackend, selectBackend } from "../src/core/backend.ts";
import { runKey } from "../src/experiments/key.ts";
import { manifestOf } from "../src/report/manifest.ts";
import type { Page } from "../src/report/markdown.ts";
import { renderSite } from "../src/report/site.ts";
import { claimLines } from "./claim_lines.ts";
import { readIfThere } from "./files.ts";
import { DONE, FAILED, reportFailure } from "./main.ts";
import type { ReportOptions } from "./options.ts";
import { ProgressDisplay } from "./progress.ts";
import { commit, root, stateFolder } from "./project.ts";
import { command, type FinishedRun, finishRun, runInputs } from "./runs.ts";
import { checkSiteFolder, recoverSite, writeSite } from "./site_folder.ts";
import { Store } from "./store.ts";

/**
 * Makes a report: runs what is not kept, renders the site, puts it in place, and says what was
 * found.
 *
 * @returns The exit code.
 */
export async function reportSite(options: ReportOptions): Promise<number> {
  await recoverSite(options.out);
  await checkSiteFolder(options.out);
  const display = new ProgressDisplay();
  const { description, note } = await resolveBackend(options.backend);
  // Whatever is wrong with a parameter is said before anything runs.
  const planned = await Promise.all(options.experiments.map(async (experiment) => ({
    experiment,
    inputs: await runInputs(experiment, options, description),
  })));
  if (note !== null) display.line(note);

  const store = new Store(stateFolder);
  let started: ReturnType<typeof selectBackend> | undefined;
  const start = async () => (await (started ??= selectBackend(options.backend))).description;
  const runs: FinishedRun[] = [];
  for (const { experiment, inputs } of planned) {
    try {
      runs.push(
        await finishRun(experiment, inputs, { store, fresh: options.fresh, display, start }),
      );
    } catch (error) {
      display.line(`${experiment.id}: failed: ${await reportFailure(error)}`);
    }
  }
  if (runs.length < planned.length) {
    display.line("The site was not written, since an experiment failed; the last one stays.");
    return FAILED;
  }
  await writeSite(options.out, await render(runs, options));
  display.clear();
  console.log(claimLines(runs.map((run) => run.result)));
  console.log(`\nThe site is ${options.out}/index.html`);
  return DONE;
}

async function render(
  runs: readonly FinishedRun[],
  options: ReportOptions,
): Promise<ReadonlyMap<string, string>> {
  const results = runs.map((run) => run.result);
  const manifest = manifestOf(results, {
    profile: options.profile,
    commit: await commit(),
    runs: Object.fromEntries(runs.map((run) => [run.inputs.experiment, {
      key: runKey(run.inputs),
      date: run.date,
      seconds: run.seconds,
      timings: run.timings,
      reused: run.reused,
      reason: run.reason,
      command: command(run.inputs, options, run.result.backend.name),
    }])),
  });
  const pages = new Map<string, Page>();
  for (const name of ["index", ...results.map((result) => result.experiment.id)]) {
    const path = `reports/${name}.md`;
    const source = await readIfThere(new URL(path, root));
    if (source !== null) pages.set(name, { path, source });
  }
  return await renderSite({ results, manifest, pages });
}
