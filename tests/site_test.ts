import { assert, assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { pathToFileURL } from "node:url";
import { experiments } from "../src/experiments/registry.ts";
import { findChromium, launch } from "./browser.ts";
import { unreadableTexts } from "./unreadable_texts.ts";
import { ProjectCopy } from "./tasks/project_copy.ts";
import { recomputeSite } from "./tasks/recomputed_site.ts";

const chromium = await findChromium();

async function checkPage(page: Page, url: string): Promise<void> {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "info") problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  if (Number(wide) > 0) problems.push(`the page is ${wide} px wider than the window`);
  problems.push(...await page.evaluate(unreadableTexts));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  for (const { id, nodes } of violations) {
    problems.push(`${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  }
  page.removeAllListeners();
  assertEquals(problems, []);
}

Deno.test({
  name: "the site is accessible and readable, light and dark, wide and narrow" +
    (chromium === null ? " (skipped: no Chromium; name one with CHROMIUM)" : ""),
  ignore: chromium === null,
  // The browser's connections close a moment after the browser does.
  sanitizeOps: false,
  sanitizeResources: false,
}, async (t) => {
  await using project = await ProjectCopy.make();
  // Ten seeds give intervals and verdicts.
  const quick = ["--profile", "quick", "--seeds", "10", "--backend", "wasm"];
  const { code, err } = await project.task("report", ...quick);
  assertEquals(code, 0, err);
  await t.step("every interval, p and verdict follows from its CSV files", async () => {
    const { compared, problems } = recomputeSite(await project.read("reports/site"));
    assertEquals(problems, []);
    assert(compared > 10_000, `${compared} numbers`);
  });
  const site = pathToFileURL(`${project.folder}/reports/site/`).href;
  const browser = await launch(chromium ?? "");
  try {
    for (
      const name of ["index", "methods", ...experiments.map(({ id }) => id)].map((id) =>
        `${id}.html`
      )
    ) {
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [1280, 390]) {
          await t.step(`${name}, ${colorScheme}, ${width} px`, async () => {
            const page = await browser.newPage({
              colorScheme,
              viewport: { width, height: 900 },
            });
            await checkPage(page, site + name);
            await page.close();
          });
        }
      }
    }
  } finally {
    await browser.close();
  }
});
