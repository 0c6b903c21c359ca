import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import type { Chart, Figure } from "../../src/core/figure.ts";
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
      `column mean of table t, ${drawn} a whole number up to a million, found 0.5`,
    ],
    [
      chart(interval, { y: { ...names, categories: [] } }),
      "figure f: y.categories must be a list of at least 1, found []",
    ],
    [
      chart(cell, { y: numbers, colour: { label: "v", limit: 0 } }),
      "figure f: colour.limit must be above 0, found 0",
    ],
  ];
  for (const [one, message] of refused) {
    const error = assertThrows(() => recorder().figure(one), InputError);
    assertEquals(error.message, message);
  }
});

Deno.test("Recorder.figure() refuses what would fail when it is drawn", () => {
  const text = { id: "d", title: "D", caption: "D.", alt: "D" };
  const drawing = { kind: "drawing", drawing: "rnn-unfolding", ...text } as const;
  const point = { mark: "point", table: "t", x: "depth", y: "mean" } as const;
  const refused: [Figure, string][] = [
    [
      { ...drawing, options: { steps: 40 } },
      "steps of drawing d must be an integer from 1 to 12, found 40",
    ],
    [
      { ...drawing, options: { step: 4 } },
      'an option of drawing d must be steps, found "step". Did you mean steps?',
    ],
    [
      chart(point, { y: numbers, facet: "seed" }),
      "figure f: facet must be a column of a table that it draws (cell, depth, mean, low, high), " +
      'found "seed"',
    ],
    [
      chart({ ...point, x: "cell" }, { y: numbers }),
      'column cell of table t, drawn in figure f, must be a number or null, found "RNN"',
    ],
    [
      chart({ ...point, series: "cell" }, { y: numbers, series: ["RNN"] }),
      'column cell of table t, drawn in figure f, must be one of the figure\'s series RNN, found "GRU"',
    ],
  ];
  for (const [one, message] of refused) {
    const error = assertThrows(() => recorder().figure(one), InputError);
    assertEquals(error.message, message);
  }
});

const estimate = { value: 1, low: null, high: null, n: 1, confidence: 0.95, method: "m" };
const claim = { id: "c", statement: "S.", measure: "m", estimate } as const;
const threshold = { relation: "below", value: 2 } as const;
const columns = [{ name: "a", label: "a" }];

