import { sha256 } from "../platform/sha256.ts";
import { helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkExperimentId } from "../result/ids.ts";
import { stableStringify } from "../core/json.ts";
import { checkOptions } from "../core/options.ts";
import type { Manifest, Result } from "../result/result.ts";
import { jsonSchema, parseJson } from "../core/schema.ts";
import { manifestSchema, resultSchema } from "../result/result_schema.ts";
import { checkResults } from "./manifest.ts";
import {
  claimCsv,
  claimsCsv,
  metricCsv,
  resultText,
  seedsCsv,
  tableCsv,
  tableJson,
} from "./data_files.ts";
import { experimentPage, numberFigures } from "./page/experiment_page.ts";
import { html } from "./format/html.ts";
import { type Canvas, openCanvas } from "./figure/svg/canvas.ts";
import { inlineFigure, standaloneFigure } from "./figure/render.ts";
import { indexPage } from "./page/index_page.ts";
import { layout } from "./page/layout.ts";
import type { Page } from "./markdown/markdown.ts";
import { checkKeys, loadTexOf, pageOf, type Pages } from "./pages.ts";
import {
  claimPath,
  CLAIMS_LIST,
  figurePath,
  METHODS,
  metricPath,
  pagePath,
  resultPath,
  tablePath,
  type View,
  viewOf,
} from "./view.ts";

/** The content of a site. */
export interface SiteInput {
  /** The results, in the order of the navigation. */
  readonly results: readonly Result[];
  /**
   * The provenance of the results, with a run for each. The manifest in the site lists the files of
   * the site; the `files` of this one are ignored.
   */
  readonly manifest: Manifest;
  /**
   * Pages by `"index"`, `"methods"` or the id of the experiment, each with its path or as Markdown
   * alone. An absent page is replaced by a plain one; an absent page of methods is left out.
   */
  readonly pages: Pages;
  /**
   * The ids of experiments that are not in this report and that pages can name: their values are
   * "(not in this report)". By default pages can name only the experiments of the report.
   */
  readonly absent?: readonly string[];
}

/**
 * Renders a report as a static site, without reading or writing files. For equal results the files
 * are byte-identical, except pages, the manifest and the files below `machine/`.
 *
 * @param input The content of the site.
 * @returns The text of each file by its path in the site.
 * @throws {SyntaxError} If a result or the manifest does not match its schema.
 * @throws {PageError} If a page names something that no result has; the error has the position.
 * @throws {InputError} If an option is unknown, a result is something else such as a run, the manifest
 * is missing, two results have the same id, a result has no run, a page belongs to no experiment, or a
 * figure names a table or a column that does not exist.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { renderSite } from "./site.ts";
 *
 * const backend = { name: "cpu", adapter: null, versions: { deno: "2.9.6" } } as const;
 * const environment = { os: "linux", arch: "x86_64", cores: 2, runtime: { name: "deno", version: "2.9.6" } as const, packages: {} };
 * const site = await renderSite({
 *   results: [],
 *   manifest: {
 *     format: "unroll-manifest-5",
 *     date: "2026-01-01T00:00:00Z",
 *     profile: "quick",
 *     backend,
 *     environment,
 *     commit: null,
 *     runs: [],
 *     files: {},
 *   },
 *   pages: new Map([["index", { path: "reports/index.md", source: "# Report\n" }]]),
 * });
 * assert(site.get("index.html")?.includes("<h1>Report</h1>"));
 * ```
 */
