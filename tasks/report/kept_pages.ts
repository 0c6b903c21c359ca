import type { BackendDescription } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Experiment } from "../../src/harness/experiment.ts";
import { runKey, whyRun } from "../../src/harness/key.ts";
import { resolveParameters } from "../../src/harness/parameters.ts";
import { experiments } from "../../src/experiments/registry.ts";
import { lockDigest, sourceDigests } from "../cli/project.ts";
import { fileDigests } from "../cli/user_files.ts";
import type { BuiltSite } from "../site/site_files.ts";
import type { ReportOptions } from "./options.ts";
import type { FinishedRun } from "./runs.ts";
import type { Store, StoredRun } from "./store.ts";

/** An experiment that has a page in a site, and the run that the page shows. */
export interface SitePage {
  readonly experiment: Experiment;
  readonly run: FinishedRun;
}

/**
 * Finds the pages of a site that the new report does not replace. They stay in the site, which is
 * rendered with all pages. For this their runs must be in the store and current.
 *
 * @param site The site that is in the folder.
 * @param options The options of the new report.
 * @param store The store of finished runs.
 * @param backend The backend of the new report.
 * @returns The pages.
 * @throws {InputError} If a page cannot stay; the message has the reason.
 */
export async function keptPages(
  site: BuiltSite,
  options: ReportOptions,
  store: Store,
  backend: BackendDescription,
): Promise<SitePage[]> {
  const asked = new Set(options.experiments.map(({ id }) => id));
  const kept: SitePage[] = [];
  const dropped = new Map<string, string>();
  for (const built of site.manifest.runs) {
    if (asked.has(built.experiment)) continue;
    const experiment = experiments.find(({ id }) => id === built.experiment);
    const run = await store.ofKey(built.experiment, built.key);
    const why = site.manifest.profile !== options.profile
      ? `it is of --profile ${site.manifest.profile}`
      : experiment === undefined
      ? "there is no such experiment here"
      : run === null
      ? "its run is not kept"
      : await whyOutdated(experiment, run, backend);
    if (why !== null) dropped.set(built.experiment, why);
    else if (experiment && run) {
      kept.push({ experiment, run: { ...run, reused: true } });
    }
  }
  if (dropped.size === 0) return kept;
  const reasons = [...dropped].map(([id, why]) => `${id} would be dropped: ${why}.`);
  throw new InputError(
    "--out",
    "a folder without other pages, or with other pages that are current",
    [...dropped.keys()].join(", "),
    `${reasons.join(" ")} Choose another --out, or report ${dropped.size > 1 ? "them" : "it"} too.`,
  );
}

/** Returns why a run is outdated; `null` if it is current. */
async function whyOutdated(
  experiment: Experiment,
  { inputs }: StoredRun,
  backend: BackendDescription,
): Promise<string | null> {
  try {
    const parameters = resolveParameters(experiment.parameters, inputs.parameters);
    const now = {
      ...inputs,
      ...{ version: experiment.version, backend, lock: await lockDigest() },
      source: await sourceDigests(experiment.id),
      files: await fileDigests(experiment.files?.(parameters) ?? []),
    };
    return runKey(now) === runKey(inputs) ? null : whyRun(inputs, now);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
