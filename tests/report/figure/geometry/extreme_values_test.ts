import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Chart } from "../../../../src/result/figure.ts";
import type { Table } from "../../../../src/result/result.ts";
import { openCanvas } from "../../../../src/report/figure/svg/canvas.ts";
import { renderFigure } from "../../../../src/report/figure/render.ts";
import {
  axisDomain,
  axisTicks,
  type Domain,
  isBeyond,
  makeScale,
} from "../../../../src/report/figure/geometry/scale.ts";
import { formatTicks } from "../../../../src/report/format/numbers.ts";

const canvas = await openCanvas();

/** The largest and the smallest numbers, and numbers near them. */
const edges = [
  ...[0, 5e-324, 1e-323, 1e-310, 2.2250738585072014e-308, 1e-300, 1, 1 + 2 ** -52, 1 + 1e-12],
  ...[2 ** 53, 1e21, 1e300, 1e308, 1.7e308, Number.MAX_VALUE],
];
const positive = fc.oneof(
  fc.constantFrom(...edges.slice(1)),
  fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.integer({ min: -323, max: 307 }), fc.double({ min: 1, max: 9.9, noNaN: true }))
    .map(([power, factor]) => Number(`${factor}e${power}`) || Number.MIN_VALUE),
);
const number = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: positive },
  { weight: 6, arbitrary: positive.map((value) => -value) },
);
/** Lists of values that are near each other, and of values far from each other. */
function list(one: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  const near = fc.tuple(
    one,
    fc.array(fc.double({ min: 0, max: 1e-9, noNaN: true }), { maxLength: 6 }),
  )
    .map(([value, shares]) =>
      [value, ...shares.map((share) => value * (1 + share))].filter(Number.isFinite)
    );
  return fc.oneof(fc.array(one, { minLength: 1, maxLength: 7 }), near);
}

function checkAxis(scale: "linear" | "log", values: readonly number[], domain: Domain): void {
  const axis = makeScale(scale, domain, [300, 20]);
  const [low, high] = domain;
  assert(low < high && Number.isFinite(low) && Number.isFinite(high), `domain ${domain}`);
  assert(scale === "linear" || low > 0, `domain ${domain}`);
  for (const value of [...values, low, high]) assert(Number.isFinite(axis.at(value)), `${value}`);
  const ticks = axisTicks(scale, domain, 6);
  assert(ticks.length <= 25, `${ticks.length} ticks in ${domain}`);
  ticks.forEach((tick, i) => {
    // A tick at an end may have a rounding error.
    const pixel = axis.at(tick);
    assert(pixel >= 19.9 && pixel <= 300.1, `tick ${tick} of ${domain}`);
    assert(i === 0 || tick > (ticks[i - 1] ?? Infinity), `ticks ${ticks}`);
  });
  for (const text of formatTicks(ticks, scale)) {
    assert(!/NaN|∞|Infinity/.test(text) && text.length < 40, `label ${text} of ${ticks}`);
  }
}

Deno.test("axisDomain() and axisTicks() return few finite ticks for any values", () => {
  for (const [scale, one] of [["linear", number], ["log", positive]] as const) {
    fc.assert(
      fc.property(list(one), fc.integer({ min: 2, max: 9 }), (values, count) => {
        const domain = axisDomain({ label: "x", scale }, values, count);
        checkAxis(scale, values, domain);
        for (const value of values) {
          assert(!isBeyond(value, makeScale(scale, domain, [0, 1])), `${value} in ${domain}`);
        }
      }),
      { seed: 1, numRuns: 5000 },
    );
  }
});

Deno.test("axisTicks() returns few ticks in any domain that a figure sets", () => {
  for (const [scale, one] of [["linear", number], ["log", positive]] as const) {
    fc.assert(
      fc.property(fc.tuple(one, one), list(one), ([a, b], values) => {
        fc.pre(a !== b);
        checkAxis(scale, values, a < b ? [a, b] : [b, a]);
      }),
      { seed: 2, numRuns: 5000 },
    );
  }
});

const columns = ["x", "y", "low", "high", "name"].map((name) => ({ name, label: name }));
const text = { kind: "chart", id: "f", title: "F", caption: "C.", alt: "A" } as const;
const by = { table: "t", x: "x" } as const;
const categories = { label: "name", scale: "category", categories: ["a", "b"] } as const;
const numberLayers: Chart["layers"] = [
  { mark: "band", ...by, low: "low", high: "high" },
  { mark: "line", ...by, y: "y", role: "measured" },
  { mark: "line", ...by, y: "high", role: "theory" },
  { mark: "point", ...by, y: "y" },
];

