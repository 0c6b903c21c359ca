import { assertEquals } from "@std/assert";
import { closeUnderConjugation } from "../../src/analysis/conjugates.ts";

Deno.test("closeUnderConjugation: what is closed stays", () => {
  const closed = [{ re: 1, im: 2 }, { re: 0.5, im: 0 }, { re: 1, im: -2 }, { re: 0.5, im: 0 }];
  assertEquals(closeUnderConjugation(closed, 0), closed);
});

Deno.test("closeUnderConjugation: a pair becomes its mean, a real value loses its rounding", () => {
  const found = closeUnderConjugation(
    [{ re: 3, im: 1e-9 }, { re: 1, im: 2.25 }, { re: 1.5, im: -2.75 }],
    1e-12,
  );
  assertEquals(found, [{ re: 3, im: 0 }, { re: 1.25, im: 2.5 }, { re: 1.25, im: -2.5 }]);
});

Deno.test("closeUnderConjugation: two real values apart by more than their rounding stay two", () => {
  const found = closeUnderConjugation([{ re: 1, im: 1e-10 }, { re: 1 + 1e-8, im: -1e-10 }], 1e-12);
  assertEquals(found, [{ re: 1, im: 0 }, { re: 1 + 1e-8, im: 0 }]);
});

Deno.test("closeUnderConjugation: imaginary parts up to the rounding are 0", () => {
  const found = closeUnderConjugation([{ re: 1, im: 1e-13 }, { re: 1, im: -1e-13 }], 1e-12);
  assertEquals(found, [{ re: 1, im: 0 }, { re: 1, im: 0 }]);
});
