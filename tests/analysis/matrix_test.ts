import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertMatrix, assertSquare, normalized } from "../../src/analysis/matrix.ts";
import { InputError } from "../../src/core/errors.ts";

Deno.test("assertMatrix() and assertSquare() name the matrix and the entry", () => {
  assertMatrix("W", [[1, 2, 3]]);
  assertSquare("W", [[1]]);
  assertThrows(
    () => assertMatrix("W", [[1, 2], [NaN, 3]]),
    InputError,
    "W[1][0] must be a finite number, found NaN",
  );
  assertThrows(
    () => assertSquare("W", [[1, 2]]),
    InputError,
    'W must be square, found {"rows":1,"columns":2}',
  );
});

Deno.test("normalized() brings the largest entry into [1, 2) exactly", () => {
  for (const factor of [1e-300, 1e-20, 1, 3, 1e20, 1e300]) {
    const given = [[factor, -factor / 3], [0, factor / 7]];
    const { scale, matrix } = normalized(given);
    const largest = Math.max(...matrix.flat().map(Math.abs));
    assert(largest >= 1 && largest < 2);
    assertEquals(matrix.map((row) => row.map((entry) => entry * scale)), given);
  }
  assertEquals(normalized([[0, 0]]), { scale: 1, matrix: [[0, 0]] });
});
