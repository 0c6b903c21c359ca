import { assert, assertEquals, assertThrows } from "@std/assert";
import { experimentPage, numberFigures } from "../../../src/report/page/experiment_page.ts";
import { PageError } from "../../../src/report/markdown/page_error.ts";
import { viewOf } from "../../../src/report/view.ts";
import { parseHtml } from "../dom.ts";
import { manifest, render, result, text, textAt, view } from "../rendered_page.ts";
import { sampleManifest } from "../sample_manifest.ts";
import { sampleResult } from "../sample_result.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

Deno.test("inlineValue() renders values, verdicts and facts of the run", async () => {
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
    ["claim:stable.finding", "It is 0.61 [0.59, 0.63], on the other side. ✗ prediction refuted"],
    ["claim:same.finding", "It is 1.00 [0.98, 1.02], the same. ≈ prediction: equivalent"],
    ["claim:lag.prediction", "within 0.5 steps of 6.58 steps"],
    ["claim:stable.p", "p = 0.002"],
    ["claim:vanishing.p", "p < 10⁻¹⁵"],
    ["claim:lag.p", "no p"],
    ["claim:stable.detectable", "0.03"],
    ["claim:same.detectable", "3 %"],
    ["claim:long-sequences.detectable", "not measured"],
    ["claim:long-sequences", "– not measured"],
    ["claim:long-sequences.estimate", "not measured"],
    ["claim:long-sequences.p", "not measured"],
    [
      "claim:long-sequences.finding",
      "The gradient vanishes over 1000 steps. – not measured",
    ],
    ["check:bound", "✓ passed"],
    ["check:bound.worst", "2.4 × 10⁻⁸"],
    ["check:bound.limit", "1 × 10⁻⁶"],
    ["check:bound.cases", "400"],
    ["check:linear.statement", "Whh = gQ decays as gk."],
    ["check:long-sequences", "– not measured"],
    ["check:long-sequences.worst", "not measured"],
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

Deno.test("inlineValue() renders a count of a share with its total", async () => {
  const [half] = result.metrics;
  assert(half);
  const values = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const metrics = [{ ...half, statistic: "share" as const, values }];
  const shown = viewOf({ ...result, metrics }, manifest, view().draw, "");
  const page = { path: "reports/a.md", source: `# T\n\n{{metric:${half.id}.count}} seeds\n` };
  const document = await parseHtml(experimentPage(shown, page).body.markup);
  assertEquals(document.querySelector("p")?.textContent?.replace("\u00a0", " "), "2 of 10 seeds");
});

Deno.test("inlineValue() renders the confidence of an estimate if it is not 95 %", async () => {
  const [half, ...others] = result.metrics;
  const [first, ...claims] = result.claims;
  assert(half && first);
  const of = viewOf(
    {
      ...result,
      metrics: [{ ...half, estimate: { ...half.estimate, confidence: 0.99 } }, ...others],
      claims: [{ ...first, estimate: { ...first.estimate, confidence: 0.999 } }, ...claims],
    },
    manifest,
    view().draw,
    "",
  );
  const source = "{{metric:half-life}}; {{metric:half-life.interval}}; {{metric:radius}}; " +
    "{{claim:vanishing.estimate}}";
  const [found = ""] = await textAt(render(`# T\n\n${source}\n`, of), "p");
  assertEquals(
    found.replace(/[\u202f\u00a0]/g, " "),
    "6.7 [6.5, 6.9] steps (99 % interval); [6.5, 6.9]; 0.61 [0.59, 0.63]; " +
      "1.2 [0.9, 1.5] × 10⁻⁵ (99.9 % interval)",
  );
});

Deno.test("inlineValue() allows a line break before a long unit", async () => {
  const [half, ...others] = result.metrics;
  assert(half);
  const metrics = [{ ...half, unit: "bits for each of the characters" }, ...others];
  const of = viewOf({ ...result, metrics }, manifest, view().draw, "");
  const source = "# T\n\n{{metric:half-life}} {{metric:radius}}\n";
  assertEquals(await textAt(render(source, of), "p:not(.found) > .estimate"), [
    "6.7 [6.5, 6.9]",
    "0.61 [0.59, 0.63]",
  ]);
  const [text] = await textAt(render(source, of), "p");
  assertEquals(text, "6.7 [6.5, 6.9] bits for each of the characters 0.61 [0.59, 0.63]");
});

Deno.test("inlineValue() links findings, claims and checks", async () => {
  const source = "{{claim:stable.finding}} {{claim:same}} {{check:bound}} {{claim:long-sequences}}";
  const document = await parseHtml(render(`# T\n\n${source}\n`).body.markup);
  const links = [...document.querySelectorAll("p > a.ref")].map((link) =>
    link.getAttribute("href")
  );
  assertEquals(links, [
    "#claim-stable",
    "#claim-same",
    "#check-bound",
    "#claim-long-sequences",
  ]);
  for (const href of links) assert(document.getElementById(href?.slice(1) ?? ""), href ?? "");
});

Deno.test("neighbourValue() links the page of another experiment, or says that it is absent", async () => {
  const views = [
    view(),
    viewOf(sampleResult("lstm-gates"), sampleManifest(["lstm-gates"]), view().draw, ""),
  ];
  const [own, other] = views;
  assert(own && other);
  numberFigures(other, undefined);
  const page = (source: string) =>
    experimentPage(own, { path: "reports/a.md", source: `# T\n\n${source}\n` }, {
      views,
      absent: ["text-generation"],
    });
  const source = "{{claim:lstm-gates/stable.finding}} {{metric:lstm-gates/radius.value}} " +
    "{{ref:lstm-gates/accuracy}} {{check:lstm-gates/bound}} {{claim:text-generation/x.finding}} " +
    "{{metric:text-generation/y}} $x = {{metric:text-generation/y}}$";
  const document = await parseHtml(page(source).body.markup);
  const [paragraph] = document.querySelectorAll("p");
  const links = [...paragraph?.querySelectorAll("a") ?? []].map((link) =>
    link.getAttribute("href")
  );
  assertEquals(links, [
    "lstm-gates.html#claim-stable",
    "lstm-gates.html#figure-accuracy",
    "lstm-gates.html#check-bound",
  ]);
  const text = paragraph?.textContent ?? "";
  assert(
    text.includes(
      "on the other side. ✗ prediction refuted 0.61 Figure 4 ✓ passed (not in this report)",
    ),
  );
  assertThrows(
    () => page("{{claim:lstm-gate/stable}}"),
    PageError,
    "names no experiment; there are: vanishing-gradients, lstm-gates, text-generation",
  );
  assertThrows(
    () => page("{{claim:lstm-gates/x}}"),
    PageError,
    "names no claim; there are: vanishing",
  );
});
