import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { checkArray, checkList, groupBy } from "../../src/core/arrays.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";

Deno.test("checkArray() accepts arrays only, checkList() also typed arrays of numbers", () => {
  for (const list of [[], [1], new Array(2)]) {
    checkArray("x", list);
    checkList("x", list);
  }
  for (const list of [new Float64Array(1), new Uint8Array(), Int32Array.of(1)]) {
    checkList("x", list);
    assertThrows(() => checkArray("x", list), InputError, "Array.from(x) makes one");
  }
});

Deno.test("checkArray() and checkList() say how to get the numbers of a tensor and of a promise", async () => {
  await selectBackend("cpu");
  const tensor = tf.tensor1d([1, 2]);
  assertThrows(() => checkArray("x", tensor), InputError, "await x.array() gives one");
  assertThrows(() => checkList("x", tensor), InputError, "await x.data() gives one");
  tensor.dispose();
  for (const check of [checkArray, checkList]) {
    assertThrows(() => check("x", Promise.resolve([1])), InputError, "Await it first");
    for (
      const value of [undefined, null, "12", 3, { length: 1 }, new DataView(new ArrayBuffer(1))]
    ) {
      assertThrows(() => check("x", value), InputError, "x must be an array");
    }
  }
});

Deno.test("groupBy() groups like Map.groupBy(), including NaN and objects", () => {
  const key = {};
  const values = [NaN, key, 0, -0, NaN, "0", key];
  const same = (value: unknown) => value;
  assertEquals([...groupBy(values, same)], [...Map.groupBy(values, same)]);
  assertEquals(groupBy([], same).size, 0);
});
