import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Manifest } from "../../src/core/result.ts";
import { experimentPage } from "../../src/report/experiment_page.ts";
import { trusted } from "../../src/report/html.ts";
import type { Content } from "../../src/report/layout.ts";
import { PageError } from "../../src/report/page_error.ts";
import { type View, viewOf } from "../../src/report/view.ts";
import { parseHtml } from "./dom.ts";
import { sampleManifest, sampleResult } from "./sample.ts";

const result = sampleResult();
const manifest = sampleManifest([result.experiment.id]);

function view(changes: Partial<Manifest> = {}): View {
  const draw: View["draw"] = ({ id }, screen) => trusted(`<svg><!--${id} ${screen}--></svg>`);
  return viewOf(result, { ...manifest, ...changes }, draw, "");
}

function render(source: string, of = view()): Content {
  return experimentPage(of, { path: "reports/a.md", source });
}

/** The text of what a selector finds in a page, with plain spaces. */
async function textAt(content: Content, selector: string): Promise<string[]> {
  const document = await parseHtml(content.body.markup);
  return [...document.querySelectorAll(selector)].map((found) =>
    (found.textContent ?? "").replace(/\s+/g, " ")
  );
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
    ["metric:step-time", "4.2 [3.6, 4.8] ms"],
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

const measured = "Measured on this machine: linux x86_64, 2 cores, webgpu backend on llvmpipe " +
  "(LLVM 19.1.7, 256 bits), 2026-01-02; another machine, or another run, gives other numbers.";

Deno.test("a figure of the machine says where it was measured, and links files of its own", async () => {
  const source = "# T\n\n{{ref:time-by-length}}\n\n{{figure:time-by-length}}\n";
  const document = await parseHtml(render(source).body.markup);
  const figure = document.getElementById("figure-time-by-length");
  assertEquals(figure?.querySelector("figcaption .note")?.textContent, measured);
  assertEquals(figure?.querySelector("strong")?.textContent, "Figure 1. Time of a training step.");
  const links = [...document.querySelectorAll("#figure-time-by-length .downloads a")];
  assertEquals(links.map((link) => link.getAttribute("href")), [
    "machine/vanishing-gradients/time-by-length.svg",
    "machine/vanishing-gradients/times.csv",
    "machine/vanishing-gradients/times.json",
  ]);
  assertEquals(document.querySelector("p a")?.getAttribute("href"), "#figure-time-by-length");
  assertEquals(document.querySelectorAll(".note").length, 1);
});

Deno.test("a table of the machine says where it was measured, one of the result does not", async () => {
  const notes = await textAt(
    render("# T\n\n{{table:decay}}\n\n{{table:times}}\n"),
    ".scroll + .note",
  );
  assertEquals(notes, [measured]);
});

Deno.test("one core, and a backend without an adapter, are said as such", async () => {
  const backend = { ...result.backend, name: "wasm", adapter: null } as const;
  const environment = { ...manifest.environment, cores: 1 };
  const one = viewOf({ ...result, backend }, { ...manifest, environment }, view().draw, "");
  const [note = ""] = await textAt(render("# T\n\n{{table:times}}\n", one), ".note");
  assertStringIncludes(note, "linux x86_64, 1 core, wasm backend, 2026-01-02;");
});

Deno.test("metrics and tables of the machine are listed as such", async () => {
  const content = render("# T\n");
  const marked = (await textAt(content, 'th[scope="row"]')).filter((text) =>
    text.includes("measured on this machine")
  );
  assertEquals(marked, ["time of a training step of the LSTMmeasured on this machine"]);
  const facts = await textAt(content, ".facts > div");
  const [row] = facts.filter((fact) => fact.includes("Of the machine"));
  assertEquals(row?.trim(), "Of the machine Time of a training step by length: CSV, JSON");
  const [times] = facts.filter((fact) => fact.includes("Time by part"));
  assertEquals(times?.trim(), "Time by part train: 1 min 20 sspectrum: 3.4 s");
});

Deno.test("a run that measured nothing of the machine has no rows for it", async () => {
  const machine = { metrics: [], tables: [], figures: [] };
  const runs = manifest.runs.map((run) => ({ ...run, machine, timings: {} }));
  const terms = await textAt(render("# T\n", view({ runs })), ".facts dt");
  assertEquals(terms.filter((term) => /machine|part/.test(term)), []);
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
  assertEquals(document.querySelectorAll("figure").length, 5);
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
