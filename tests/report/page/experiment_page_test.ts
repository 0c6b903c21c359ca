import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Result } from "../../../src/result/result.ts";
import { experimentPage } from "../../../src/report/page/experiment_page.ts";
import { PageError } from "../../../src/report/markdown/page_error.ts";
import { viewOf } from "../../../src/report/view.ts";
import { parseHtml } from "../dom.ts";
import { manifest, render, result, textAt, view } from "../rendered_page.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

Deno.test("experimentPage() numbers figures in the order of the narrative, then the others", async () => {
  const { body } = render(
    "# T\n\n{{ref:eigenvalues}} {{ref:unfolding}}\n\n{{figure:eigenvalues}}\n\n{{figure:gradient-decay}}\n",
  );
  const document = await parseHtml(body.markup);
  const captions = [...document.querySelectorAll("figcaption strong")].map((entry) =>
    entry.textContent
  );
  assertEquals(captions, [
    "Figure 1. Eigenvalues of the recurrent weights.",
    "Figure 2. The gradient vanishes below gain 1.",
    "Figure 3. A recurrent network, folded and unfolded in time.",
    "Figure 4. Accuracy by length and task.",
    "Figure 5. Time of a training step.",
  ]);
  const references = [...document.querySelectorAll("a.ref")].map((
    link,
  ) => [link.textContent, link.getAttribute("href")]);
  assertEquals(references, [["Figure 1", "#figure-eigenvalues"], [
    "Figure 3",
    "#figure-unfolding",
  ]]);
  const headings = [...document.querySelectorAll("h2")].map((entry) => entry.textContent);
  assertEquals(headings, [
    "Further figures",
    "Claims",
    "Checks of the program",
    "Estimates without verdict",
    "Parameters",
    "Data and reproduction",
  ]);
});

Deno.test("experimentPage() links a figure to its file and its tables", async () => {
  const document = await parseHtml(render("# T\n").body.markup);
  const links = [...document.querySelectorAll("#figure-gradient-decay .downloads a")];
  assertEquals(links.map((link) => link.getAttribute("href")), [
    "figures/vanishing-gradients/gradient-decay.svg",
    "data/vanishing-gradients/decay.csv",
    "data/vanishing-gradients/decay.json",
  ]);
});

Deno.test("experimentPage() lists metrics and tables of the machine separately", async () => {
  const content = render("# T\n");
  const marked = (await textAt(content, 'th[scope="row"]')).filter((text) =>
    text.includes("measured on")
  );
  assertEquals(marked, [
    "time of a training step of the LSTMmeasured on freebsd aarch64, 8 cores",
  ]);
  const facts = await textAt(content, ".facts > div");
  const [row] = facts.filter((fact) => fact.includes("Tables of times and memory"));
  assertEquals(
    row?.trim(),
    "Tables of times and memory Time of a training step by length: CSV, JSON",
  );
  const [times] = facts.filter((fact) => fact.includes("Time by part"));
  assertEquals(times?.trim(), "Time by part train: 1 min 20 sspectrum: 3.4 s");
});

Deno.test("experimentPage() has no rows of the machine if nothing was measured", async () => {
  const none = { metrics: [], tables: [], figures: [] };
  const runs = manifest.runs.map((run) => ({
    ...run,
    machine: { ...run.machine, ...none },
    timings: {},
  }));
  const terms = await textAt(render("# T\n", view({ runs })), ".facts dt");
  assertEquals(terms.filter((term) => /machine|part/.test(term)), []);
});

Deno.test("experimentPage() links the values by seed of a table", async () => {
  const document = await parseHtml(render("# T\n").body.markup);
  const links = [...document.querySelectorAll('.facts a[href*="radius-by-size"]')];
  assertEquals(links.map((link) => [link.textContent, link.getAttribute("href")]), [
    ["CSV", "data/vanishing-gradients/radius-by-size.csv"],
    ["JSON", "data/vanishing-gradients/radius-by-size.json"],
    ["CSV by seed", "data/vanishing-gradients/radius-by-size.seeds.csv"],
  ]);
});

Deno.test("experimentPage() begins with an alarm if a check fails, and has no part for checks without checks", async () => {
  const of = (checks: Result["checks"]) => viewOf({ ...result, checks }, manifest, view().draw, "");
  const failing = result.checks.map((check) => ({ ...check, holds: false }));
  for (const source of ["# T\n\nText.\n", undefined]) {
    const page = source === undefined ? undefined : { path: "reports/a.md", source };
    const document = await parseHtml(experimentPage(of(failing), page).body.markup);
    const first = document.body.firstElementChild;
    assertEquals(first?.getAttribute("role"), "alert");
    assertEquals(first?.querySelectorAll("li").length, 2);
  }
  const none = await textAt(render("# T\n", of([])), "h2");
  assertEquals(none.includes("Checks of the program"), false);
});

