import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatExact, formatNumber, formatPercent } from "../../src/report/format.ts";
import { formatColumn } from "../../src/report/format_axis.ts";
import { formatEstimate } from "../../src/report/format_estimate.ts";

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
