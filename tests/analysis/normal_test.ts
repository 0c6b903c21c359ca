import { assertEquals, assertThrows } from "@std/assert";
import { normalCdf, normalQuantile } from "../../src/analysis/normal.ts";
import { InputError } from "../../src/core/errors.ts";
import { assertClose, tolerance } from "../tolerance.ts";

// By scipy.stats.norm, SciPy 1.17.1.
const table: readonly (readonly [number, number])[] = [
  [-4, 3.167124183311986e-05],
  [-2.5, 0.006209665325776132],
  [-1, 0.15865525393145707],
  [0.3, 0.6179114221889526],
  [1.959963984540054, 0.975],
  [3, 0.9986501019683699],
];

Deno.test("normalCdf: as the table", () => {
  assertEquals(normalCdf(0), 0.5);
  const found = table.map(([z]) => normalCdf(z));
  assertClose(found, table.map(([, fraction]) => fraction), tolerance.rounding);
  assertEquals([normalCdf(-Infinity), normalCdf(-40), normalCdf(40)], [0, 0, 1]);
  assertThrows(() => normalCdf(NaN), InputError, "z must be a number");
});

Deno.test("normalQuantile: as the table", () => {
  assertEquals(normalQuantile(0.5), 0);
  const found = table.map(([, fraction]) => normalQuantile(fraction));
  assertClose(found, table.map(([z]) => z), tolerance.rounding);
});

Deno.test("normalQuantile: inverts normalCdf from 1e-6 to 1 - 1e-6", () => {
  for (let z = -4.75; z <= 4.75; z += 0.25) {
    assertClose([normalQuantile(normalCdf(z))], [z], tolerance.lapack, { scale: 1 });
  }
});

Deno.test("normalQuantile: fractions of 0, 1 and beyond are errors", () => {
  for (const fraction of [0, 1, -1, 2, NaN]) {
    assertThrows(() => normalQuantile(fraction), InputError, "fraction must be a number above 0");
  }
});
