import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Chart } from "../../../src/result/figure.ts";
import type { Table } from "../../../src/result/result.ts";
import { openCanvas } from "../../../src/report/figure/canvas.ts";
import { droppedNote } from "../../../src/report/figure/dropped.ts";
import { standaloneFigure } from "../../../src/report/figure/publish.ts";
import { renderSite } from "../../../src/report/site.ts";
import { parseHtml } from "../dom.ts";
import { sampleManifest } from "../sample_manifest.ts";
import { sampleResult } from "../sample_result.ts";

const columns = ["x", "y", "low", "high"].map((name) => ({ name, label: name }));
const table: Table = {
  id: "t",
  title: "T",
  columns,
  rows: [[0, 1, 0.5, 2], [1, 0, -1, 2], [2, -3, 1, 2], [3, null, null, null], [4, 5, 0, 6]],
};
const layer = { table: "t", x: "x" } as const;
const line = { mark: "line", ...layer, y: "y", role: "measured" } as const;
const band = { mark: "band", ...layer, low: "low", high: "high" } as const;

function chart(x: "linear" | "log", y: "linear" | "log", layers: Chart["layers"]): Chart {
  const text = { id: "f", title: "F", caption: "A caption.", alt: "A" };
  return {
    kind: "chart",
    ...text,
    x: { label: "x", scale: x },
    y: { label: "y", scale: y },
    layers,
  };
}

function dropped(figure: Chart, tables: readonly Table[] = [table]): string | undefined {
  return /Not drawn: (\d+ of \d+) rows/.exec(droppedNote(figure, tables) ?? "")?.[1];
}

Deno.test("droppedNote() counts the rows that have no place on a log axis", () => {
  assertEquals(dropped(chart("linear", "linear", [line, band])), undefined);
  assertEquals(dropped(chart("linear", "log", [line])), "2 of 5");
  assertEquals(dropped(chart("log", "linear", [line])), "1 of 5");
  assertEquals(dropped(chart("linear", "log", [band])), "2 of 5");
  // A row counts once, whatever draws it.
  assertEquals(dropped(chart("log", "log", [line, band])), "4 of 5");
  const other = { ...table, id: "u", rows: [[1, 0, 1, 1]] };
  const both = chart("linear", "log", [line, { ...line, table: "u" }]);
  assertEquals(dropped(both, [table, other]), "3 of 6");
});

Deno.test("droppedNote() is null for gaps, rules and drawings", () => {
  const rows = [[1, 1, 1, 1], [2, null, null, null]];
  const rule = { mark: "rule", axis: "y", value: 1, label: "r" } as const;
  assertEquals(droppedNote(chart("log", "log", [line, rule]), [{ ...table, rows }]), null);
  const text = { id: "d", title: "D", caption: "D.", alt: "D" };
  const drawing = { kind: "drawing", drawing: "rnn-unfolding", ...text, options: {} } as const;
  assertEquals(droppedNote(drawing, []), null);
});

Deno.test("a page and a figure's file say what a log axis left out", async () => {
  const figure = chart("linear", "log", [line]);
  const note = droppedNote(figure, [table]);
  assert(note);
  assertStringIncludes(
    standaloneFigure(figure, [table], await openCanvas()),
    `<desc id="f-desc">A caption. ${note}</desc>`,
  );
  const sample = sampleResult("lstm-gates");
  const result = {
    ...sample,
    tables: [...sample.tables, table],
    figures: [...sample.figures, figure],
  };
  const site = await renderSite({
    results: [result],
    manifest: sampleManifest(["lstm-gates"]),
    pages: new Map(),
  });
  const page = await parseHtml(site.get("lstm-gates.html") ?? "");
  assertStringIncludes(page.querySelector("#figure-f figcaption .note")?.textContent ?? "", note);
  // The figures of the sample have all of their rows.
  assertEquals((site.get("lstm-gates.html") ?? "").split("Not drawn").length, 2);
});
