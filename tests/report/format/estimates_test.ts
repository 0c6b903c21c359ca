import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatEstimate, ownConfidence } from "../../../src/report/format/estimates.ts";
import type { Estimate } from "../../../src/result/result.ts";
import { checkText, finite, plain } from "./number_texts.ts";

function whole(value: number, low: number | null, high: number | null, unit?: string): string {
  const estimate: Estimate = { value, low, high, n: 10, confidence: 0.95, method: "mean" };
  return plain(formatEstimate(estimate, unit).whole);
}

Deno.test("formatEstimate() derives the number of digits from the width of the interval", () => {
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

Deno.test("formatEstimate() has one power of ten for very small and very large numbers", () => {
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

Deno.test("formatEstimate() has a power of ten for each number of an interval over decades", () => {
  assertEquals(whole(1e-5, 1e-9, 0.1), "1 × 10⁻⁵ [1 × 10⁻⁹, 0.1]");
});

Deno.test("formatEstimate() keeps each end of an interval on its side of the reference", () => {
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

Deno.test("formatEstimate() says that an estimate has no interval", () => {
  assertEquals(whole(6.6789, null, null, "steps"), "6.68 steps (no interval)");
});

Deno.test("ownConfidence() names a confidence that is not 95 %", () => {
  const interval = (confidence: number, low: number | null = 0) =>
    ownConfidence({ value: 1, low, high: low, n: 10, confidence, method: "mean" });
  assertEquals([interval(0.95), interval(0.99, null)], [null, null]);
  assertEquals(plain(interval(0.99) ?? ""), "99 % interval");
});

Deno.test("formatEstimate() writes any estimate, also if the value is outside the interval", () => {
  fc.assert(
    fc.property(finite, finite, finite, (value, low, high) => {
      const { whole } = formatEstimate({ value, low, high, n: 5, confidence: 0.95, method: "m" });
      checkText(whole);
    }),
    { seed: 6, numRuns: 5000 },
  );
});
