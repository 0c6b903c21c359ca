import {
  type BackendDescription,
  type BackendRequest,
  resolveBackend,
  selectBackend,
} from "../../src/core/backend.ts";
import { InputError, MissingError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { Experiment } from "../../src/harness/experiment.ts";
import { runKey } from "../../src/harness/key.ts";
import { experiments } from "../../src/experiments/registry.ts";
import { manifestOf } from "../../src/report/manifest.ts";
import { checkPages } from "../../src/report/pages.ts";
import { renderSite } from "../../src/report/site.ts";
import { lockFolder } from "../cli/folder_lock.ts";
import { DONE, FAILED, reportFailure, WRONG_USAGE } from "../cli/main.ts";
import { columns, ProgressDisplay } from "../cli/progress.ts";
import { commit, readPages, stateFolder } from "../cli/project.ts";
import { Stop, type StopPlan, type StopRequest } from "../cli/stop.ts";
import { printLines, visible } from "../cli/terminal.ts";
import { builtSite } from "../site/site_files.ts";
import { checkSiteFolder, siteFolder, writeSite } from "../site/site_folder.ts";
import { finishStage } from "../site/site_stage.ts";
import { claimLines } from "./claim_lines.ts";
import { keptPages, type SitePage } from "./kept_pages.ts";
import type { ReportOptions } from "./options.ts";
import { command, finishRun, runInputs, stoppedText } from "./runs.ts";
import { Store } from "./store.ts";

/**
 * After this time the process ends without the current part, so that it ends within 2 s of the
 * signal.
 */
const stopPlan: Omit<StopPlan, "stopped"> = {
  stopping: "Stopping after this part; a second signal stops at once.",
  patience: 1000,
};

/**
 * Makes a report: runs the experiments whose results are not kept, renders the site, writes it to
 * its folder, and shows the findings.
 *
 * @param stop Receives the plan by which the task stops after a signal.
 * @returns The exit code.
 * @throws {Stop} If a signal stops the task.
 */
export async function reportSite(options: ReportOptions, stop?: StopRequest): Promise<number> {
  const out = await siteFolder(options.out);
  using _lock = await lockFolder("--out", out, "report");
  await finishStage(out);
  await checkSiteFolder(out, options.experiments.map(({ id }) => id));
  const display = new ProgressDisplay();
  const { description, note } = await resolveBackend(options.backend);
  // An invalid parameter is an error before anything runs.
  const planned = await Promise.all(options.experiments.map(async (experiment) => ({
    experiment,
    inputs: await runInputs(experiment, options, description),
  })));
  const store = new Store(stateFolder, (error) => {
    display.line(`New runs are not kept: ${error instanceof Error ? error.message : error}`);
  });
  const site = await builtSite(out);
  const kept = site ? await keptPages(site, options, store, description) : [];
  // Pages are checked before anything runs, as far as they do not depend on results.
  const shown = [...options.experiments, ...kept.map(({ experiment }) => experiment)];
  await checkPages(await readPages(shown.map(({ id }) => id)), shown, othersThan(shown));
  if (note !== null) display.line(note);
  for (const { experiment } of kept) {
    display.line(`${experiment.id}: its page stays, since nothing has changed`);
  }

  let started: Promise<BackendDescription> | undefined;
  const start = () => started ??= startBackend(options.backend, note, display);
  const inputsOfAll = planned.map(({ inputs }) => inputs);
  const stopped = await stoppedText(store, inputsOfAll, options.fresh);
  const signal = stop?.follow({ ...stopPlan, stopped });
  const pages: SitePage[] = [];
  let code = WRONG_USAGE;
  for (const { experiment, inputs } of planned) {
    try {
      const context = { store, fresh: options.fresh, display, start, signal };
      pages.push({ experiment, run: await finishRun(experiment, inputs, context) });
    } catch (error) {
      if (error instanceof Stop) {
        display.clear();
        throw error;
      }
      // The message of an error that the user can correct, such as a file that is not text, is
      // shown unchanged.
      const theirs = error instanceof InputError || error instanceof MissingError;
      if (!theirs) code = FAILED;
      const why = theirs ? visible(error.message) : await reportFailure(error);
      display.line(`${experiment.id}: failed: ${why}`);
    }
  }
  if (pages.length < planned.length) {
    display.line("The site was not written, since an experiment failed; the last one stays.");
    return code;
  }
  checkBackends(pages, kept);
  await writeSite(out, await render(pages, kept, options));
  display.clear();
  const results = pages.map(({ run }) => run.result);
  printLines(claimLines(results, columns()));
  console.log(`\nThe site is ${options.out}/index.html`);
  return results.every(({ checks }) => checks.every(({ holds }) => holds)) ? DONE : FAILED;
}

/**
 * Checks that the pages that stay have the backend of the new pages. The backend that starts may
 * differ from the expected one.
 */
function checkBackends(asked: readonly SitePage[], kept: readonly SitePage[]): void {
  const backends = new Set(asked.map(({ run }) => stableStringify(run.inputs.backend)));
  const other = kept.find(({ run }) => !backends.has(stableStringify(run.inputs.backend)));
  if (other === undefined) return;
  const wanted = "a folder without pages of another backend";
  const help = "Choose another --out: the runs are kept.";
  throw new InputError("--out", wanted, other.experiment.id, help);
}

/**
 * Starts the backend. It shows why the backend differs from the request, unless that is shown
 * already.
 */
async function startBackend(
  request: BackendRequest,
  told: string | null,
  display: ProgressDisplay,
): Promise<BackendDescription> {
  const { description, note } = await selectBackend(request);
  if (note !== null && note !== told) display.line(note);
  return description;
}

async function render(
  asked: readonly SitePage[],
  kept: readonly SitePage[],
  options: ReportOptions,
): Promise<ReadonlyMap<string, string>> {
  const shown = [...asked, ...kept];
  if (kept.length > 0) {
    const order = experiments.map(({ id }) => id);
    const place = ({ experiment }: SitePage) => order.indexOf(experiment.id);
    shown.sort((a, b) => place(a) - place(b));
  }
  const results = shown.map(({ run }) => run.result);
  const manifest = manifestOf(results, {
    profile: options.profile,
    commit: await commit(),
    runs: Object.fromEntries(shown.map(({ experiment, run }) => [experiment.id, {
      key: runKey(run.inputs),
      date: run.date,
      seconds: run.seconds,
      timings: run.timings,
      machine: run.machine,
      reused: run.reused,
      reason: run.reason,
      // The command is not taken from a manifest, which anyone can edit.
      command: command(experiment, run.inputs, options.profile, run.result.backend.name),
    }])),
  });
  const pages = await readPages(results.map((result) => result.experiment.id));
  const absent = othersThan(shown.map(({ experiment }) => experiment)).map(({ id }) => id);
  return await renderSite({ results, manifest, pages, absent });
}

/** Lists the experiments that are not in a report, which its pages may name. */
function othersThan(shown: readonly Experiment[]): Experiment[] {
  return experiments.filter(({ id }) => !shown.some((one) => one.id === id));
}
