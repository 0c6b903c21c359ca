/**
 * Reports: a static site of results, in which every number, figure and data file can be checked.
 *
 * @example Render the site of one result
 * ```ts
 * import { assert } from "@std/assert";
 * import { defineExperiment, runExperiment, selectBackend } from "../mod.ts";
 * import { manifestOf, renderSite } from "./report.ts";
 *
 * const dice = defineExperiment({
 *   id: "dice",
 *   title: "Dice",
 *   question: "How much does a die show on average?",
 *   version: 1,
 *   parameters: {},
 *   hypotheses: { claims: {}, checks: {} },
 *   run(context) {
 *     const values = context.seeds.map((seed) => context.random(seed).integer(1, 6));
 *     context.metric({ id: "mean", label: "mean of a throw", statistic: "mean", values });
 *   },
 * });
 * const { description: backend } = await selectBackend("cpu");
 * const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
 * const { result } = await runExperiment(dice, { parameters: {}, seeds, backend });
 * const site = await renderSite({
 *   results: [result],
 *   manifest: manifestOf([result]),
 *   pages: new Map(), // Markdown by experiment; without it the page is generated.
 * });
 * assert(site.get("dice.html")?.includes("mean of a throw"));
 * ```
 *
 * @module
 */
export { type ManifestDetails, manifestOf } from "./report/manifest.ts";
export type { Page } from "./report/markdown/markdown.ts";
export { PageError, type Place } from "./report/markdown/page_error.ts";
export { checkPages, type Pages, type PageSubject } from "./report/pages.ts";
export { renderSite, type SiteInput } from "./report/site.ts";
export type { Manifest, RunRecord } from "./result/result.ts";
export { manifestSchema } from "./result/result_schema.ts";