Deno.test("experimentPage() does not repeat parts that the narrative places", () => {
  const markup = render(
    "# T\n\n{{claims}}\n\n{{checks}}\n\n{{parameters}}\n\n{{data}}\n\n{{metrics}}\n\n{{table:accuracy}}\n",
  )
    .body.markup;
  for (
    const heading of [
      ...["Claims", "Checks of the program", "Estimates without verdict", "Parameters"],
      "Data and reproduction",
    ]
  ) {
    assert(!markup.includes(`<h2>${heading}</h2>`));
  }
  assertEquals(markup.match(/id="claim-stable"/g)?.length, 1);
  assertStringIncludes(markup, "Table: Accuracy by length");
});

Deno.test("experimentPage() renders the question, all figures and the claims without a narrative", async () => {
  const { title, body } = experimentPage(view(), undefined);
  assertEquals(title.markup, "Vanishing gradients");
  const document = await parseHtml(body.markup);
  assertStringIncludes(document.querySelector(".question")?.textContent ?? "", "How fast does");
  assertEquals(document.querySelectorAll("figure").length, 5);
  assertEquals(document.querySelectorAll('[id^="claim-"]').length, 6);
  assertEquals(document.querySelectorAll('[id^="check-"]').length, 2);
});

Deno.test("experimentPage() throws a PageError with the position and the known names", () => {
  const failures: readonly (readonly [string, string])[] = [
    ["a {{metric:sigma}}", "3:3: {{metric:sigma}} names no metric; there are: half-life, radius"],
    [
      "{{metric:radius.sigma}}",
      "names no field; there are: value, low, high, interval, n, unit, count",
    ],
    ["{{metric:radius.unit}}", "the metric has no unit"],
    ["{{metric:radius.count}}", "the metric is not a share"],
    ["{{metric}}", "3:1: {{metric}} names no metric"],
    [
      "{{claim:x}}",
      "names no claim; there are: vanishing, stable, lag, same, radius-grows, long-sequences",
    ],
    [
      "{{claim:stable.x}}",
      "names no field; there are: finding, estimate, verdict, statement, prediction, p, detectable",
    ],
    ["{{claim:long-sequences.x}}", "names no field; there are: finding"],
    ["{{check:x}}", "names no check; there are: bound, linear"],
    ["{{check:bound.x}}", "names no field; there are: worst, limit, cases, statement"],
    ["$x = {{claim:stable.finding}}$", "is a link and cannot be in a formula"],
    ["[a {{check:bound}}](b.html)", "3:4: {{check:bound}} is a link and cannot be in another"],
    ["{{parameter:x}}", "names no parameter; there are: hiddenSize, gains, cell, learningRate"],
    ["{{parameter:toString}}", "names no parameter"],
    ["{{run:x}}", "names no part of a run; there are: seeds, backend, adapter, command"],
    ["{{run:seeds.x}}", "has a field, but run has no fields"],
    ["{{ref:x}}", "names no figure; there are: unfolding"],
    ["{{figure:x}}", "3:1: {{figure:x}} names no figure"],
    ["{{table:x}}", "names no table; there are: decay, eigenvalues, accuracy, radius-by-size"],
    ["{{claims:x}}", "takes no name"],
    ["{{figure:eigenvalues.x}}", "has a field, but figure has no fields"],
    [
      "{{findings}}",
      "is of an unknown kind; the kinds are: metric, claim, check, parameter, run, ref, figure",
    ],
    ["{{Metric:radius}}", "3:1: {{Metric:radius}} is of an unknown kind"],
    ["[a {{claim:stable}}](b.html)", "3:4: {{claim:stable}} is a link and cannot be in another"],
    [
      "{{figure:eigenvalues}}\n\n{{figure:eigenvalues}}",
      "5:1: {{figure:eigenvalues}} is in this page already",
    ],
    ["{{claims}}\n\n{{claims}}", "5:1: {{claims}} is in this page already"],
  ];
  for (const [source, wanted] of failures) {
    const { message } = assertThrows(() => render(`# T\n\n${source}\n`), PageError);
    assertStringIncludes(message, "reports/a.md:");
    assertStringIncludes(message, wanted);
  }
});
