import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  claimsTable,
  metricsTable,
  parametersTable,
  resultTable,
} from "../../src/report/tables.ts";
import { parseHtml } from "./dom.ts";
import { sampleMachine } from "./sample_manifest.ts";
import { sampleResult } from "./sample_result.ts";

const result = sampleResult();
const machine = sampleMachine();

Deno.test("each claim is a row with its id, verdict, estimate, threshold and method", async () => {
  const document = await parseHtml(claimsTable(result).markup);
  const row = document.getElementById("claim-stable");
  assert(row);
  const text = (row.textContent ?? "").replace(/\s+/g, " ");
  for (const part of ["✗ refuted", "0.61 [0.59, 0.63]", "above 1", "BCa", "the notebook", "10"]) {
    assertStringIncludes(text, part);
  }
  const heads = [...document.querySelectorAll("thead th")].map((head) => head.textContent);
  assertEquals(heads, [
    "Verdict and claim",
    "Measure",
    "Estimate [95\u00a0% interval]",
    "Supported if",
    "n",
  ]);
});

Deno.test("a row says its confidence where it is not 95 %", async () => {
  const [first, second, third] = result.claims;
  assert(first && second && third);
  const at = (confidence: number, claim = second) => ({
    ...claim,
    estimate: { ...claim.estimate, confidence },
  });
  const claims = [first, at(0.9975), { ...at(0.99, third), id: "none" }];
  const metrics = result.metrics.map((metric) => ({ ...metric, estimate: at(0.99).estimate }));
  const cells = async (table: { readonly markup: string }) => {
    const document = await parseHtml(table.markup);
    const text = (found: Element) => (found.textContent ?? "").replace(/\u00a0/g, " ");
    return {
      head: [...document.querySelectorAll("thead th.number")].map(text)[0],
      details: [...document.querySelectorAll("tbody td.number .detail")].map(text),
    };
  };
  const head = "Estimate [interval, 95 % where nothing else is said]";
  assertEquals(await cells(claimsTable({ ...result, claims })), {
    head,
    details: ["99.8 % interval"],
  });
  assertEquals(await cells(metricsTable({ ...result, metrics }, machine)), {
    head,
    details: ["99 % interval", "99 % interval"],
  });
});

Deno.test("tables lie in focusable regions with names of their own", async () => {
  const all = [claimsTable(result), metricsTable(result, machine), parametersTable(result)].join(
    "",
  );
  const document = await parseHtml(all);
  const regions = [...document.querySelectorAll('[role="region"][tabindex="0"]')];
  const names = regions.map((region) => region.getAttribute("aria-label"));
  assertEquals(names, ["Claims", "Metrics", "Parameters"]);
});

Deno.test("a result's table has a caption, units and aligned numbers", async () => {
  const table = {
    id: "t",
    title: "Norm of h_t",
    columns: [{ name: "a", label: "cell" }, { name: "b", label: "length", unit: "steps" }],
    rows: [["RNN", 1.5], ["LSTM", null]],
  };
  const document = await parseHtml(resultTable(table).markup);
  assertEquals(document.querySelector("caption")?.innerHTML, "Norm of h<sub>t</sub>");
  const cells = [...document.querySelectorAll("tbody td")].map((cell) => cell.outerHTML);
  assertEquals(cells, [
    '<td class="text">RNN</td>',
    '<td class="number">1.5</td>',
    '<td class="text">LSTM</td>',
    '<td class="number">—</td>',
  ]);
  assertEquals(document.querySelectorAll("th")[1]?.textContent, "length (steps)");
});

Deno.test("metrics of the machine come after those of the result, and are marked", async () => {
  const document = await parseHtml(metricsTable(result, machine).markup);
  const names = [...document.querySelectorAll('th[scope="row"]')].map((name) => name.innerHTML);
  assertEquals(names, [
    "half-life at gain 0.9",
    "spectral radius of W<sub>hh</sub>",
    'time of a training step of the LSTM<span class="detail">measured on freebsd aarch64, 8 cores</span>',
  ]);
});

Deno.test("what is absent is said in words", () => {
  const none = { ...result, claims: [], metrics: [], parameters: {} };
  assertStringIncludes(claimsTable(none).markup, "makes no claims");
  assertStringIncludes(metricsTable(none, { ...machine, metrics: [] }).markup, "no metrics");
  assertStringIncludes(parametersTable(none).markup, "no parameters");
});
