import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { estimate } from "../../src/statistics/estimate.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Chart, Figure } from "../../src/result/figure.ts";
import type { Hypothesis } from "../../src/result/result.ts";
import { Recorder } from "../../src/harness/recorder.ts";

function recorder(): Recorder {
  const made = new Recorder([1]);
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

Deno.test("Recorder.figure() keeps figures of every mark unchanged", () => {
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

Deno.test("Recorder.figure() refuses figures that a report could not draw", () => {
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
      'the y axis of figure f must be of categories for an interval, found "linear"',
    ],
    [
      chart({ mark: "point", table: "t", x: "depth", y: "mean" }),
      'the y axis of figure f must be of numbers for a point, found "category"',
    ],
    [
      chart(cell, { y: numbers }),
      "colour of figure f must be given for a cell, found undefined",
    ],
    [
      chart(bar, { y: { ...names, categories: ["RNN"] } }),
      `column cell of table t, ${drawn} one of the categories RNN, found "GRU"`,
    ],
    [
      chart({ ...cell, x: "mean" }, { y: numbers, colour: { label: "v" } }),
      `column mean of table t, ${drawn} an integer up to a million, found 0.5`,
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

Deno.test("Recorder.figure() refuses figures that would fail when they are drawn", () => {
  const text = { id: "d", title: "D", caption: "D.", alt: "D" };
  const drawing = { kind: "drawing", drawing: "rnn-unfolding", ...text } as const;
  const point = { mark: "point", table: "t", x: "depth", y: "mean" } as const;
  const strips = {
    kind: "word-strips",
    table: "t",
    text: "cell",
    word: "cell",
    weight: "mean",
    colour: { label: "w" },
  } as const;
  const matrix = {
    kind: "confusion-matrix",
    table: "t",
    actual: "cell",
    predicted: "cell",
    count: "depth",
    share: "mean",
  } as const;
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
    [
      { ...text, ...strips, weight: "depth" },
      "column depth of table t, drawn in figure d, must be a number from 0 to 1, found 2",
    ],
    [
      { ...text, ...strips, table: "u" },
      'figure d: table must be one of t, found "u"',
    ],
    [
      { ...text, ...matrix, classes: ["RNN", "LSTM"] },
      'column cell of table t, drawn in figure d, must be one of RNN, LSTM, found "GRU"',
    ],
  ];
  for (const [one, message] of refused) {
    const error = assertThrows(() => recorder().figure(one), InputError);
    assertEquals(error.message, message);
  }
});

const columns = [{ name: "a", label: "a" }];
const metric = { id: "m", label: "m", values: [1] };
const prediction = {
  relation: "above",
  value: 1,
  smallestEffect: 0.1,
  reason: "A tenth.",
} as const;

/** Returns a hypothesis with the properties of the test. */
function hypothesis(more: Partial<Hypothesis> = {}): Hypothesis {
  return {
    statement: "It is large.",
    source: "this report",
    measure: "size",
    statistic: "mean",
    predicts: prediction,
    family: "sizes",
    findings: {
      supported: "It is {estimate}: large.",
      refuted: "It is {estimate}: small.",
      equivalent: "It is {estimate}: as large as 1.",
      undecided: "It is {estimate}.",
    },
    frozen: { date: "2026-11-27", commit: null },
    revisions: [],
    ...more,
  };
}

/** Returns values of 12 seeds that are evenly spaced around a centre. */
function around(centre: number, spread = 0.01): number[] {
  return Array.from({ length: 12 }, (_, i) => centre + spread * (i - 5.5));
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

Deno.test("Recorder refuses records that do not match their schemas", () => {
  // The values have types that only a JavaScript caller can pass.
  const message = (kind: "metric" | "table" | "figure", given: unknown) =>
    assertThrows(() => Reflect.apply(recorder()[kind], recorder(), [given]), InputError).message;
  const cases: ["metric" | "table" | "figure", unknown, string][] = [
    ["metric", undefined, "a metric must be an object, found undefined"],
    ["table", [[1]], "a table must be an object, found [[1]]"],
    [
      "figure",
      {},
      "figure: kind must be one of chart, drawing, word-strips, confusion-matrix, found undefined",
    ],
    [
      "metric",
      { ...metric, value: 1 },
      'metric m must be without the unknown field value, found {"id":"m"',
    ],
    [
      "metric",
      { ...metric, values: [1n] },
      "metric m: the value of 1 must be a finite number, found 1n",
    ],
    [
      "metric",
      { ...metric, values: [-Infinity] },
      "metric m: the value of 1 must be a finite number, found -Infinity",
    ],
    [
      "metric",
      { ...metric, values: [1, 2] },
      "metric m: values must be 1 numbers, one for each label, found [1, 2]",
    ],
    [
      "metric",
      { ...metric, values: 3 },
      "metric m: values must be 1 numbers, one for each label, found 3",
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
      { id: "u", title: "U", columns, rows: [[[1]]] },
      "table u, row 0, column a must be a finite number, text or null, found [1]",
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
      'table u: the name of a column must be other than __proto__, found "__proto__"',
    ],
    [
      "table",
      { id: "u".repeat(101), title: "U", columns, rows: [] },
      `table id must be at most 100 characters long, found "${"u".repeat(57)}...`,
    ],
    [
      "table",
      { id: "u", title: "U", columns: ["a", "b"], rows: [] },
      'table u: columns[0] must be an object, found "a"',
    ],
    [
      "table",
      { id: "u", title: "U", columns: [{ ...columns[0], statistic: "mean" }], rows: [] },
      'table u: columns with a statistic must be one column named "value", found ["a"]',
    ],
    [
      "table",
      { id: "u", title: "U", columns: [{ ...value, statistic: "mean" }], rows: [[[1, 2]]] },
      "table u, row 0, column value must be a list of 1 numbers, one for each label, or null, " +
      "found [1, 2]",
    ],
    [
      "table",
      { id: "u", title: "U", columns: [{ ...value, statistic: "mean" }], rows: [[1]] },
      "table u, row 0, column value must be a list of 1 numbers, one for each label, or null, found 1",
    ],
    [
      "metric",
      { ...metric, id: "Mean Loss" },
      "metric Mean Loss: id must be lower-case letters and digits, with single hyphens between them, " +
      'found "Mean Loss"',
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
  ];
  for (const [kind, given, wanted] of cases) {
    const found = message(kind, given);
    assertEquals(found.slice(0, wanted.length), wanted);
  }
});

const value = { name: "value", label: "v", unit: "m" };

Deno.test("Recorder.table() adds the interval to a column of values by seed, and keeps the values", () => {
  const made = new Recorder(seeds);
  const all = [around(1), around(2), seeds.map(() => NaN), null];
  made.table({
    id: "u",
    title: "U",
    columns: [{ name: "x", label: "x" }, { ...value, statistic: "mean" }, {
      name: "t",
      label: "t",
    }],
    rows: all.map((values, x) => [x, values, "end"]),
  });
  const [table] = made.tables;
  assertEquals(table?.columns.map(({ name }) => name), ["x", "value", "low", "high", "t"]);
  assertEquals(table?.columns.map(({ unit }) => unit), [undefined, "m", "m", "m", undefined]);
  const { value: mean, low, high } = estimate(around(2));
  assertEquals(table?.rows[1], [1, mean, low, high, "end"]);
  assertEquals(table?.rows[2], [2, null, null, null, "end"]);
  assertEquals(table?.samples?.labels, seeds);
  const none = seeds.map(() => null);
  assertEquals(table?.samples?.values, [around(1), around(2), none, none]);
});

Deno.test("Recorder.table() leaves a gap if a seed has no geometric mean", () => {
  const made = new Recorder([1, 2]);
  const rows = [[[1, 4]], [[0, 4]]];
  made.table({ id: "u", title: "U", columns: [{ ...value, statistic: "geometric-mean" }], rows });
  assertEquals(made.tables[0]?.rows, [[2, null, null], [null, null, null]]);
  assertEquals(made.tables[0]?.samples?.values, [[1, 4], [0, 4]]);
});

Deno.test("Recorder.metric() computes the estimate from values by seed or by other labels", () => {
  const made = new Recorder(seeds);
  made.metric({ id: "a", label: "a", values: around(3) });
  made.metric({
    id: "b",
    label: "b",
    labels: ["x", "y"],
    values: [1, 4],
    statistic: "geometric-mean",
  });
  assertEquals(made.metrics[0]?.estimate, estimate(around(3)));
  assertEquals(made.metrics[0]?.labels, seeds);
  assertEquals(made.metrics[1]?.labels, ["x", "y"]);
  assertEquals(made.metrics[1]?.estimate.value, 2);
});

Deno.test("Recorder.decide() finds each verdict for suitable values", () => {
  const claims = {
    large: hypothesis({ family: "a" }),
    small: hypothesis({ family: "b" }),
    same: hypothesis({ family: "c" }),
    wide: hypothesis({ family: "d" }),
    near: hypothesis({ family: "e", predicts: { ...prediction, relation: "near" } }),
    far: hypothesis({ family: "f", predicts: { ...prediction, relation: "near" } }),
  };
  const made = new Recorder(seeds, { claims, checks: {} });
  made.claim("large", { values: around(2) });
  made.claim("small", { values: around(0.5) });
  made.claim("same", { values: around(1.001) });
  made.claim("wide", { values: around(1.1, 1) });
  made.claim("near", { values: around(1.02) });
  made.claim("far", { values: around(1.5) });
  assertEquals(made.decide().map(({ id, verdict }) => [id, verdict]), [
    ["large", "supported"],
    ["small", "refuted"],
    ["same", "equivalent"],
    ["wide", "undecided"],
    ["near", "supported"],
    ["far", "refuted"],
  ]);
});

Deno.test("Recorder.decide() adjusts p values only within a family", () => {
  // Without adjustment p is 0.03. The other claims of the family are undecided.
  const values = around(1.25, 0.1);
  const claims = (family: (i: number) => string) =>
    Object.fromEntries([0, 1, 2].map((i) => [`c${i}`, hypothesis({ family: family(i) })]));
  const verdicts = (family: (i: number) => string) => {
    const made = new Recorder(seeds, { claims: claims(family), checks: {} });
    for (const i of [0, 1, 2]) made.claim(`c${i}`, { values: i === 0 ? values : around(1.1, 1) });
    return made.decide();
  };
  const [alone] = verdicts((i) => `family ${i}`);
  const [together] = verdicts(() => "one");
  assertEquals([alone?.verdict, together?.verdict], ["supported", "undecided"]);
  assertEquals(together?.unadjustedVerdict, "supported");
  assertEquals(together?.p, alone?.p);
  assertAlmostEquals(together?.adjustedP ?? NaN, 3 * (alone?.p ?? NaN), 1e-12);
});

Deno.test("Recorder.claim() decides each alternative, and keeps its values", () => {
  const made = new Recorder(seeds, { claims: { c: hypothesis() }, checks: {} });
  const alternatives = [{ name: "other weights", values: around(0.5) }];
  made.claim("c", { values: around(2), alternatives, parts: { top: around(2), base: around(1) } });
  const [claim] = made.decide();
  assertEquals(claim?.alternatives.map(({ name, verdict }) => [name, verdict]), [
    ["other weights", "refuted"],
  ]);
  assertEquals(claim?.values, around(2));
  assertEquals(claim?.parts, { top: around(2), base: around(1) });
});

Deno.test("Recorder.decide() adjusts an alternative within the family, in place of its claim", () => {
  // Without adjustment p of these values is 0.03. The other claims of the family are undecided.
  const weak = around(1.25, 0.1);
  const undecided = around(1.1, 1);
  const claims = Object.fromEntries(["a", "b", "c"].map((id) => [id, hypothesis()]));
  const made = new Recorder(seeds, { claims, checks: {} });
  const alternatives = [{ name: "weak", values: weak }, { name: "strong", values: around(2) }];
  made.claim("a", { values: undecided, alternatives });
  made.claim("b", { values: undecided });
  made.claim("c", { values: undecided, alternatives: [{ name: "its own", values: undecided }] });
  const verdicts = made.decide().map(({ alternatives }) => alternatives.map((one) => one.verdict));
  assertEquals(verdicts, [["undecided", "supported"], [], ["undecided"]]);
  const alone = new Recorder(seeds, { claims: { a: hypothesis() }, checks: {} });
  alone.claim("a", { values: undecided, alternatives });
  const [only] = alone.decide();
  assertEquals(only?.alternatives.map(({ verdict }) => verdict), ["supported", "supported"]);
});

Deno.test("Recorder.decide() names the values whose omission changes the verdict", () => {
  const decided = (values: number[], others: readonly number[][], labels?: string[]) => {
    const ids = [values, ...others].map((_, i) => `c${i}`);
    const claims = Object.fromEntries(ids.map((id) => [id, hypothesis()]));
    const made = new Recorder(seeds, { claims, checks: {} });
    for (const [i, of] of [values, ...others].entries()) {
      made.claim(`c${i}`, { values: of, ...(labels === undefined ? {} : { labels }) });
    }
    const [first] = made.decide();
    return { verdict: first?.verdict, influential: first?.influential };
  };
  const outlier = around(2).with(7, -10);
  assertEquals(decided(outlier, []), {
    verdict: "undecided",
    influential: [{ label: 8, verdict: "supported" }],
  });
  assertEquals(decided(around(2), []), { verdict: "supported", influential: [] });
  // With ten values, nine are left and tested. With nine values, no value is left out.
  const few = (n: number) => [...around(2).slice(0, n - 1), -10];
  const names = (n: number) => Array.from({ length: n }, (_, i) => `fold ${i}`);
  assertEquals(decided(few(10), [], names(10)).influential, [
    { label: "fold 9", verdict: "supported" },
  ]);
  assertEquals(decided(few(9), [], names(9)).influential, []);
  // Without the last value p is 0.02, which is significant for a single claim, but not in a family
  // with two undecided claims.
  const weak = around(1.25, 0.09).with(11, 0);
  const alone = decided(weak, []);
  assertEquals(alone.verdict, "undecided");
  assertEquals(alone.influential, [{ label: 12, verdict: "supported" }]);
  assertEquals(decided(weak, [around(1.1, 1), around(1.1, 1)]).influential, []);
});

Deno.test("Recorder.decide() records the p value that refutes a prediction `near`", () => {
  const predicts = { ...prediction, relation: "near" } as const;
  const claims = { a: hypothesis({ predicts }), b: hypothesis({ predicts }) };
  const made = new Recorder(seeds, { claims, checks: {} });
  made.claim("a", { values: around(1.5) });
  made.claim("b", { values: around(1.02) });
  const [a, b] = made.decide();
  assertEquals([a?.verdict, b?.verdict], ["refuted", "supported"]);
  assertAlmostEquals(a?.adjustedOutsideP ?? NaN, 2 * (a?.outsideP ?? NaN), 1e-12);
  assertLess(a?.adjustedOutsideP ?? 1, 0.05);
});

Deno.test("Recorder.check() holds if and only if the worst case is within the limit", () => {
  const check = { statement: "S.", source: "algebra", measure: "m", limit: 1, reason: "Rounding." };
  const made = new Recorder(seeds, { claims: {}, checks: { good: check, bad: check } });
  made.check("good", { cases: 12, worst: 1 });
  made.check("bad", { cases: 12, worst: 1.01 });
  assertEquals(made.checks.map(({ id, holds }) => [id, holds]), [["good", true], ["bad", false]]);
  const again = () => made.check("good", { cases: 12, worst: 1 });
  assertEquals(
    assertThrows(again, InputError).message,
    'check id must be recorded once, found "good"',
  );
});

Deno.test("Recorder fills parameters into sentences", () => {
  const findings = { ...hypothesis().findings, supported: "At {size} units it is {estimate}." };
  const predicts = { ...prediction, reason: "Half of {size}." };
  const statement = "Large at {size} and {lags}.";
  const claims = { c: hypothesis({ statement, findings, predicts }) };
  const made = new Recorder(seeds, { claims, checks: {} }, { size: 20, lags: [1, 5] });
  made.claim("c", { values: around(2) });
  const [claim] = made.decide();
  assertEquals(claim?.statement, "Large at 20 and 1, 5.");
  assertEquals(claim?.findings.supported, "At 20 units it is {estimate}.");
  assertEquals(claim?.predicts.reason, "Half of 20.");
});

Deno.test("Recorder refuses claims that are undeclared, recorded twice or missing", () => {
  const claims = { a: hypothesis(), b: hypothesis(), constructor: hypothesis() };
  const made = new Recorder(seeds, { claims, checks: {} });
  const message = (act: () => unknown) => assertThrows(act, InputError).message;
  assertEquals(
    message(() => made.claim("c", { values: around(1) })),
    'claim id must be one of a, b, constructor, found "c"',
  );
  assertEquals(
    message(() => new Recorder(seeds).claim("toString", { values: around(1) })),
    'claim id must be declared in the experiment\'s hypotheses, found "toString"',
  );
  made.claim("a", { values: around(1) });
  made.claim("constructor", { values: around(1) });
  assertEquals(
    message(() => made.claim("a", { values: around(1) })),
    'claim id must be recorded once, found "a"',
  );
  assertEquals(
    message(() => made.decide()),
    'each declared claim and check must be recorded by the run, found "b". ' +
      'Record it, or give the reason: context.unmeasured("b", "...").',
  );
  made.unmeasured("b", "the run trains no second network");
  assertEquals(made.unmeasuredClaims, [
    { id: "b", statement: "It is large.", reason: "the run trains no second network" },
  ]);
  assertEquals(made.decide().map(({ id }) => id), ["a", "constructor"]);
});

Deno.test("Recorder.claim() refuses invalid measures", () => {
  const made = new Recorder(seeds, { claims: { c: hypothesis() }, checks: {} });
  const message = (given: unknown) =>
    assertThrows(() => Reflect.apply(made.claim, made, ["c", given]), InputError).message;
  const values = around(1);
  const cases: [unknown, string][] = [
    [{ values: [1] }, "claim c: values must be 12 numbers, one for each label, found [1]"],
    [
      { values: values.with(3, NaN) },
      "claim c: the value of 4 must be a finite number, found NaN",
    ],
    [
      { values, parts: { a: [1] } },
      "claim c: part a: values must be 12 numbers, one for each label",
    ],
    [
      { values, alternatives: [{ name: "other", values: [1] }] },
      "claim c: alternative other: values must be 12 numbers, one for each label",
    ],
    [{ values, verdict: "supported" }, "an option of claim c must be one of "],
  ];
  for (const [given, wanted] of cases) {
    assertEquals(message(given).slice(0, wanted.length), wanted);
  }
});

Deno.test("Recorder accepts ids that are names of Object's own properties", () => {
  const made = recorder();
  for (const id of ["constructor", "tostring", "valueof"]) {
    made.metric({ ...metric, id });
  }
  assertEquals(made.metrics.map(({ id }) => id), ["constructor", "tostring", "valueof"]);
});

Deno.test("Recorder.table() keeps a copy that later changes do not affect", () => {
  const made = recorder();
  const rows = [[1]];
  made.table({ id: "u", title: "U", columns, rows });
  rows[0]?.splice(0, 1, NaN);
  rows.push([2]);
  assertEquals(made.tables[1]?.rows, [[1]]);
});

Deno.test("Recorder.figure() requires that a table is recorded before its figure", () => {
  const error = assertThrows(() => new Recorder([1]).figure(chart(interval)), InputError);
  assertEquals(
    error.message,
    'figure f: table must be a table that is recorded before it, found "t"',
  );
});
