import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { recurrent, type RecurrentInputs } from "../../src/kernels/recurrent_op.ts";
import type { StackSpec } from "../../src/kernels/stack.ts";
import { forEachBackend } from "../backends.ts";

const spec: StackSpec = {
  cell: "lstm",
  inputSize: 3,
  hiddenSize: 4,
  numLayers: 1,
  bidirectional: false,
  bias: false,
  dropout: 0,
};

function inputs(): RecurrentInputs & { x: tf.Tensor; h0: tf.Tensor } {
  const random = new Random(1);
  return {
    x: tf.tensor4d(random.array(30), [1, 5, 2, 3]),
    h0: tf.zeros([1, 1, 2, 4]),
    c0: tf.zeros([1, 1, 2, 4]),
    weights: [
      tf.tensor3d(random.array(48), [1, 16, 3]),
      tf.tensor3d(random.array(64), [1, 16, 4]),
    ],
  };
}

forEachBackend("integers that tfjs calls floats are taken as numbers", async () => {
  const given = inputs();
  const ids = tf.tensor3d([0, 2, 1, 1, 0, 2, 2, 0, 1, 0], [1, 5, 2], "int32");
  // In tfjs a cast of int32 to float32 may change the label alone.
  const x = tf.oneHot(ids, 3).toFloat();
  const plain = tf.tensor(Float32Array.from(await x.data()), x.shape);
  const [found, wanted] = [x, plain].map((x) => recurrent(spec, { ...given, x }).output);
  assertEquals(await found!.data(), await wanted!.data());
});

forEachBackend("the same call twice gives the same bytes, gradients too", async () => {
  const given = inputs();
  const run = async (): Promise<number[]> => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      recurrent(spec, { ...given, x }).output.square().sum()
    )(given.x);
    return [...await value.data(), ...await grad.data()];
  };
  assertEquals(await run(), await run());
});

Deno.test("the recurrent op names what does not fit, before anything is computed", async () => {
  await selectBackend("cpu");
  const refuse = (change: Partial<RecurrentInputs>, message: string) => {
    assertThrows(() => recurrent(spec, { ...inputs(), ...change }), InputError, message);
  };
  refuse(
    { x: tf.zeros([5, 2, 3]) },
    "x must be of shape [replica, sequence, batch, input 3], found [5, 2, 3]",
  );
  refuse(
    { h0: tf.zeros([1, 1, 3, 4]) },
    "h0 must be of shape [replica 1, layers * directions 1, batch 2, hidden 4], found [1, 1, 3, 4]",
  );
  refuse({ c0: undefined }, "c0 must be a tensor, found undefined");
  refuse(
    { mask: tf.ones([1, 4, 2]) },
    "mask must be of shape [replica 1, sequence 5, batch 2], found [1, 4, 2]",
  );
  refuse({ weights: [] }, "weights must be 2 tensors, found 0");
  refuse(
    { weights: [tf.zeros([1, 16, 3]), tf.zeros([1, 12, 4])] },
    "weight_hh_l0 must be of shape [replica 1, 4 * hidden 16, columns 4], found [1, 12, 4]",
  );
  const given = inputs();
  assertThrows(
    () => recurrent({ ...spec, dropout: 0.5, numLayers: 1 }, { ...given, seeds: [1] }),
    InputError,
    "seeds must be 2 integers, found [1]",
  );
});

Deno.test("the recurrent op has no second derivatives, and says what has", async () => {
  await selectBackend("cpu");
  const given = inputs();
  const first = tf.grad((x: tf.Tensor) => recurrent(spec, { ...given, x }).output.square().sum());
  const second = tf.grad((x: tf.Tensor) => first(x).square().sum());
  assertThrows(
    () => second(given.x),
    InputError,
    'implementation: "plain" have further derivatives',
  );
});
