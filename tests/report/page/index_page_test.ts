import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { experimentPage } from "../../../src/report/page/experiment_page.ts";
import { trusted } from "../../../src/report/format/html.ts";
import { type IndexEntry, indexPage } from "../../../src/report/page/index_page.ts";
import type { Page } from "../../../src/report/markdown/markdown.ts";
import { PageError } from "../../../src/report/markdown/page_error.ts";
import { type View, viewOf } from "../../../src/report/view.ts";
import { parseHtml } from "../dom.ts";
import { sampleManifest } from "../sample_manifest.ts";
import { sampleResult } from "../sample_result.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

function view(id: string, idPrefix: string): View {
  return viewOf(sampleResult(id), sampleManifest([id]), () => trusted("<svg></svg>"), idPrefix);
}

function entries(page?: Page): IndexEntry[] {
  return ["vanishing-gradients", "lstm-gates"].map((id) => {
    const there = view(id, "");
    experimentPage(there, undefined);
    return { there, here: view(id, `${id}-`), page };
  });
}

function render(source: string): Promise<Document> {
  const page = { path: "reports/index.md", source: `# T\n\n${source}\n` };
  return parseHtml(indexPage(entries(), page).body.markup);
}

Deno.test("indexPage() renders bindings that begin with the experiment", async () => {
  const document = await render("{{metric:lstm-gates/radius.n}} {{claim:lstm-gates/stable}}");
  assertStringIncludes(document.querySelector("p")?.textContent ?? "", "10 ");
  const link = document.querySelector("a");
  assertEquals(link?.getAttribute("href"), "lstm-gates.html#claim-stable");
});

Deno.test("indexPage() links a reference to a figure of the index, or else to the page of the experiment", async () => {
  const document = await render(
    "{{ref:lstm-gates/accuracy}} {{ref:lstm-gates/unfolding}} {{ref:lstm-gates/eigenvalues}}\n\n" +
      "{{figure:lstm-gates/accuracy}}\n\n{{figure:vanishing-gradients/unfolding}}",
  );
  const links = [...document.querySelectorAll("p a")];
  assertEquals(links.map((link) => [link.textContent, link.getAttribute("href")]), [
    ["Figure 1", "#figure-lstm-gates-accuracy"],
    ["Figure 1", "lstm-gates.html#figure-unfolding"],
    ["Figure 3", "lstm-gates.html#figure-eigenvalues"],
  ]);
  const captions = [...document.querySelectorAll("figcaption strong")];
  assertEquals(captions.map((entry) => entry.textContent?.slice(0, 9)), ["Figure 1.", "Figure 2."]);
});

Deno.test("indexPage() renders figures and tables of the machine with their notes", async () => {
  const document = await render(
    "{{metric:lstm-gates/step-time.value}} {{ref:lstm-gates/time-by-length}} " +
      "{{ref:vanishing-gradients/time-by-length}}\n\n" +
      "{{figure:lstm-gates/time-by-length}}\n\n{{table:lstm-gates/times}}",
  );
  assertEquals(document.querySelector("p")?.textContent, "4.2 Figure 1 Figure 5");
  const links = [...document.querySelectorAll("p a")];
  assertEquals(links.map((link) => link.getAttribute("href")), [
    "#figure-lstm-gates-time-by-length",
    "vanishing-gradients.html#figure-time-by-length",
  ]);
  const notes = [...document.querySelectorAll(".note")].map((note) => note.textContent ?? "");
  assertEquals(notes.length, 2);
  for (const note of notes) assertStringIncludes(note, "Measured on this machine: freebsd aarch64");
  const download = document.querySelector(".downloads a")?.getAttribute("href");
  assertEquals(download, "machine/lstm-gates/time-by-length.svg");
});

