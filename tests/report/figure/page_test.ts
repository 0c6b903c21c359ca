import { assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { renderSite } from "../../../src/report/site.ts";
import { findChromium, launch } from "../../browser.ts";
import { pageProblems } from "../../page_problems.ts";
import { sampleManifest } from "../sample_manifest.ts";
import { sampleResult } from "../sample_result.ts";
import { sampleFigures, sampleFigureTables } from "./sample_figures.ts";

const chromium = await findChromium();

Deno.test({
  name: "renderSite() has accessible figures of words and confusion matrices, light and dark" +
    (chromium === null ? " (skipped: no Chromium; name one with CHROMIUM)" : ""),
  ignore: chromium === null,
  // The connections of the browser close a moment after the browser.
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const id = "vanishing-gradients";
  const nothing = { metrics: [], claims: [], checks: [], unmeasured: [] };
  // The largest figure would take most of the time.
  const figures = sampleFigures.filter(({ id }) => id !== "topics");
  const used = figures.map(({ table }) => table);
  const tables = sampleFigureTables.filter((table) => used.includes(table.id));
  const result = { ...sampleResult(id), ...nothing, tables, figures };
  const manifest = sampleManifest([id]);
  const site = await renderSite({ results: [result], manifest, pages: new Map() });
  const folder = await Deno.makeTempDir();
  const browser = await launch(chromium ?? "");
  try {
    const path = `${folder}/${id}.html`;
    await Deno.writeTextFile(path, site.get(`${id}.html`) ?? "");
    const page = await browser.newPage();
    assertEquals(await pageProblems(page, pathToFileURL(path).href), []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});
