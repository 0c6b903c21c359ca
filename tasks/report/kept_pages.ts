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

/** An experiment that has a page in a site, and the run that the page is of. */
export interface SitePage {
  readonly experiment: Experiment;
  readonly run: FinishedRun;
}

/**
 * The pages that a site has besides those that a report is asked for. They stay in the site if their
 * runs are kept and current, so that the site is rendered with all of them.
 *
 * @param site The site that the folder has.
 * @param options What the report is asked for.
 * @param store Where finished runs are.
 * @param backend What the report computes on.
 * @returns The pages.
 * @throws {InputError} If a page cannot stay, with the reason.
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

/** Why a run would be computed again today; `null` if it would not. */
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