Deno.test("indexPage() renders {{findings}} as the opening of the page of each experiment", async () => {
  const narrative = {
    path: "reports/a.md",
    source: "# Title\n\n{{claim:stable.finding}} It is {{metric:radius}}.\n\n- more\n\n" +
      "## Later\n\nNot in the opening.\n",
  };
  const page = { path: "reports/index.md", source: "# T\n\n{{findings}}\n" };
  const document = await parseHtml(indexPage(entries(narrative), page).body.markup);
  const items = [...document.querySelectorAll(".answers > li")];
  assertEquals(items.length, 2);
  const text = (items[1]?.textContent ?? "").replace(/[\u00a0\s]+/g, " ");
  for (
    const part of [
      ...["Gates of an LSTM", "How fast does the gradient fall"],
      "It is 0.61 [0.59, 0.63], on the other side. ✗ prediction refuted It is 0.61 [0.59, 0.63]. more",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.includes("Later") || text.includes("Not in the opening"), false);
  assertEquals(
    [...items[1]?.querySelectorAll("a") ?? []].map((link) => link.getAttribute("href")),
    ["lstm-gates.html", "lstm-gates.html#claim-stable"],
  );
});

Deno.test("indexPage() renders {{findings}} as the first findings of a page without an opening", async () => {
  const document = await render("{{findings}}");
  const item = document.querySelector(".answers > li");
  const paragraphs = [...item?.querySelectorAll("p") ?? []].slice(2)
    .map((one) => (one.textContent ?? "").replace(/[\u202f\u00a0\s]+/g, " "));
  assertEquals(paragraphs, [
    "It is 1.2 [0.9, 1.5] × 10⁻⁵, as predicted. ✓ prediction supported",
    "It is 0.61 [0.59, 0.63], on the other side. ✗ prediction refuted",
    "It is 6.7 steps (no interval), which decides nothing. ? prediction undecided",
    "And 2 more.",
  ]);
});

Deno.test("indexPage() renders {{tally}} with counts by experiment and in total", async () => {
  const document = await render("{{tally}}");
  const rows = [...document.querySelectorAll("table.tally tr")].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? "").trim())
  );
  assertEquals(rows[0], [
    ...["Experiment", "✓ supported", "✗ refuted", "≈ equivalent", "? undecided"],
    ...["Checks passed", "Undecided by adjustment", "Result of an earlier run known"],
    ...["Changed after first run", "Change under an alternative, of claims that have one"],
  ]);
  assertEquals(rows.slice(2), [
    ["Gates of an LSTM", "1", "1", "1", "2", "2 of 2", "1", "1", "1", "1 of 1"],
    ["All experiments", "2", "2", "2", "4", "4 of 4", "2", "2", "2", "2 of 2"],
  ]);
  const note = document.querySelector(".note")?.textContent?.trim();
  assertEquals(
    note,
    "p values are adjusted in 4 families of 2 to 3 claims. " +
      "For 8 of 10 claims, the number of seeds detects the smallest effect of interest with a power " +
      "of 80\u00a0%; the cards of the others state the larger effect that is detectable. " +
      "2 declared claims and checks were not measured in this run; the pages give the reasons. All claims as CSV",
  );
});

Deno.test("indexPage() renders {{tally}} with the number of verdicts that depend on one seed", async () => {
  const noteOf = async (influenced: number) => {
    const [first, ...others] = entries().map(({ there, here, page }) => {
      const claims = there.result.claims.map((claim, i) => ({
        ...claim,
        influential: i < influenced ? [{ label: 3, verdict: "undecided" as const }] : [],
      }));
      return { there: { ...there, result: { ...there.result, claims } }, here, page };
    });
    assert(first && others.length === 1);
    const page = { path: "reports/index.md", source: "# T\n\n{{tally}}\n" };
    const document = await parseHtml(indexPage([first], page).body.markup);
    return document.querySelector(".note")?.textContent ?? "";
  };
  assertStringIncludes(
    await noteOf(1),
    "1 verdict changes if a single seed is left out; its card names the seed. 1 declared",
  );
  assertStringIncludes(
    await noteOf(3),
    "3 verdicts change if a single seed is left out; their cards name it. 1 declared",
  );
});

Deno.test("indexPage() renders {{experiments}} with their commands", async () => {
  const document = await render("{{experiments}}");
  const item = document.querySelector(".experiments > li:last-child");
  assertEquals(item?.querySelector("a")?.getAttribute("href"), "lstm-gates.html");
  assertEquals(
    item?.querySelector(".asked")?.textContent,
    "How fast does the gradient fall with the lag, and does theory say so?",
  );
  assertEquals(item?.querySelector("pre")?.textContent, "deno task lstm-gates --seeds 10");
});

Deno.test("indexPage() marks bindings of an absent experiment", async () => {
  const source = "# T\n\n{{claim:text-generation/x.finding}}\n\n{{figure:text-generation/y}}\n";
  const page = { path: "reports/index.md", source };
  const document = await parseHtml(indexPage(entries(), page, ["text-generation"]).body.markup);
  assertEquals([...document.querySelectorAll("p")].map((one) => one.textContent), [
    "(not in this report)",
    "text-generation/y: (not in this report)",
  ]);
  assertEquals(document.querySelectorAll("a").length, 0);
});

Deno.test("indexPage() renders findings, tally and experiments without a page", () => {
  const { title, body } = indexPage(entries());
  assertEquals(title.markup, "Unroll");
  for (const part of ['class="answers"', 'class="tally"', 'class="experiments"']) {
    assertStringIncludes(body.markup, part);
  }
  assertStringIncludes(indexPage([]).body.markup, "no experiments");
});

Deno.test("indexPage() throws a PageError with the position of a binding that names nothing", () => {
  const failures: readonly (readonly [string, string])[] = [
    ["{{metric:radius}}", "names no experiment; there are: vanishing-gradients, lstm-gates"],
    ["a {{metric:lstm-gates/x}}", "index.md:3:3: {{metric:lstm-gates/x}} names no metric"],
    ["{{figure:x/accuracy}}", "names no experiment"],
    ["{{figure:lstm-gates/x}}", "names no figure"],
    ["{{claims}}", "is of an unknown kind"],
    ["{{findings:x}}", "takes no name"],
    ["{{table:lstm-gates/decay}}\n\n{{table:lstm-gates/decay}}", "is in this page already"],
  ];
  for (const [source, wanted] of failures) {
    const page = { path: "reports/index.md", source: `# T\n\n${source}\n` };
    const { message } = assertThrows(() => indexPage(entries(), page), PageError);
    assertStringIncludes(message, wanted);
  }
});
