import { assert, assertEquals } from "@std/assert";
import type { Estimate } from "../../../src/result/result.ts";
import {
  formatColumn,
  formatCoordinate,
  formatDeclared,
  formatExact,
  formatJson,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatTicks,
} from "../../../src/report/format/numbers.ts";
import { formatEstimate, ownConfidence } from "../../../src/report/format/estimates.ts";
import fc from "fast-check";

/** Typographic spaces as plain ones, so that the tables below can be read. */
function plain(text: string): string {
  return text.replace(/[\u202f\u00a0]/g, " ");
}

function whole(value: number, low: number | null, high: number | null, unit?: string): string {
  const estimate: Estimate = { value, low, high, n: 10, confidence: 0.95, method: "mean" };
  return plain(formatEstimate(estimate, unit).whole);
}

Deno.test("an estimate has the digits that its interval's width is worth", () => {
  const table: readonly (readonly [string, string])[] = [
    [whole(0.9312, 0.9023, 0.9541), "0.93 [0.90, 0.95]"],
    [whole(1.04, 1.02, 1.06), "1.04 [1.02, 1.06]"],
    [whole(0.93123, 0.93023, 0.93241), "0.9312 [0.9302, 0.9324]"],
    [whole(-0.5, -0.9, -0.1), "−0.5 [−0.9, −0.1]"],
    [whole(123456.7, 123000, 124000), "123 457 [123 000, 124 000]"],
    [whole(6.68, 6.47, 6.89, "steps"), "6.7 [6.5, 6.9] steps"],
    [whole(1.566, 0.522, 9.71), "1.6 [0.5, 9.7]"],
    [whole(1, 0.9999999, 2), "1.000 [1.000, 2.000]"],
    [whole(1.000000004, 0.999999999, 1.000000008), "1.00000 [1.00000, 1.00000]"],
    [whole(1, 1, 1), "1 [1, 1]"],
    [whole(0, 0, 0), "0 [0, 0]"],
    [whole(0.001, -0.3, 0.3), "0.0 [−0.3, 0.3]"],
  ];
  for (const [found, wanted] of table) assertEquals(found, wanted);
});

Deno.test("an estimate far from one shares a power of ten", () => {
  assertEquals(whole(1.2e-5, 0.9e-5, 1.5e-5), "1.2 [0.9, 1.5] × 10⁻⁵");
  assertEquals(whole(1.5e7, 1.4e7, 1.6e7, "Hz"), "1.50 [1.40, 1.60] × 10⁷ Hz");
  const parts = formatEstimate({
    value: 1.2e-5,
    low: 0.9e-5,
    high: 1.5e-5,
    n: 3,
    confidence: 0.95,
    method: "mean",
  });
  assertEquals(plain(parts.value), "1.2 × 10⁻⁵");
  assertEquals(plain(parts.low), "0.9 × 10⁻⁵");
  assertEquals(plain(parts.interval), "[0.9, 1.5] × 10⁻⁵");
});

Deno.test("an interval over decades has a power of ten for each number", () => {
  assertEquals(whole(1e-5, 1e-9, 0.1), "1 × 10⁻⁵ [1 × 10⁻⁹, 0.1]");
});

Deno.test("the end of an interval lies on the same side of a reference as text", () => {
  const text = (low: number, high: number, reference: number) => {
    const estimate = {
      value: (low + high) / 2,
      low,
      high,
      n: 10,
      confidence: 0.95,
      method: "mean",
    };
    return plain(formatEstimate(estimate, undefined, reference).whole);
  };
  assertEquals(text(1.02, 2.4, 1), "1.71 [1.02, 2.40]");
  assertEquals(text(1.2, 2.4, 1), "1.8 [1.2, 2.4]");
  assertEquals(text(0.4, 0.998, 1), "0.699 [0.400, 0.998]");
  assertEquals(text(1.0000000001, 2, 1), "1.5 [1.0, 2.0]");
  assertEquals(text(1.01e-5, 4e-5, 1e-5), "2.50 [1.01, 4.00] × 10⁻⁵");
});

Deno.test("formatDeclared() writes fractions as such, and at most six digits of others", () => {
  const table: readonly (readonly [number, string])[] = [
    [1 / 9, "1/9"],
    [-2 / 3, "\u22122/3"],
    [0.05, "0.05"],
    [7.000000000000001, "7"],
    [Math.PI, "3.14159"],
    [0, "0"],
  ];
  for (const [value, wanted] of table) assertEquals(formatDeclared(value), wanted);
});

Deno.test("an estimate without an interval says so", () => {
  assertEquals(whole(6.6789, null, null, "steps"), "6.68 steps (no interval)");
});

Deno.test("an interval of another confidence than 95 % has one to say", () => {
  const interval = (confidence: number, low: number | null = 0) =>
    ownConfidence({ value: 1, low, high: low, n: 10, confidence, method: "mean" });
  assertEquals([interval(0.95), interval(0.99, null)], [null, null]);
  assertEquals(plain(interval(0.99) ?? ""), "99 % interval");
});

