import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { attention, type AttentionInputs } from "../../../src/kernels/ops/attention.ts";
import { forEachBackend } from "../../backends.ts";

const [replica, sequence, batch, width, units] = [2, 5, 3, 4, 6];

function inputs() {
  const random = new Random(1);
  const draw = (...shape: number[]): tf.Tensor =>
    tf.tensor(random.array(tf.util.sizeFromShape(shape), (r) => r.normal()), shape);
  return {
    states: draw(replica, sequence, batch, width),
    mask: draw(replica, sequence, batch).greater(0).toFloat().mul(tf.scalar(1)),
    scores: {
      weight: draw(replica, units, width),
      bias: draw(replica, units),
      query: draw(replica, units),
    },
  };
}

forEachBackend("attention() returns equal bytes for equal inputs, gradients included", async () => {
  const { states, mask, scores } = inputs();
  const run = async (): Promise<number[]> => {
    const { value, grad } = tf.valueAndGrad((states: tf.Tensor) => {
      const { context, weights } = attention({ states, mask, scores });
      return tf.add(context.square().sum(), weights.square().sum());
    })(states);
    return [...await value.data(), ...await grad.data()];
  };
  assertEquals(await run(), await run());
});

forEachBackend("attention() without scores is the mean over the steps that count", async () => {
  const states = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 3, 2, 1]);
  const mask = tf.tensor3d([1, 1, 1, 0, 0, 0], [1, 3, 2]);
  const { context, weights } = attention({ states, mask });
  assertEquals([...await context.data()], [2, 2]);
  assertEquals([...await weights.data()], [0.5, 1, 0.5, 0, 0, 0]);
  const all = attention({ states: states.slice([0, 0, 0, 0], [1, 2, 2, 1]) });
  assertEquals([...await all.context.data()], [2, 3]);
});

Deno.test("attention() names the input that has another shape, before it computes", async () => {
  await selectBackend("cpu");
  const { states, mask, scores } = inputs();
  const refuse = (change: Partial<AttentionInputs>, message: string) =>
    assertThrows(() => attention({ states, mask, scores, ...change }), InputError, message);
  refuse(
    { states: tf.zeros([5, 3, 4]) },
    "states must be of shape [replica, sequence, batch, width], found [5, 3, 4]",
  );
  refuse(
    { mask: tf.zeros([2, 3, 5]) },
    "mask must be of shape [replica 2, sequence 5, batch 3], found [2, 3, 5]",
  );
  refuse(
    { scores: { ...scores, weight: tf.zeros([2, 4, 6]) } },
    "weight must be of shape [replica 2, units, width 4], found [2, 4, 6]",
  );
  refuse(
    { scores: { ...scores, query: tf.zeros([2, 5]) } },
    "query must be of shape [replica 2, units 6], found [2, 5]",
  );
});

Deno.test("attention() refuses second derivatives and names the implementation that has them", async () => {
  await selectBackend("cpu");
  const { states, scores } = inputs();
  const first = tf.grad((x: tf.Tensor) => attention({ states: x, scores }).context.square().sum());
  const second = tf.grad((x: tf.Tensor) => first(x).square().sum());
  assertThrows(
    () => second(states),
    InputError,
    'Attention with implementation: "plain" has further derivatives',
  );
});
