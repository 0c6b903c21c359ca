import { assertEquals, assertThrows } from "@std/assert";
import reference from "../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import { chiSquareTail } from "../../src/statistics/chi_square.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const { x, freedom, tail } of reference.chi_square) {
  Deno.test(`chiSquareTail(${x}, ${freedom}) is SciPy's`, () => {
    assertClose([chiSquareTail(x, freedom)], [tail], tolerance.special);
  });
}

Deno.test("chiSquareTail() is 1 at 0 and 0 at infinity", () => {
  assertEquals([chiSquareTail(0, 3), chiSquareTail(Infinity, 3)], [1, 0]);
});

Deno.test("chiSquareTail() refuses other arguments", () => {
  assertThrows(() => chiSquareTail(-1, 3), InputError, "x");
  assertThrows(() => chiSquareTail(NaN, 3), InputError, "x");
  assertThrows(() => chiSquareTail(1, 1.5), InputError, "freedom");
});
