import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { assertShape, checkNumber, positiveInteger, sizeOf } from "../../src/core/shapes.ts";

Deno.test("positiveInteger() returns positive integers and refuses other numbers", () => {
  for (const value of [1, 2, 2 ** 53 - 1]) assertEquals(positiveInteger("size", value), value);
  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(
      () => positiveInteger("size", value),
      InputError,
      `size must be a positive integer, found ${value}`,
    );
  }
});

Deno.test("sizeOf() multiplies the sizes of the axes", () => {
  assertEquals([[], [4], [2, 3, 4], [2, 0, 4]].map(sizeOf), [1, 4, 24, 0]);
});

Deno.test("assertShape() accepts the wanted sizes, and any size for null", () => {
  assertShape("x", [7, 2, 10], { sequence: null, batch: 2, input: 10 });
  assertShape("x", [], {});
});

Deno.test("assertShape() names the axes and the wanted and found sizes", () => {
  const wanted = { sequence: null, batch: 2, input: 10 };
  for (const shape of [[7, 2, 9], [7, 3, 10], [0, 2, 10], [7, 2], [7, 2, 10, 1], []]) {
    assertThrows(
      () => assertShape("x", shape, wanted),
      InputError,
      `x must be of shape [sequence, batch 2, input 10], found [${shape.join(", ")}]`,
    );
  }
});

Deno.test("checkNumber() returns a number in the range and refuses other types", () => {
  const isShare = (value: number) => value >= 0 && value <= 1;
  const check = (value: unknown) =>
    Reflect.apply(checkNumber, undefined, ["topP", value, "a number from 0 to 1", isShare]);
  for (const value of [0, 0.5, 1]) assertEquals(check(value), value);
  for (const value of ["0.5", 1n, true, [0.5], null, new Date(0), 2, NaN]) {
    assertThrows(() => check(value), InputError, "topP must be a number from 0 to 1, found ");
  }
});
