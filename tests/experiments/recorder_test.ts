import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import type { Chart } from "../../src/core/figure.ts";
import { Recorder } from "../../src/experiments/recorder.ts";

function recorder(): Recorder {
  const made = new Recorder();
  made.table({
    id: "t",
    title: "T",
    columns: ["cell", "depth", "mean", "low", "high"].map((name) => ({ name, label: name })),
    rows: [["RNN", 1, 0.5, 0.4, 0.6], ["GRU", 2, 0.7, null, null]],
  });
  return made;
}

const rows = { table: "t", x: "mean", y: "cell" } as const;
const interval = { mark: "interval", ...rows, low: "low", high: "high" } as const;
const bar = { mark: "bar", ...rows } as const;
const cell = { mark: "cell", table: "t", x: "depth", y: "depth", value: "mean" } as const;
const numbers = { label: "y", scale: "linear" } as const;
const names = { label: "cell", scale: "category", categories: ["RNN", "GRU"] } as const;

function chart(layer: Chart["layers"][number], more: Partial<Chart> = {}): Chart {
  const text = { id: "f", title: "F", caption: "F.", alt: "F" };
  const x = { label: "x", scale: "linear" } as const;
  return { kind: "chart", ...text, x, y: names, layers: [layer], ...more };
}

Deno.test("figures of every mark are kept as they are", () => {
  const charts = [
    chart(interval),
    chart(bar),
    chart(cell, { y: numbers, colour: { label: "mean" } }),
    chart({ mark: "point", table: "t", x: "depth", y: "mean" }, { y: numbers }),
  ];
  for (const one of charts) {
    const made = recorder();
    made.figure(one);
    assertEquals(made.figures, [one]);
  }
});

Deno.test("figures that a report could not draw are refused when they are recorded", () => {
  const known = "must be one of cell, depth, mean, low, high";
  const drawn = "drawn in figure f, must be";
  const refused: [Chart, string][] = [
    [chart({ ...interval, low: "least" }), `figure f: column of t ${known}, found "least"`],
    [chart({ ...bar, series: "part" }), `figure f: column of t ${known}, found "part"`],
    [
      chart({ ...cell, value: "state" }, { y: numbers, colour: { label: "v" } }),
      `figure f: column of t ${known}, found "state"`,
    ],
    [
      chart(interval, { y: numbers }),
      'the y axis of figure f must be of categories, to hold an interval, found "linear"',
    ],
    [
      chart({ mark: "point", table: "t", x: "depth", y: "mean" }),
      'the y axis of figure f must be of numbers, to hold a point, found "category"',
    ],
    [
      chart(cell, { y: numbers }),
      "colour of figure f must be given, to hold a cell, found undefined",
    ],
    [
      chart(bar, { y: { ...names, categories: ["RNN"] } }),
      `column cell of table t, ${drawn} one of the categories RNN, found "GRU"`,
    ],
    [
      chart({ ...cell, x: "mean" }, { y: numbers, colour: { label: "v" } }),
      `column mean of table t, ${drawn} a whole number, found 0.5`,
    ],
    [
      chart(interval, { y: { ...names, categories: [] } }),
      "the categories of figure f must be one or more different names, found []",
    ],
    [
      chart(cell, { y: numbers, colour: { label: "v", limit: 0 } }),
      "figure f: colour.limit must be valid (Too small: expected number to be >0), found 0",
    ],
  ];
  for (const [one, message] of refused) {
    const error = assertThrows(() => recorder().figure(one), InputError);
    assertEquals(error.message, message);
  }
});
