import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../src/core/random.ts";
import { dropoutBits, keepThreshold } from "../../../src/kernels/dropout.ts";
import { type StackSpec, weightShapes } from "../../../src/kernels/stack.ts";
import { plainStack, unstack } from "../../../src/model/reference/plain_stack.ts";
import { forEachBackend } from "../../backends.ts";

const one: StackSpec = {
  ...{ cell: "rnn_relu", inputSize: 1, hiddenSize: 1, numLayers: 1 },
  ...{ bidirectional: false, bias: false, dropout: 0 },
};

/** x [1, steps, 1, 1] from numbers. */
function sequence(values: number[]): tf.Tensor4D {
  return tf.tensor4d(values, [1, values.length, 1, 1]);
}

/** A weight [1, 1, 1]. */
function weight(value: number): tf.Tensor3D {
  return tf.tensor3d([[[value]]]);
}

forEachBackend("plainStack() carries the state over masked steps, with output 0", async () => {
  // h_t = x_t + 2 h_(t-1), in whole numbers.
  const weights = [weight(1), weight(2)];
  const h0 = sequence([1]);
  const mask = tf.tensor3d([0, 1, 0, 1], [1, 4, 1]);
  const { output, h, steps } = plainStack(one, { x: sequence([9, 1, 9, 1]), h0, weights, mask });
  assertEquals([...await output.data()], [0, 3, 0, 7]);
  assertEquals([...await h.data()], [7]);
  const states = await Promise.all(steps[0]?.map(({ hidden }) => hidden.data()) ?? []);
  assertEquals(states.map(([value]) => value), [1, 3, 3, 7]);
});

forEachBackend(
  "plainStack() runs the reverse direction from the end, with its output second",
  async () => {
    const spec = { ...one, bidirectional: true };
    const weights = [weight(1), weight(2), weight(10), weight(0.5)];
    const h0 = tf.tensor4d([1, 8], [1, 2, 1, 1]);
    const { output, h, steps } = plainStack(spec, { x: sequence([1, 2, 3]), h0, weights });
    assertEquals([...await output.data()], [3, 1 * 10 + 18.5, 8, 20 + 17, 19, 30 + 4]);
    assertEquals([...await h.data()], [19, 28.5]);
    assertEquals(steps.map((scan) => scan.length), [3, 3]);
  },
);

forEachBackend("plainStack() applies each replica's dropout mask between layers", async () => {
  const spec: StackSpec = { ...one, inputSize: 4, hiddenSize: 4, numLayers: 2, dropout: 0.25 };
  const eye = tf.stack([tf.eye(4), tf.eye(4)]);
  const none = tf.zeros([2, 4, 4]);
  const seeds = [1, 2, 3, 4];
  const [x, h0] = [tf.ones([2, 3, 5, 4]), tf.zeros([2, 2, 5, 4])];
  // Both layers are the identity, so the output is the mask.
  const given = { x, h0, weights: [eye, none, eye, none], seeds };
  const found = await plainStack(spec, given).output.data();
  const scale = 2 ** 24 / keepThreshold(0.25);
  const wanted = Array.from({ length: 120 }, (_, i) => {
    const pair = i < 60 ? [1, 2] as const : [3, 4] as const;
    return dropoutBits(i % 60, 0, pair) < keepThreshold(0.25) ? Math.fround(scale) : 0;
  });
  assertEquals([...found], wanted);
  const kept = wanted.filter((value) => value > 0).length;
  assert(kept > 70 && kept < 110);
});

forEachBackend(
  "plainStack() gives the gates and states of every cell and leaves no other tensors",
  () => {
    for (
      const [cell, gates] of [
        ["rnn_tanh", []],
        ["lstm", ["inputGate", "forgetGate", "candidate", "outputGate"]],
        ["gru", ["resetGate", "updateGate", "candidate"]],
      ] as const
    ) {
      const spec: StackSpec = { ...one, cell, hiddenSize: 2, numLayers: 2, bias: true };
      const random = new Random(1);
      const weights = weightShapes(spec).map(({ shape }) => {
        return tf.tensor(random.array(shape.reduce((a, b) => a * b, 1)), [1, ...shape]);
      });
      const h0 = tf.zeros([1, 2, 1, 2]);
      const inputs = { x: sequence([1, 2]), h0, weights, ...(cell === "lstm" && { c0: h0 }) };
      const before = tf.memory().numTensors;
      const found = plainStack(spec, inputs);
      assertEquals(found.steps.length, 2);
      for (const step of found.steps.flat()) {
        assertEquals(Object.keys(step.gates), [...gates]);
        assertEquals(step.cell?.shape, cell === "lstm" ? [1, 1, 2] : undefined);
        assertEquals(step.hidden.shape, [1, 1, 2]);
      }
      tf.dispose(found);
      assertEquals(tf.memory().numTensors, before);
    }
  },
);

forEachBackend("unstack() splits axis 1, and its gradient joins the parts", async () => {
  for (const length of [1, 2, 12]) {
    const x = tf.range(0, length * 6).reshape([1, length, 2, 3]);
    const parts = unstack(x);
    assertEquals(parts.map(({ shape }) => shape), Array(length).fill([1, 2, 3]));
    const last = parts.at(-1);
    assert(last);
    assertEquals((await last.data())[0], (length - 1) * 6);

    // Part t has the weight t + 1, so that an exchange of parts changes the gradient.
    const weighted = (x: tf.Tensor) =>
      unstack(x).map((part, t) => part.mul(t + 1)).reduce((a, b) => a.add(b)).sum();
    const gradient = await tf.valueAndGrad(weighted)(x).grad.data();
    assertEquals(
      [...gradient],
      Array.from({ length: length * 6 }, (_, i) => Math.floor(i / 6) + 1),
    );
  }
});