Deno.test("Recorder refuses records of a wrong shape", () => {
  // As a JavaScript user calls it, past the types.
  const message = (kind: "metric" | "table" | "figure" | "claim", given: unknown) =>
    assertThrows(() => Reflect.apply(recorder()[kind], recorder(), [given]), InputError).message;
  const cases: ["metric" | "table" | "figure" | "claim", unknown, string][] = [
    ["metric", undefined, "a metric must be an object, found undefined"],
    ["table", [[1]], "a table must be an object, found [[1]]"],
    ["claim", "It is.", 'a claim must be an object, found "It is."'],
    [
      "figure",
      {},
      "figure: kind must be one of chart, drawing, found undefined",
    ],
    [
      "metric",
      { id: "m", label: "m", value: 1, estimate },
      'metric m must be without the unknown field value, found {"id":"m"',
    ],
    [
      "metric",
      { id: "m", label: "m", estimate: { ...estimate, value: 1n } },
      "metric m: estimate.value must be a finite number, found 1n",
    ],
    [
      "metric",
      { id: "m", label: "m", estimate: { ...estimate, low: -Infinity } },
      "metric m: estimate.low must be a finite number, found -Infinity",
    ],
    [
      "table",
      { id: "u", title: "U", columns, rows: [["x"], [2n]] },
      "table u, row 1, column a must be a finite number, text or null, found 2n",
    ],
    [
      "table",
      { id: "u", title: "U", columns, rows: [[true]] },
      "table u, row 0, column a must be a finite number, text or null, found true",
    ],
    [
      "table",
      { id: "u", title: "U", columns, rows: [new Float32Array(1)] },
      "table u, row 0 must be of 1 cells, one for each column, found a Float32Array of 1",
    ],
    [
      "table",
      { id: "u", title: "U", columns },
      "table u: rows must be a list, found undefined",
    ],
    [
      "table",
      { id: "u", title: "U", columns: [{ name: "__proto__", label: "a" }], rows: [] },
      'table u: a column must be of another name, found "__proto__"',
    ],
    [
      "table",
      { id: "u".repeat(101), title: "U", columns, rows: [] },
      `table id must be at most 100 characters long, found "${"u".repeat(57)}...`,
    ],
    [
      "claim",
      { ...claim, threshold, verdict: "supported" },
      'the verdict of a claim must be left to its interval, found "supported"',
    ],
    [
      "table",
      { id: "u", title: "U", columns: ["a", "b"], rows: [] },
      'table u: columns[0] must be an object, found "a"',
    ],
    [
      "metric",
      { id: "Mean Loss", label: "m", estimate },
      "metric Mean Loss: id must be lower-case letters and digits, with single hyphens between them, " +
      'found "Mean Loss"',
    ],
    [
      "metric",
      { id: "m", label: "m", estimate: { ...estimate, n: 1.5 } },
      "metric m: estimate.n must be an integer, found 1.5",
    ],
    [
      "metric",
      { id: "m", label: "m", estimate: { ...estimate, low: 2, high: 1 } },
      "metric m: low and high must be two numbers in order, or null both, found [2, 1]",
    ],
    [
      "claim",
      { ...claim, threshold, estimate: { ...estimate, low: 2 } },
      "claim c: low and high must be two numbers in order, or null both, found [2, null]",
    ],
    [
      "claim",
      { ...claim, threshold: { relation: ">=", value: 1 } },
      'claim c: threshold.relation must be one of below, above, within, found ">="',
    ],
    [
      "claim",
      { ...claim, threshold: { value: 1 } },
      "claim c: threshold.relation must be one of below, above, within, found undefined",
    ],
    [
      "claim",
      { ...claim, threshold: 3 },
      "claim c: threshold must be an object, found 3",
    ],
    [
      "claim",
      { ...claim, threshold: { relation: "within", value: 1 } },
      "claim c: threshold.low must be a finite number, found undefined",
    ],
    [
      "claim",
      { ...claim, threshold: { relation: "above", low: 1, high: 2 } },
      "claim c: threshold.value must be a finite number, found undefined",
    ],
    [
      "figure",
      chart(cell, { y: JSON.parse('{ "label": "y", "scale": "log10" }') }),
      'figure f: y.scale must be one of linear, log, category, found "log10"',
    ],
    [
      "figure",
      chart(cell, { y: JSON.parse('{ "label": "y", "scale": "log", "domain": [1] }') }),
      "figure f: y.domain must be a list of at least 2, found [1]",
    ],
    [
      "figure",
      chart(cell, { y: JSON.parse('{ "label": "y", "scale": "category" }') }),
      "figure f: y.categories must be a list, found undefined",
    ],
    [
      "figure",
      chart(JSON.parse('{ "mark": "dot" }')),
      "figure f: layers[0].mark must be one of line, band, point, interval, bar, cell, rule, circle, " +
      'found "dot"',
    ],
    [
      "claim",
      { ...claim },
      "claim c: threshold must be an object, found undefined",
    ],
  ];
  for (const [kind, given, wanted] of cases) {
    const found = message(kind, given);
    assertEquals(found.slice(0, wanted.length), wanted);
  }
});

Deno.test("Recorder keeps ids that are names of Object's own", () => {
  const made = recorder();
  for (const id of ["constructor", "tostring", "valueof"]) {
    made.metric({ id, label: id, estimate });
    made.claim({ ...claim, id, threshold });
  }
  assertEquals(made.metrics.map(({ id }) => id), ["constructor", "tostring", "valueof"]);
});

Deno.test("Recorder.table() keeps a copy: what the caller changes later stays outside", () => {
  const made = recorder();
  const rows = [[1]];
  made.table({ id: "u", title: "U", columns, rows });
  rows[0]?.splice(0, 1, NaN);
  rows.push([2]);
  assertEquals(made.tables[1]?.rows, [[1]]);
});

Deno.test("Recorder.figure() says that a table is recorded before its figure", () => {
  const error = assertThrows(() => new Recorder().figure(chart(interval)), InputError);
  assertEquals(
    error.message,
    'figure f: table must be a table that is recorded before it, found "t"',
  );
});
