import { assertEquals, assertThrows } from "@std/assert";
import { checkChart, checkRows } from "../../src/result/figure_check.ts";
import { layerColumns, type TableLayer } from "../../src/result/marks.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Axis, NumberAxis } from "../../src/result/axes.ts";
import type { Chart } from "../../src/result/figure.ts";
import type { Table } from "../../src/result/result.ts";

const at = { table: "t", x: "x", y: "y" } as const;
const line: TableLayer = { mark: "line", ...at, role: "measured" };
const band: TableLayer = { mark: "band", table: "t", x: "x", low: "l", high: "h", series: "s" };
const point: TableLayer = { mark: "point", ...at, series: "s" };
const interval: TableLayer = { mark: "interval", ...at, low: "l", high: "h" };
const bar: TableLayer = { mark: "bar", ...at, series: "s" };
const cell: TableLayer = { mark: "cell", ...at, value: "v" };
const rule = (axis: "x" | "y") => ({ mark: "rule", axis, value: 1, label: "r" }) as const;

const linear: NumberAxis = { label: "n", scale: "linear" };
const log: NumberAxis = { label: "n", scale: "log" };
const names: Axis = { label: "c", scale: "category", categories: ["a", "b"] };

function chart(layer: Chart["layers"][number], more: Partial<Chart>): Chart {
  const text = { id: "f", title: "F", caption: "C", alt: "A" };
  return { kind: "chart", ...text, x: linear, y: linear, layers: [layer], ...more };
}

Deno.test("layerColumns() lists every column that a layer names", () => {
  assertEquals([line, band, point, interval, bar, cell].map((layer) => [...layerColumns(layer)]), [
    ["x", "y"],
    ["x", "l", "h", "s"],
    ["x", "y", "s"],
    ["x", "l", "h", "y"],
    ["x", "y", "s"],
    ["x", "y", "v"],
  ]);
});

Deno.test("checkChart() accepts layers that match their axes", () => {
  const colour = { label: "v" };
  const right: Chart[] = [
    ...[line, band, point].map((layer) => chart(layer, { x: log, y: log })),
    chart(interval, { x: log, y: names }),
    chart(bar, { x: { ...linear, domain: [0, 5] }, y: names }),
    chart(cell, { colour }),
    chart(rule("x"), { y: names }),
    chart(rule("y"), {}),
  ];
  for (const one of right) checkChart(one);
});

Deno.test("checkChart() refuses layers that do not match their axes", () => {
  const y = "the y axis of figure f must be";
  const twice = { ...names, categories: ["a", "a"] };
  const circle = { mark: "circle", radius: 1, label: "c" } as const;
  const wrong: [Chart, string][] = [
    [chart(interval, {}), `${y} of categories for an interval, found "linear"`],
    [chart(bar, { y: log }), `${y} of categories for a bar, found "log"`],
    [chart(line, { y: names }), `${y} of numbers for a line, found "category"`],
    [chart(band, { y: names }), `${y} of numbers for a band, found "category"`],
    [chart(cell, { y: names }), `${y} of numbers for a cell, found "category"`],
    [chart(rule("y"), { y: names }), `${y} of numbers for a rule, found "category"`],
    [
      chart(circle, { x: log }),
      'the axes of figure f must be linear for a circle, found "log"',
    ],
    [chart(cell, { y: log }), 'the axes of figure f must be linear for a cell, found "log"'],
    [
      chart(bar, { x: log, y: names }),
      'the axes of figure f must be linear for a bar, found "log"',
    ],
    [
      chart(bar, { x: { ...linear, domain: [1, 2] }, y: names }),
      "the x domain of figure f must be around 0 for a bar, found [1, 2]",
    ],
    [chart(cell, {}), "colour of figure f must be given for a cell, found undefined"],
    [
      chart(interval, { y: twice }),
      'the categories of figure f must be one or more different names, found ["a", "a"]',
    ],
  ];
  for (const [one, message] of wrong) {
    const error = assertThrows(() => checkChart(one), InputError);
    assertEquals(error.message, message);
  }
});

