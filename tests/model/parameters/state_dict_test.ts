import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { assignStateDict, readStateDict } from "../../../src/model/parameters/state_dict.ts";
import { forEachBackend } from "../../backends.ts";
import { call } from "../../mistakes.ts";

forEachBackend("readStateDict() gives what assignStateDict() took", async () => {
  const parameters = { a: tf.variable(tf.zeros([2, 3])), b: tf.variable(tf.zeros([4])) };
  const dict = {
    b: { shape: [4], data: new Float32Array([7, 8, 9, 10]) },
    a: { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
  };
  assignStateDict(parameters, dict);
  const before = tf.memory().numTensors;
  const found = await readStateDict(parameters);
  assertEquals(found, dict);
  assertEquals(Object.keys(found), ["a", "b"]);
  assertEquals(tf.memory().numTensors, before);

  // Later changes of one array do not change the other.
  dict.a.data.fill(0);
  found.b?.data.fill(0);
  const again = await readStateDict(parameters);
  assertEquals([...again.a?.data ?? []], [1, 2, 3, 4, 5, 6]);
  assertEquals([...again.b?.data ?? []], [7, 8, 9, 10]);
  tf.dispose(parameters);
});

forEachBackend("readStateDict() of no parameters is empty", async () => {
  assertEquals(await readStateDict({}), {});
  assignStateDict({}, {});
});

forEachBackend("assignStateDict() changes no variable if a value does not fit", async () => {
  const a = tf.variable(tf.tensor1d([1, 2]));
  const b = tf.variable(tf.zeros([2, 2]));
  const entry = (shape: number[], length: number) => ({ shape, data: new Float32Array(length) });
  const refuse = (dict: Parameters<typeof assignStateDict>[1], message: string) =>
    assertThrows(() => assignStateDict({ a, b }, dict), InputError, message);

  refuse({ a: entry([2], 2) }, 'names in a state dict must be a, b, found "1 missing". missing: b');
  refuse(
    { a: entry([2], 2), c: entry([1], 1), toString: entry([1], 1) },
    'found "1 missing and 2 unknown". missing: b; unknown: c, toString',
  );
  refuse({ a: entry([2], 2), b: entry([4], 4) }, "b must be of shape [2, 2], found [4]");
  refuse({ a: entry([2], 2), b: entry([2, 3], 6) }, "b must be of shape [2, 2], found [2, 3]");
  refuse({ a: entry([2], 2), b: entry([2, 2], 3) }, "data of b must be 4 numbers, found 3");
  for (
    const [data, message] of [
      [Int32Array.of(1, 2, 3, 4), "Int32Array of 4. Float32Array.from(data) converts it"],
      [Float64Array.of(1, 2, 3, 4), "a Float32Array, found a Float64Array of 4. Float32Array.from"],
      [new BigInt64Array(4), "Float32Array.from(data, Number) converts it"],
      [new Array(4), "data of b must be 4 finite numbers, found undefined"],
      [["1", "2", "3", "4"], 'data of b must be 4 finite numbers, found "1"'],
      [[1, 2, 3, null], "4 finite numbers, found null"],
      [[1, 2, true, 4], "4 finite numbers, found true"],
      [[1, 2, NaN, 4], "4 finite numbers, found NaN"],
      [[[1, 2], [3, 4]], "data of b must be 4 numbers, found 2"],
      ["1234", 'data of b must be a Float32Array, found "1234"'],
      [Promise.resolve(), "an instance of Promise. Await it first"],
    ] as const
  ) {
    const dict = { a: { shape: [2], data: Float32Array.of(8, 9) }, b: { shape: [2, 2], data } };
    assertThrows(() => call(null, assignStateDict, { a, b }, dict), InputError, message);
  }
  assertEquals([...await a.data()], [1, 2]);
  call(null, assignStateDict, { a, b }, {
    a: { shape: [2], data: [3, 4.5] },
    b: { shape: [2, 2], data: new Float32Array(4) },
  });
  assertEquals([...await a.data()], [3, 4.5]);
  tf.dispose([a, b]);
});
