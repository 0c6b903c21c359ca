import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { experimentPage } from "../../src/report/experiment_page.ts";
import { trusted } from "../../src/report/html.ts";
import type { Content } from "../../src/report/layout.ts";
import { PageError } from "../../src/report/page_error.ts";
import type { View } from "../../src/report/view.ts";
import { parseHtml } from "./dom.ts";
import { sampleManifest, sampleResult } from "./sample.ts";

function view(): View {
  const result = sampleResult();
  const run = sampleManifest([result.experiment.id]).runs[0];
  assert(run);
  return {
    result,
    run,
    draw: (figure, screen) => trusted(`<svg><!--${figure.id} ${screen}--></svg>`),
    numbers: new Map(),
    idPrefix: "",
  };
}

function render(source: string): Content {
  return experimentPage(view(), { path: "reports/a.md", source });
}

async function text(source: string): Promise<string> {
  const document = await parseHtml(render(`# T\n\n${source}`).body.markup);
  return (document.querySelector("p")?.textContent ?? "").replace(/[\u202f\u00a0]/g, " ");
}

Deno.test("bindings give values, verdicts and the run's facts", async () => {
  const table: readonly (readonly [string, string])[] = [
    ["metric:half-life", "6.7 [6.5, 6.9] steps"],
    ["metric:half-life.value", "6.7"],
    ["metric:half-life.low", "6.5"],
    ["metric:half-life.high", "6.9"],
    ["metric:half-life.interval", "[6.5, 6.9]"],
    ["metric:half-life.n", "10"],
    ["metric:half-life.unit", "steps"],
    ["claim:stable", "✗ refuted"],
    ["claim:stable.verdict", "refuted"],
    ["claim:lag.statement", "The half-life at gain 0.9 is that of theory."],
    ["claim:vanishing.estimate", "1.2 [0.9, 1.5] × 10⁻⁵"],
    ["claim:lag.threshold", "from 6 to 7 steps"],
    ["parameter:hiddenSize", "64"],
    ["parameter:gains", "0.5, 0.9, 1, 1.5"],
    ["run:seeds", "10"],
    ["run:backend", "webgpu"],
    ["run:adapter", "llvmpipe (LLVM 19.1.7, 256 bits)"],
    ["run:command", "deno task vanishing-gradients --seeds 10"],
  ];
  for (const [binding, wanted] of table) assertEquals(await text(`{{${binding}}}`), wanted);
});

Deno.test("figures are numbered in the narrative's order, and the rest come after", async () => {
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
    "Metrics",
    "Parameters",
    "Data and reproduction",
  ]);
});

Deno.test("a figure links its drawing and the tables it is drawn from", async () => {
  const document = await parseHtml(render("# T\n").body.markup);
  const links = [...document.querySelectorAll("#figure-gradient-decay .downloads a")];
  assertEquals(links.map((link) => link.getAttribute("href")), [
    "figures/vanishing-gradients/gradient-decay.svg",
    "data/vanishing-gradients/decay.csv",
    "data/vanishing-gradients/decay.json",
  ]);
});

Deno.test("parts that the narrative places are not repeated", () => {
  const markup =
    render("# T\n\n{{claims}}\n\n{{parameters}}\n\n{{data}}\n\n{{metrics}}\n\n{{table:accuracy}}\n")
      .body.markup;
  for (const heading of ["Claims", "Metrics", "Parameters", "Data and reproduction"]) {
    assert(!markup.includes(`<h2>${heading}</h2>`));
  }
  assertEquals(markup.match(/id="claim-stable"/g)?.length, 1);
  assertStringIncludes(markup, "Table: Accuracy by length");
});

Deno.test("without a page, the question, every figure and the claims stand in for it", async () => {
  const { title, body } = experimentPage(view(), undefined);
  assertEquals(title.markup, "Vanishing gradients");
  const document = await parseHtml(body.markup);
  assertStringIncludes(document.querySelector(".question")?.textContent ?? "", "How fast does");
  assertEquals(document.querySelectorAll("figure").length, 4);
  assertEquals(document.querySelectorAll('[id^="claim-"]').length, 3);
});

Deno.test("a binding with nothing behind it is an error with its place and what there is", () => {
  const failures: readonly (readonly [string, string])[] = [
    ["a {{metric:sigma}}", "3:3: {{metric:sigma}} names no metric; there are: half-life, radius"],
    ["{{metric:radius.sigma}}", "names no field; there are: value, low, high, interval, n, unit"],
    ["{{metric:radius.unit}}", "it has no unit"],
    ["{{metric}}", "3:1: {{metric}} names no metric"],
    ["{{claim:x}}", "names no claim; there are: vanishing, stable, lag"],
    ["{{claim:stable.x}}", "names no field; there are: verdict, statement, estimate, threshold"],
    ["{{parameter:x}}", "names no parameter; there are: hiddenSize, gains, cell, learningRate"],
    ["{{parameter:toString}}", "names no parameter"],
    ["{{run:x}}", "names no part of a run; there are: seeds, backend, adapter, command"],
    ["{{run:seeds.x}}", "has a field, and run takes none"],
    ["{{ref:x}}", "names no figure; there are: unfolding"],
    ["{{figure:x}}", "3:1: {{figure:x}} names no figure"],
    ["{{table:x}}", "names no table; there are: decay, eigenvalues, accuracy"],
    ["{{claims:x}}", "takes no name"],
    ["{{figure:eigenvalues.x}}", "has a field, and figure takes none"],
    ["{{findings}}", "is of no known kind; there are: metric, claim, parameter, run, ref, figure"],
    ["{{Metric:radius}}", "3:1: {{Metric:radius}} is of no known kind"],
    ["[a {{claim:stable}}](b.html)", "3:4: {{claim:stable}} is a link and cannot stand in another"],
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