Deno.test("a percentage near the whole is not rounded to it", () => {
  const shares = [0.5, 0.95, 0.9917, 0.9995, 0.99999, 1];
  const wanted = ["50 %", "95 %", "99.2 %", "99.95 %", "99.999 %", "100 %"];
  assertEquals(shares.map((share) => plain(formatPercent(share))), wanted);
});

Deno.test("numbers", () => {
  const table: readonly (readonly [number | null, string])[] = [
    [0, "0"],
    [1, "1"],
    [15700, "15 700"],
    [1234, "1234"],
    [1234567, "1.235 × 10⁶"],
    [0.1, "0.1"],
    [0.123456, "0.1235"],
    [1e-4, "1 × 10⁻⁴"],
    [-1e-12, "−1 × 10⁻¹²"],
    [123.456, "123.5"],
    [99999.99, "100 000"],
    [999999.6, "1 × 10⁶"],
    [null, "—"],
    [NaN, "—"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ];
  for (const [value, wanted] of table) assertEquals(plain(formatNumber(value)), wanted);
});

Deno.test("exact numbers keep their digits", () => {
  assertEquals(formatExact(0.30000001), "0.30000001");
  assertEquals(plain(formatExact(1234567)), "1 234 567");
  assertEquals(plain(formatExact(0.00001)), "1 × 10⁻⁵");
  assertEquals(plain(formatExact(-2.5e-7)), "−2.5 × 10⁻⁷");
});

Deno.test("a column's numbers are alike where their sizes allow it", () => {
  assertEquals(formatColumn([0.93, 0.9, null, "x"]), ["0.93", "0.90", "—", "x"]);
  assertEquals(formatColumn([0.5, 1.5, 2]), ["0.5", "1.5", "2.0"]);
  assertEquals(formatColumn([1, 2, 30]), ["1", "2", "30"]);
  assertEquals(formatColumn([1e-9, 1, 0.5]).map(plain), ["1 × 10⁻⁹", "1", "0.5"]);
  assertEquals(formatColumn([]), []);
  assertEquals(formatColumn([null, 0]), ["—", "0"]);
});

Deno.test("ticks", () => {
  assertEquals(formatTicks([0, 0.1, 0.2, 0.30000000000000004], "linear"), [
    "0",
    "0.1",
    "0.2",
    "0.3",
  ]);
  assertEquals(formatTicks([-1, -0.5, 0], "linear"), ["−1.0", "−0.5", "0"]);
  assertEquals(formatTicks([0.01, 1, 100], "log"), ["0.01", "1", "100"]);
  assertEquals(formatTicks([1e-6, 1e-3, 1], "log"), ["10⁻⁶", "10⁻³", "10⁰"]);
  assertEquals(formatTicks([2e-5, 5e-5], "log").map(plain), ["2 × 10⁻⁵", "5 × 10⁻⁵"]);
  assertEquals(formatTicks([0, 1e6, 2e6], "linear").map(plain), ["0", "1 × 10⁶", "2 × 10⁶"]);
});

Deno.test("parameters, durations and coordinates", () => {
  assertEquals(formatJson([1, "a", null, [0.5]]), "1, a, —, 0.5");
  assertEquals(formatJson({ b: true, a: 1 }), '{"a":1,"b":true}');
  assertEquals(plain(formatSeconds(3.21)), "3.2 s");
  assertEquals(plain(formatSeconds(83.4)), "1 min 23 s");
  assertEquals(formatCoordinate(1 / 3), "0.33");
});

const number = fc.oneof(
  fc.constantFrom(0, -0, 5e-324, -1e-323, 1.797e308, -Number.MAX_VALUE, 1e21, 2 ** 53, 0.1 + 0.2),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function checkText(text: string): void {
  assert(!/NaN|Infinity|∞|undefined|e[+-]?\d/.test(text) && text.length < 100, text);
}

Deno.test("formatNumber(), formatExact() and formatPercent() write any finite number in digits", () => {
  fc.assert(
    fc.property(number, fc.integer({ min: 1, max: 8 }), (value, digits) => {
      checkText(formatNumber(value, digits));
      checkText(formatExact(value));
      checkText(formatPercent(Math.abs(value) % 1));
    }),
    { seed: 5, numRuns: 5000 },
  );
});

Deno.test("formatEstimate() writes any estimate, whatever the order of its numbers", () => {
  fc.assert(
    fc.property(number, number, number, (value, low, high) => {
      const { whole } = formatEstimate({ value, low, high, n: 5, confidence: 0.95, method: "m" });
      checkText(whole);
    }),
    { seed: 6, numRuns: 5000 },
  );
});

Deno.test("formatColumn() writes one text for each number, whatever its size", () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 5 }), (cells) => {
      formatColumn(cells).forEach(checkText);
    }),
    { seed: 7, numRuns: 5000 },
  );
  const many = formatColumn(Array.from({ length: 300_000 }, (_, i) => i / 2));
  assertEquals(many.length, 300_000);
});

Deno.test("formatNumber() rounds the largest and the smallest numbers", () => {
  const plain = (text: string) => text.replace(/\u202f/g, "");
  assertEquals(plain(formatNumber(Number.MAX_VALUE, 3)), "1.8×10³⁰⁸");
  assertEquals(plain(formatNumber(-5e-324, 3)), "\u22124.94×10⁻³²⁴");
});
