import { assertEquals } from "@std/assert";
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
import fc from "fast-check";
import { checkText, finite, plain } from "./number_texts.ts";

Deno.test("formatDeclared() writes simple fractions as fractions, and other numbers with at most six digits", () => {
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

Deno.test("formatPercent() does not round a share near 1 to 100 %", () => {
  const shares = [0.5, 0.95, 0.9917, 0.9995, 0.99999, 1];
  const wanted = ["50 %", "95 %", "99.2 %", "99.95 %", "99.999 %", "100 %"];
  assertEquals(shares.map((share) => plain(formatPercent(share))), wanted);
});

Deno.test("formatNumber() rounds to significant digits", () => {
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

Deno.test("formatExact() keeps all digits", () => {
  assertEquals(formatExact(0.30000001), "0.30000001");
  assertEquals(plain(formatExact(1234567)), "1 234 567");
  assertEquals(plain(formatExact(0.00001)), "1 × 10⁻⁵");
  assertEquals(plain(formatExact(-2.5e-7)), "−2.5 × 10⁻⁷");
});

Deno.test("formatColumn() has the same decimals for numbers of similar magnitude", () => {
  assertEquals(formatColumn([0.93, 0.9, null, "x"]), ["0.93", "0.90", "—", "x"]);
  assertEquals(formatColumn([0.5, 1.5, 2]), ["0.5", "1.5", "2.0"]);
  assertEquals(formatColumn([1, 2, 30]), ["1", "2", "30"]);
  assertEquals(formatColumn([1e-9, 1, 0.5]).map(plain), ["1 × 10⁻⁹", "1", "0.5"]);
  assertEquals(formatColumn([]), []);
  assertEquals(formatColumn([null, 0]), ["—", "0"]);
});

Deno.test("formatTicks() has the same decimals for all ticks, and powers of ten", () => {
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

Deno.test("formatJson(), formatSeconds() and formatCoordinate() give short texts", () => {
  assertEquals(formatJson([1, "a", null, [0.5]]), "1, a, —, 0.5");
  assertEquals(formatJson({ b: true, a: 1 }), '{"a":1,"b":true}');
  assertEquals(plain(formatSeconds(3.21)), "3.2 s");
  assertEquals(plain(formatSeconds(83.4)), "1 min 23 s");
  assertEquals(formatCoordinate(1 / 3), "0.33");
});

Deno.test("formatNumber(), formatExact() and formatPercent() write any finite number in digits", () => {
  fc.assert(
    fc.property(finite, fc.integer({ min: 1, max: 8 }), (value, digits) => {
      checkText(formatNumber(value, digits));
      checkText(formatExact(value));
      checkText(formatPercent(Math.abs(value) % 1));
    }),
    { seed: 5, numRuns: 5000 },
  );
});

Deno.test("formatColumn() writes a text for each number of any size", () => {
  fc.assert(
    fc.property(fc.array(finite, { maxLength: 5 }), (cells) => {
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
