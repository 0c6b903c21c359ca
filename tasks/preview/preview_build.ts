/**
 * Builds the report in a worker for `preview`. A new worker loads every module again, so a build
 * after a change of the source runs the changed source.
 *
 * @module
 */
import { experiments } from "../../src/experiments/registry.ts";
import { outcome } from "../cli/main.ts";
import type { ReportOptions } from "../report/options.ts";
import { reportSite } from "../report/report_site.ts";

/**
 * The options for the worker. They have the ids of experiments, since a message cannot contain
 * functions.
 */
export type BuildRequest = Omit<ReportOptions, "experiments"> & { readonly ids: readonly string[] };

globalThis.addEventListener("message", async (event) => {
  if (!(event instanceof MessageEvent)) return;
  const { ids, ...options }: BuildRequest = event.data;
  const chosen = ids.flatMap((id) => experiments.filter((experiment) => experiment.id === id));
  const code = await outcome(() => reportSite({ ...options, experiments: chosen }));
  event.ports[0]?.postMessage(code);
});