/** Draws a chart for both widths of the screen; fails if a number is not finite, or is huge. */
function draw(chart: Chart, rows: Table["rows"]): string {
  const table: Table = { id: "t", title: "T", columns, rows };
  let drawn = "";
  for (const width of [720, 350]) {
    const svg = renderFigure(chart, [table], canvas, { width, prefix: "p" }).outerHTML;
    assert(
      !/NaN|Infinity|undefined/.test(svg),
      /.{60}(NaN|Infinity|undefined).{30}/.exec(svg)?.[0],
    );
    for (const [, value] of svg.matchAll(/ (?:width|height)="([^"]*)"/g)) {
      assert(Number(value) >= 0 && Number(value) < 1e4, `${value}`);
    }
    assert(svg.length < 1e5, `${svg.length} characters`);
    drawn += svg;
  }
  return drawn;
}

Deno.test("renderFigure() draws finite lines, bands and points of any numbers", () => {
  const cell = fc.oneof({ weight: 9, arbitrary: number }, {
    weight: 1,
    arbitrary: fc.constant(null),
  });
  const row = fc.tuple(cell, cell, cell, cell, fc.constantFrom("a", "b"));
  const scale = fc.constantFrom("linear", "log");
  const domain = fc.option(fc.tuple(positive, positive).filter(([a, b]) => a < b));
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 6 }),
      fc.tuple(scale, domain, scale, domain, fc.boolean()),
      (rows, [x, xDomain, y, yDomain, equal]) => {
        const axis = (label: string, scale: "linear" | "log", domain: [number, number] | null) => ({
          ...{ label, scale },
          ...(domain ? { domain } : {}),
        });
        const linear = x === "linear" && y === "linear";
        const aspect = equal && linear ? { aspect: "equal" as const } : {};
        const axes = { x: axis("x", x, xDomain), y: axis("y", y, yDomain) };
        draw({ ...text, ...axes, ...aspect, layers: numberLayers }, rows);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});

Deno.test("renderFigure() draws finite intervals, bars, cells, rules and circles of any numbers", () => {
  const linear = { label: "x", scale: "linear" } as const;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(number, number, number), { maxLength: 5 }),
      positive,
      (rows, size) => {
        const named = rows.map(([x, low, high], i) => [x, 0, low, high, i % 2 ? "a" : "b"]);
        const rule = { mark: "rule", axis: "x", value: size, label: "rule" } as const;
        const interval = { mark: "interval", ...by, low: "low", high: "high", y: "name" } as const;
        for (const scale of ["linear", "log"] as const) {
          draw(
            { ...text, x: { ...linear, scale }, y: categories, layers: [interval, rule] },
            named,
          );
        }
        const lengths = named.map(([x, ...rest]) => [Math.abs(Number(x)), ...rest]);
        const bar = { mark: "bar", ...by, y: "name" } as const;
        draw({ ...text, x: linear, y: categories, layers: [bar, rule] }, lengths);
        const places = rows.map(([x], i) => [i, -i, x, x, "a"]);
        const cell = { mark: "cell", ...by, y: "y", value: "low" } as const;
        const colour = { label: "v" };
        draw({ ...text, x: linear, y: linear, colour, layers: [cell] }, places);
        const circle = { mark: "circle", radius: size, label: "r" } as const;
        draw({ ...text, x: linear, y: linear, aspect: "equal", layers: [circle] }, []);
      },
    ),
    { seed: 4, numRuns: 40 },
  );
});

Deno.test("renderFigure() draws norms that halve until they underflow, at the right pixels", () => {
  const rows = Array.from({ length: 1075 }, (_, k) => [k, 0.5 ** k, null, null, "a"]);
  const chart: Chart = {
    ...text,
    x: { label: "lag", scale: "linear" },
    y: { label: "norm", scale: "log" },
    layers: [{ mark: "line", ...by, y: "y", role: "theory" }],
  };
  const path = / d="(M[^"]*)"/.exec(draw(chart, rows).split("mark-theory")[1] ?? "")?.[1] ?? "";
  // A straight line: all steps between points are equal.
  const steps = [...(path.split("l")[1] ?? "").matchAll(/-?(?:\d+(?:\.\d+)?|\.\d+)/g)].map((
    [step],
  ) => Number(step));
  assertEquals(steps.filter((step) => !Number.isFinite(step)), []);
  assertEquals(new Set(steps.map((step) => Math.round(step * 2) / 2)).size <= 3, true);
});