export async function renderSite(input: SiteInput): Promise<ReadonlyMap<string, string>> {
  checkOptions<SiteInput>("renderSite", input, {
    results: true,
    manifest: true,
    pages: true,
    absent: true,
  });
  checkResults(input.results, "a list");
  if (!isPlainObject(input.manifest)) {
    const help = helpFor(input.manifest, "manifestOf(results) makes one");
    throw new InputError("manifest", "the manifest of the results", input.manifest, help);
  }
  const { pages, absent = [] } = input;
  // Results and manifest are checked again, because both may come from files, and their ids become
  // file names.
  const results = input.results.map((result) =>
    parseJson(resultSchema, resultText(result), "a result")
  );
  const manifest = parseJson(
    manifestSchema,
    stableStringify(input.manifest, 0, "manifest"),
    "the manifest",
  );
  checkIds(results);
  checkKeys(pages, results.map((result) => result.experiment.id));
  await loadTexOf(pages);
  const hasFigures = [...results, ...manifest.runs.map(({ machine }) => machine)]
    .some(({ figures }) => figures.length > 0);
  const canvas = hasFigures ? await openCanvas() : null;
  const files = new Map<string, string>();
  const entries = results.map((result) => ({
    there: drawnView(result, manifest, canvas, "", pages.has("methods")),
    page: pageOf(pages, result.experiment.id),
  }));
  // Pages refer to figures of other pages by number.
  for (const { there, page } of entries) numberFigures(there, page);
  const neighbours = { views: entries.map(({ there }) => there), absent };
  const methodsPage = pageOf(pages, "methods");
  const whole = (page: Page | undefined) => {
    const here = (result: Result) =>
      drawnView(result, manifest, canvas, `${result.experiment.id}-`, methodsPage !== undefined);
    const all = entries.map((entry) => ({ ...entry, here: here(entry.there.result) }));
    return indexPage(all, page, absent);
  };
  const methods = methodsPage && whole(methodsPage);
  const frame = { results, manifest, methods: methods?.titleText ?? null };
  const index = whole(pageOf(pages, "index"));
  files.set("index.html", layout({ path: "index.html", ...frame }, index));
  if (methods) files.set(METHODS, layout({ path: METHODS, ...frame }, methods));
  for (const { there, page } of entries) {
    const path = pagePath(there.result);
    files.set(path, layout({ path, ...frame }, experimentPage(there, page, neighbours)));
    addData(files, there, canvas);
  }
  files.set(CLAIMS_LIST, claimsCsv(results));
  const schemas = [
    ["result", resultSchema, "Unroll: the result of an experiment"],
    ["manifest", manifestSchema, "Unroll: the manifest of a report"],
  ] as const;
  for (const [name, schema, title] of schemas) {
    const text = stableStringify(jsonSchema(schema, title), 2);
    files.set(`data/schema/${name}.schema.json`, `${text}\n`);
  }
  // UTF-8 cannot contain lone surrogates, so they are replaced before the texts are returned.
  for (const [path, text] of files) files.set(path, text.toWellFormed());
  const digests = Object.fromEntries([...files].map(([path, text]) => [path, sha256(text)]));
  files.set("data/manifest.json", `${stableStringify({ ...manifest, files: digests }, 2)}\n`);
  return files;
}

function addData(files: Map<string, string>, view: View, canvas: Canvas | null): void {
  const { result, run } = view;
  files.set(resultPath(result), resultText(result));
  for (const claim of result.claims) files.set(claimPath(view, claim.id), claimCsv(claim));
  // The figures of the result and of the machine are drawn from their own tables, so that figures/
  // never depends on timings.
  for (const { metrics, tables, figures } of [result, run.machine]) {
    for (const metric of metrics) files.set(metricPath(view, metric.id), metricCsv(metric));
    for (const table of tables) {
      files.set(tablePath(view, table.id, "csv"), tableCsv(table));
      files.set(tablePath(view, table.id, "json"), tableJson(table));
      const seeds = seedsCsv(table);
      if (seeds !== null) files.set(tablePath(view, table.id, "seeds.csv"), seeds);
    }
    for (const figure of figures) {
      if (canvas) files.set(figurePath(view, figure.id), standaloneFigure(figure, tables, canvas));
    }
  }
}

function drawnView(
  result: Result,
  manifest: Manifest,
  canvas: Canvas | null,
  idPrefix: string,
  methods: boolean,
): View {
  const draw: View["draw"] = (figure, screen) =>
    canvas ? inlineFigure(figure, view.tables, canvas, screen, `${idPrefix}${figure.id}`) : html``;
  const view = viewOf(result, manifest, draw, idPrefix, methods);
  return view;
}

function checkIds(results: readonly Result[]): void {
  const ids = results.map((result) => result.experiment.id);
  ids.forEach((id, i) => {
    checkExperimentId(id);
    if (ids.indexOf(id) !== i) throw new InputError("experiment.id", "unique in the report", id);
  });
}
