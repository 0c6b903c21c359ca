import { assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../src/core/errors.ts";
import { assertClose, tolerance } from "./tolerance.ts";

Deno.test("assertClose() measures errors relative to the largest expected magnitude", () => {
  assertClose([1e6, 9], [1e6, 0], tolerance.float32);
  assertClose(new Float32Array([0.5, -2]), [0.5, -2], tolerance.exact);
  assertClose([], [], tolerance.exact);
  assertThrows(() => assertClose([1e6, 11], [1e6, 0], tolerance.float32));
  assertThrows(() => assertClose([9], [0], tolerance.float32));
  assertThrows(() => assertClose([1e6, 9], [1e6, 0], tolerance.float32, { scale: 1 }));
});

Deno.test("assertClose() names the index of the largest error", () => {
  const error = assertThrows(
    () => assertClose([1, 2.1, 4], [1, 2, 4.4], tolerance.lapack, { what: "weight" }),
    Error,
  );
  assertStringIncludes(error.message, "weight[2]: found 4, wanted 4.4: relative error 9.09e-2");
});

Deno.test("assertClose() refuses NaN, infinity and another length", () => {
  assertThrows(() => assertClose([1, NaN], [1, 2], tolerance.float32), Error, "[1]: found NaN");
  assertThrows(() => assertClose([Infinity], [1], tolerance.float32), Error, "found Infinity");
  assertThrows(() => assertClose([1], [1, 2], tolerance.float32), Error, "found 1 numbers");
  assertThrows(() => assertClose([NaN], [NaN], tolerance.float32), InputError);
  assertThrows(() => assertClose([Infinity], [Infinity], tolerance.float32), InputError);
});
