import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkId, checkIds, isId } from "../../src/core/ids.ts";

const wrong = [-1, 3, 1.7, NaN, Infinity];

Deno.test("isId() accepts the integers from 0 to count - 1", () => {
  assertEquals([0, 1, 2, -0].map((id) => isId(id, 3)), [true, true, true, true]);
  for (const id of wrong) assertEquals(isId(id, 3), false, `${id}`);
});

Deno.test("checkId() and checkIds() accept ids in arrays and typed arrays", () => {
  checkId("end", 2, 3);
  for (const ids of [[], [0, 2], Int32Array.of(1, 2), Float32Array.of(0, 1)]) checkIds("x", ids, 3);
});

Deno.test("checkId() and checkIds() name the first number that is not an id", () => {
  for (const id of wrong) {
    const single = `end must be an integer from 0 to 2, found ${id}`;
    assertThrows(() => checkId("end", id, 3), InputError, single);
    const several = `x must be integers from 0 to 2, found ${id}`;
    assertThrows(() => checkIds("x", [0, id, 99], 3), InputError, several);
  }
});

Deno.test("checkIds() refuses values that are not lists of numbers", () => {
  const tensor = { dataSync: () => [], arraySync: () => [] };
  const lists: readonly [unknown, string][] = [
    [BigInt64Array.of(1n), "found a BigInt64Array of 1. Array.from(x, Number) makes one"],
    [tensor, "await x.data() gives one"],
    [undefined, "x must be ids in an array or typed array, found undefined"],
    [2, "x must be ids in an array or typed array, found 2"],
    ["12", 'x must be ids in an array or typed array, found "12"'],
    [new Set([1]), "x must be ids in an array or typed array, found an instance of Set"],
    [
      new ArrayBuffer(8),
      "x must be ids in an array or typed array, found an instance of ArrayBuffer",
    ],
    [[1n], "x must be integers from 0 to 2, found 1n"],
    [["1"], 'x must be integers from 0 to 2, found "1"'],
    [JSON.parse("[1, null]"), "x must be integers from 0 to 2, found null"],
    [new Array(2), "x must be integers from 0 to 2, found undefined"],
  ];
  for (const [ids, message] of lists) {
    assertThrows(() => Reflect.apply(checkIds, undefined, ["x", ids, 3]), InputError, message);
  }
});
