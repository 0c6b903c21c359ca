import { assert, assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { experiments } from "../src/experiments/registry.ts";
import { findChromium, launch } from "./browser.ts";
import { pageProblems } from "./page_problems.ts";
import { ProjectCopy } from "./tasks/project_copy.ts";
import { recomputeSite } from "./tasks/recomputed_site.ts";

const chromium = await findChromium();

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
    // One page for all files: its process has compiled axe.
    const page = await browser.newPage();
    for (const id of ["index", "methods", ...experiments.map(({ id }) => id)]) {
      await t.step(`${id}.html`, async () => {
        assertEquals(await pageProblems(page, `${site}${id}.html`), []);
      });
    }
  } finally {
    await browser.close();
  }
});
