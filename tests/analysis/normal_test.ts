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

Deno.test("normalQuantile() is right far out in the tails", () => {
  // statistics.NormalDist().inv_cdf of Python 3.11.
  const tails = [
    [1e-7, -5.199337582192817],
    [1e-10, -6.361340902404056],
    [1e-15, -7.941345326170995],
    [1e-20, -9.262340089798405],
    [1e-100, -21.27345356096532],
  ] as const;
  for (const [fraction, wanted] of tails) {
    assertClose([normalQuantile(fraction)], [wanted], tolerance.rounding);
  }
  for (const fraction of [2 ** -20, 2 ** -30, 2 ** -53]) {
    assertClose([normalQuantile(1 - fraction)], [-normalQuantile(fraction)], tolerance.rounding);
  }
  // On either side of where one method gives way to the other.
  assertClose([normalQuantile(9.999e-7)], [-4.753444518620642], tolerance.lapack);
  assertClose([normalQuantile(1.0001e-6)], [-4.753404100966438], tolerance.lapack);
});
