/** Charts of tables with unusual numbers, names and axes. */
import { assert } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import type { Axis, NumberAxis } from "../../../src/result/axes.ts";
import type { Chart, Figure } from "../../../src/result/figure.ts";
import type { Layer } from "../../../src/result/marks.ts";
import { figureSchema } from "../../../src/result/figure_schema.ts";
import type { Table } from "../../../src/result/result.ts";
import { type Canvas, openCanvas } from "../../../src/report/figure/svg/canvas.ts";
import { inlineFigure, standaloneFigure } from "../../../src/report/figure/render.ts";
import { oddNumber, oddText } from "../generators.ts";
import { checkMarkup, checkNumbers } from "../markup.ts";
import { inputTarget, type Target } from "../target.ts";

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("RNN", "LSTM", "gain 0.5", "a_b^2", "1") },
  { weight: 1, arbitrary: oddText.filter((text) => text !== "") },
);

/** Values of a table. Most of them have one type, so that a chart has something to draw. */
const value: fc.Arbitrary<number | string | null> = fc.oneof(
  { weight: 40, arbitrary: oddNumber.map((value) => Number.isFinite(value) ? value : null) },
  { weight: 1, arbitrary: word },
);

const domain = fc.tuple(oddNumber, oddNumber).map(([low, high]): readonly [number, number] => {
  const [a, b] = [low, high].map((value) => Number.isFinite(value) ? value : 1);
  return [Math.min(a ?? 0, b ?? 1), Math.max(a ?? 0, b ?? 1)];
});

const numberAxis: fc.Arbitrary<NumberAxis> = fc.record({
  label: word,
  scale: fc.constantFrom("linear", "log"),
  domain: fc.option(domain, { nil: undefined, freq: 3 }),
  unit: fc.option(word, { nil: undefined }),
}).map(({ label, scale, domain, unit }) => ({
  ...{ label, scale },
  ...(domain ? { domain } : {}),
  ...(unit ? { unit } : {}),
}));

const names = ["RNN", "LSTM"];
const column = fc.oneof({ weight: 40, arbitrary: fc.constantFrom("a", "b", "c") }, {
  weight: 1,
  arbitrary: fc.constantFrom("name", "x", "__proto__"),
});
const some = { table: fc.constant("t"), x: column };
const series = fc.constantFrom({}, {}, { series: "name" });

/** A layer with or without a series. */
function grouped<T extends object>(layer: fc.Arbitrary<T>): fc.Arbitrary<T & { series?: string }> {
  return fc.tuple(layer, series).map(([one, own]) => ({ ...one, ...own }));
}

const number = fc.constantFrom("a", "b", "c");
const finite = oddNumber.map((value) => Number.isFinite(value) ? value : 1);
const lines = fc.record({
  ...{ mark: fc.constant("line" as const), ...some, y: column },
  role: fc.constantFrom("measured" as const, "theory" as const),
});
const bands = fc.record({ mark: fc.constant("band" as const), ...some, low: number, high: number });
const points = fc.record({ mark: fc.constant("point" as const), ...some, y: column });
const intervals = fc.record({
  ...{ mark: fc.constant("interval" as const), ...some, low: number, high: number },
  y: fc.constant("name"),
});
const bars = fc.record({ mark: fc.constant("bar" as const), ...some, y: fc.constant("name") });
const cells = fc.record({
  ...{ mark: fc.constant("cell" as const), table: fc.constant("cells") },
  ...{ x: fc.constant("a"), y: fc.constant("b"), value: number },
});
const rules = (axis: fc.Arbitrary<"x" | "y">) =>
  fc.record({ mark: fc.constant("rule" as const), axis, value: finite, label: word });
const circles = fc.record({
  ...{ mark: fc.constant("circle" as const), radius: finite.map(Math.abs), label: word },
});

/** Layers for a category axis, and layers for an axis of numbers. */
const named: fc.Arbitrary<Layer> = fc.oneof(
  grouped(intervals),
  grouped(bars),
  rules(fc.constant("x")),
);
const numbered: fc.Arbitrary<Layer> = fc.oneof(
  ...[grouped(lines), grouped(bands), grouped(points), cells, circles],
  rules(fc.constantFrom("x", "y")),
);
const category = { label: "name", scale: "category" as const, categories: names };
const parts: fc.Arbitrary<{ y: Axis; layers: Layer[] }> = fc.oneof(
  fc.record({ y: fc.constant(category), layers: few(named) }),
  fc.record({ y: numberAxis, layers: few(numbered) }),
  fc.record({ y: fc.constant(category), layers: few(fc.oneof(named, numbered)) }),
);

function few<T>(layer: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(layer, { minLength: 1, maxLength: 3 });
}

const chart: fc.Arbitrary<Chart> = fc.record({
  ...{ kind: fc.constant("chart" as const), id: fc.constant("f"), x: numberAxis, parts },
  ...{ title: word, caption: word, alt: word },
  more: fc.record({
    series: fc.constant(names),
    seriesLabel: word,
    facet: fc.constant("name"),
    aspect: fc.constantFrom("wide" as const, "equal" as const),
    colour: fc.constant({ label: "value" }),
  }, { requiredKeys: ["colour"] }),
}).map(({ more, parts, ...rest }) => ({ ...rest, ...parts, ...more }));

const rows = fc.array(fc.tuple(value, value, value, fc.constantFrom(...names)), { maxLength: 8 });
const columns = ["a", "b", "c", "name"].map((name) => ({ name, label: name }));
const place = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -3, max: 12 }) }, {
  weight: 1,
  arbitrary: value,
});
const tables: fc.Arbitrary<Table[]> = fc.tuple(
  rows,
  fc.array(fc.tuple(place, place, value, fc.constantFrom(...names)), { maxLength: 8 }),
).map(([rows, cells]) => [
  { id: "t", title: "T", columns, rows },
  { id: "cells", title: "Cells", columns, rows: cells },
]);

let canvas: Canvas | undefined;

const figures = inputTarget({
  name: "figures",
  inputs: fc.record({ chart, tables }),
  errors: [InputError],
  async prepare() {
    canvas = await openCanvas();
  },
  read({ chart, tables }) {
    assert(canvas);
    const figure: Figure = chart;
    // A figure that its schema refuses is never drawn.
    if (!figureSchema.safeParse(figure).success) throw new InputError("figure", "one", "another");
    return {
      file: standaloneFigure(figure, tables, canvas),
      inline: inlineFigure(figure, tables, canvas, "narrow", "f").markup,
    };
  },
  check({ file, inline }) {
    checkMarkup(file, "svg");
    checkMarkup(inline, "html");
    checkNumbers(file);
    checkNumbers(inline);
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [figures];
