import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { curvesFigure, intervalsFigure } from "../../src/harness/seed_figures.ts";

const text = { title: "The figure", caption: "Means.", alt: "Lines." };

const curves = {
  id: "norms",
  title: "The table",
  names: [{ name: "network", label: "network" }, { name: "gate", label: "gate of the LSTM" }],
  x: { name: "lag", label: "lag k", unit: "steps", values: [0, 10] },
  value: { label: "norm", unit: "ms" },
  curves: [
    { names: ["a", "input"], values: [[1, 2], [3, 4], [5, 6]] },
    { names: ["a", "forget"], values: [[1], [3, 4], [5, 6]] },
  ],
};

Deno.test("curvesFigure() has a row for each point, with the names of the curve and the values of all seeds", () => {
  const { table, figure } = curvesFigure(curves);
  assertEquals(figure, undefined);
  assertEquals(table, {
    id: "norms",
    title: "The table",
    columns: [
      { name: "network", label: "network" },
      { name: "gate", label: "gate of the LSTM" },
      { name: "lag", label: "lag k", unit: "steps" },
      { name: "value", label: "norm", unit: "ms", statistic: "mean" },
    ],
    rows: [
      ["a", "input", 0, [1, 3, 5]],
      ["a", "input", 10, [2, 4, 6]],
      ["a", "forget", 0, [1, 3, 5]],
      // A curve that is too short has no value at this point.
      ["a", "forget", 10, [null, 4, 6]],
    ],
  });
});

Deno.test("curvesFigure() appends the columns of `more`, and keeps the statistic and the labels", () => {
  const { table } = curvesFigure({
    ...{ id: "decay", title: "Decay", x: { name: "lag", label: "lag", values: [0, 1] } },
    value: { label: "norm", statistic: "geometric-mean" },
    more: [{ name: "theory", label: "g^k" }],
    labels: [7],
    curves: [{ values: [[1, 0.4]], more: [[1, 0.5]] }, { values: [[1, 0.4]] }],
  });
  assertEquals(table.labels, [7]);
  assertEquals(table.columns[1]?.statistic, "geometric-mean");
  assertEquals(table.rows, [
    [0, [1], 1],
    [1, [0.4], 0.5],
    // A curve without cells for the columns `more` has empty cells.
    [0, [1], null],
    [1, [0.4], null],
  ]);
});

Deno.test("curvesFigure() derives axes, series and layers from the table", () => {
  const rule = { mark: "rule", axis: "y", value: 1, label: "one" } as const;
  const { figure } = curvesFigure({
    ...curves,
    figure: { ...text, y: { scale: "log" }, series: "gate", facet: "network", under: [rule] },
  });
  assertEquals(figure, {
    ...{ id: "norms", kind: "chart", ...text },
    x: { label: "lag k", unit: "steps", scale: "linear" },
    y: { label: "norm", unit: "ms", scale: "log" },
    series: ["input", "forget"],
    seriesLabel: "gate of the LSTM",
    facet: "network",
    layers: [
      rule,
      { mark: "band", table: "norms", x: "lag", low: "low", high: "high", series: "gate" },
      { mark: "line", table: "norms", x: "lag", y: "value", role: "measured", series: "gate" },
    ],
  });
});

Deno.test("curvesFigure() uses the id, axes and series of the figure if they are given", () => {
  const { figure } = curvesFigure({
    ...curves,
    figure: {
      ...{ ...text, id: "other", x: { label: "lag", unit: "ms" } },
      series: { column: "gate", names: ["forget", "input"], label: "gate" },
    },
  });
  assertEquals(figure?.id, "other");
  assertEquals(figure?.x, { label: "lag", unit: "ms", scale: "linear" });
  assertEquals([figure?.series, figure?.seriesLabel], [["forget", "input"], "gate"]);
});

const intervals = {
  id: "gates",
  title: "The table",
  names: [{ name: "gate", label: "gate" }, { name: "network", label: "network" }],
  value: { label: "mean activation" },
  rows: [
    { names: ["input", "a"], values: [1, 4] },
    { names: ["input", "b"], values: [1, 5] },
    { names: ["forget", "a"], values: [2, 6] },
  ],
};

Deno.test("intervalsFigure() has a row for each name, with the values of all seeds", () => {
  const { table, figure } = intervalsFigure(intervals);
  assertEquals(figure, undefined);
  assertEquals(table.rows, [
    ["input", "a", [1, 4]],
    ["input", "b", [1, 5]],
    ["forget", "a", [2, 6]],
  ]);
});

Deno.test("intervalsFigure() derives categories in the order of the table", () => {
  const { figure } = intervalsFigure({
    ...intervals,
    figure: { ...text, y: { column: "gate", label: "gates" }, series: "network" },
  });
  assertEquals(figure, {
    ...{ id: "gates", kind: "chart", ...text },
    x: { label: "mean activation", scale: "linear" },
    y: { label: "gates", scale: "category", categories: ["input", "forget"] },
    series: ["a", "b"],
    seriesLabel: "network",
    layers: [{
      ...{ mark: "interval", table: "gates", x: "value", low: "low", high: "high" },
      ...{ y: "gate", series: "network" },
    }],
  });
});

Deno.test("curvesFigure() and intervalsFigure() refuse unknown options", () => {
  const typo = { tittle: "The table" };
  assertThrows(() => curvesFigure({ ...curves, ...typo }), InputError, "tittle");
  assertThrows(() => intervalsFigure({ ...intervals, ...typo }), InputError, "tittle");
});