Deno.test("checkRows() names the first cell that cannot be drawn", () => {
  const columns = ["x", "y", "l", "h", "s", "v"].map((name) => ({ name, label: name }));
  const table = (x: string | number | null, y: string | number | null): Table => ({
    id: "t",
    title: "T",
    columns,
    rows: [[x, y, null, null, "s", null]],
  });
  const place = (name: string) => `column ${name} of table t, drawn in figure f, must be`;
  checkRows(chart(interval, { y: names, series: ["s"] }), interval, table(null, "a"));
  checkRows(chart(bar, { y: names, series: ["s"] }), bar, table(0, "b"));
  checkRows(chart(bar, { y: names, series: ["s"] }), bar, table(null, "b"));
  checkRows(chart(cell, {}), cell, table(-1, 2));
  checkRows(chart(line, {}), line, table(null, null));
  const wrong: [TableLayer, Table, string][] = [
    [interval, table(1, "c"), `${place("y")} one of the categories a, b, found "c"`],
    [bar, table(1, null), `${place("y")} one of the categories a, b, found null`],
    [bar, table(-1, "a"), `${place("x")} 0 or more, or null, found -1`],
    [bar, table("one", "a"), `${place("x")} 0 or more, or null, found "one"`],
    [cell, table(0.5, 1), `${place("x")} an integer up to a million, found 0.5`],
    [cell, table(1, 1e7), `${place("y")} an integer up to a million, found 10000000`],
    [cell, table(1, null), `${place("y")} an integer up to a million, found null`],
  ];
  for (const [layer, rows, message] of wrong) {
    const y = layer.mark === "cell" ? linear : names;
    const error = assertThrows(
      () => checkRows(chart(layer, { y, series: ["s"] }), layer, rows),
      InputError,
    );
    assertEquals(error.message, message);
  }
});

Deno.test("checkRows() refuses texts in number columns, and series that are not listed", () => {
  const columns = ["x", "y", "l", "h", "s"].map((name) => ({ name, label: name }));
  const table = (row: Table["rows"][number]): Table => ({
    id: "t",
    title: "T",
    columns,
    rows: [row],
  });
  const listed = (series?: string[]) => chart(band, series ? { series } : {});
  checkRows(listed(["s"]), band, table([1, null, 0, 2, "s"]));
  checkRows(listed(["7"]), band, table([1, null, null, 2, 7]));
  const wrong: [Chart, Table["rows"][number], string][] = [
    [
      listed(["s"]),
      [1, null, "0", 2, "s"],
      'column l of table t, drawn in figure f, must be a number or null, found "0"',
    ],
    [
      listed(["s"]),
      ["1", null, 0, 2, "s"],
      'column x of table t, drawn in figure f, must be a number or null, found "1"',
    ],
    [
      listed(["s", "u"]),
      [1, null, 0, 2, "t"],
      'column s of table t, drawn in figure f, must be one of the figure\'s series s, u, found "t"',
    ],
    [
      listed(["null"]),
      [1, null, 0, 2, null],
      "column s of table t, drawn in figure f, must be one of the figure's series null, found null",
    ],
    [
      listed(),
      [1, null, 0, 2, "s"],
      'column s of table t, drawn in figure f, must be listed in the figure\'s series, found "s"',
    ],
  ];
  for (const [one, row, message] of wrong) {
    const error = assertThrows(() => checkRows(one, band, table(row)), InputError);
    assertEquals(error.message, message);
  }
});

Deno.test("checkChart() refuses rules and domains that a log axis cannot show", () => {
  const wrong: [Chart, string][] = [
    [
      chart({ ...rule("y"), value: 0 }, { y: log }),
      'the rule "r" of figure f must be at a positive value on a log axis, found 0',
    ],
    [
      chart(line, { y: { ...log, domain: [0, 1] } }),
      `the domain of axis "${log.label}" must be two positive numbers in order, found [0, 1]`,
    ],
    [
      chart(line, { x: { ...linear, domain: [2, 2] } }),
      `the domain of axis "${linear.label}" must be two numbers in order, found [2, 2]`,
    ],
    [
      chart(line, { x: log, aspect: "equal" }),
      'the axes of figure f must be linear for equal aspect, found "log"',
    ],
  ];
  for (const [one, message] of wrong) {
    const error = assertThrows(() => checkChart(one), InputError);
    assertEquals(error.message, message);
  }
  checkChart(chart({ ...rule("x"), value: -1 }, { y: log }));
});
