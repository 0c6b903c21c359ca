import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Manifest, Result } from "../../../src/result/result.ts";
import { checksTable } from "../../../src/report/claims/checks_table.ts";
import { metricsTable, parametersTable, resultTable } from "../../../src/report/page/tables.ts";
import { type View, viewOf } from "../../../src/report/view.ts";
import { parseHtml } from "../dom.ts";
import { manifest, render, result, textAt, view } from "../rendered_page.ts";

/** Returns the view of the sample with changes. */
function shown(changes: Partial<Result> = {}, of: Partial<Manifest> = {}): View {
  return viewOf({ ...result, ...changes }, { ...manifest, ...of }, view().draw, "");
}

Deno.test("metricsTable() says the confidence of an interval that is not of 95 %", async () => {
  const at = (confidence: number) =>
    result.metrics.map((metric) => ({ ...metric, estimate: { ...metric.estimate, confidence } }));
  const document = await parseHtml(metricsTable(shown({ metrics: at(0.99) })).markup);
  const text = (found: Element) => (found.textContent ?? "").replace(/\u00a0/g, " ");
  assertEquals(
    [...document.querySelectorAll("thead th.number")].map(text)[0],
    "Estimate [interval, 95 % unless stated]",
  );
  const cells = [...document.querySelectorAll("tbody td.measured")].map(text);
  assertEquals(cells.map((cell) => cell.endsWith("(99 % interval)")), [true, true, false]);
});

Deno.test("metricsTable() links the values of each metric", async () => {
  const document = await parseHtml(metricsTable(shown()).markup);
  const links = [...document.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  assertEquals(links, [
    "metrics/vanishing-gradients/half-life.csv",
    "metrics/vanishing-gradients/radius.csv",
    "machine/vanishing-gradients/step-time.metric.csv",
  ]);
});

Deno.test("checksTable(), metricsTable() and parametersTable() are focusable regions with different names", async () => {
  const all = [checksTable(result), metricsTable(shown()), parametersTable(result)].join("");
  const document = await parseHtml(all);
  const regions = [...document.querySelectorAll('[role="region"][tabindex="0"]')];
  const names = regions.map((region) => region.getAttribute("aria-label"));
  assertEquals(names, ["Checks of the program", "Estimates without verdict", "Parameters"]);
});

Deno.test("resultTable() has a caption, units and aligned numbers", async () => {
  const table = {
    id: "t",
    title: "Norm of h_t",
    columns: [{ name: "a", label: "cell" }, { name: "b", label: "length", unit: "steps" }],
    rows: [["RNN", 1.5], ["LSTM", null]],
  };
  const document = await parseHtml(resultTable(table).markup);
  assertEquals(document.querySelector("caption")?.innerHTML, "<span>Norm of h<sub>t</sub></span>");
  const cells = [...document.querySelectorAll("tbody td")].map((cell) => cell.outerHTML);
  assertEquals(cells, [
    '<td class="text">RNN</td>',
    '<td class="number">1.5</td>',
    '<td class="text">LSTM</td>',
    '<td class="number">—</td>',
  ]);
  assertEquals(document.querySelectorAll("th")[1]?.textContent, "length (steps)");
});

Deno.test("metricsTable() ends with the metrics of the machine, with a note", async () => {
  const document = await parseHtml(metricsTable(shown()).markup);
  const names = [...document.querySelectorAll('th[scope="row"]')].map((name) => name.innerHTML);
  assertEquals(names, [
    "half-life at gain 0.9",
    "spectral radius of W<sub>hh</sub>",
    'time of a training step of the LSTM<span class="detail">measured on freebsd aarch64, 8 cores</span>',
  ]);
});

Deno.test("metricsTable() and parametersTable() say that they are empty", () => {
  const runs = manifest.runs.map((run) => ({ ...run, machine: { ...run.machine, metrics: [] } }));
  const none = shown({ metrics: [], parameters: {} }, { runs });
  assertStringIncludes(metricsTable(none).markup, "no estimates without verdict");
  assertStringIncludes(parametersTable(none.result).markup, "no parameters");
});

Deno.test("resultTable() shows value, low and high of a table over seeds in one column", async () => {
  const columns = ["lag", "value", "low", "high"].map((name) => ({ name, label: name }));
  const table = {
    ...{
      id: "t",
      title: "T",
      columns: columns.map((c) => c.name === "lag" ? c : { ...c, unit: "s" }),
    },
    rows: [[1, 0.9312, 0.9023, 0.9541], [2, 0.5, null, null], [3, null, null, null]],
    samples: { statistic: "mean" as const, labels: [1], values: [[1], [1], [null]] },
  };
  const texts = async (markup: string, selector: string) =>
    [...(await parseHtml(markup)).querySelectorAll(selector)].map((cell) =>
      (cell.textContent ?? "").replace(/\u00a0/g, " ")
    );
  const { markup } = resultTable(table);
  assertEquals(await texts(markup, "th"), ["lag", "value (s) [95 % interval]"]);
  assertEquals(await texts(markup, "td"), ["1", "0.93 [0.90, 0.95]", "2", "0.5", "3", "—"]);
});

Deno.test("resultTable() closes a long table under its number of rows", async () => {
  const table = (rows: number) => ({
    ...{ id: "t", title: "T", columns: [{ name: "a", label: "a" }] },
    rows: Array.from({ length: rows }, (_, row) => [row]),
  });
  const document = await parseHtml(resultTable(table(30)).markup);
  assertEquals(document.querySelector("details > summary")?.textContent, "Table: T (30 rows)");
  assertEquals(document.querySelectorAll("details tbody tr").length, 30);
  assertEquals(resultTable(table(29)).markup.includes("<details"), false);
});

const measured = "Measured on this machine: freebsd aarch64, 8 cores, webgpu backend on llvmpipe " +
  "(LLVM 19.1.7, 256 bits), 2026-01-02; other machines and other runs give other numbers.";

Deno.test("figureBlock() has a note of the machine and links to files in machine/", async () => {
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

Deno.test("tableBlock() has a note of the machine only for tables of the machine", async () => {
  const notes = await textAt(
    render("# T\n\n{{table:decay}}\n\n{{table:times}}\n"),
    ".scroll + .note",
  );
  assertEquals(notes, [measured]);
});

Deno.test("machineNote() names one core, and a backend without an adapter", async () => {
  const backend = { ...result.backend, name: "wasm", adapter: null } as const;
  const runs = manifest.runs.map((run) => ({ ...run, machine: { ...run.machine, cores: 1 } }));
  const one = viewOf({ ...result, backend }, { ...manifest, runs }, view().draw, "");
  const [note = ""] = await textAt(render("# T\n\n{{table:times}}\n", one), ".note");
  assertStringIncludes(note, "freebsd aarch64, 1 core, wasm backend, 2026-01-02;");
});
