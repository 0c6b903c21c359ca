import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { glorotUniform } from "../../src/model/init/random_matrices.ts";
import type { LayerInit } from "../../src/model/parameters/variables.ts";
import { Linear } from "../../src/model/linear.ts";
import { forEachBackend } from "../backends.ts";

const sizes = { inFeatures: 2, outFeatures: 3 };

forEachBackend(
  "Linear.forward() computes x W^T + b along the last axis, with gradients",
  async () => {
    const start = tf.memory().numTensors;
    const linear = new Linear({ ...sizes, random: new Random(1) });
    linear.loadStateDict({
      weight: { shape: [3, 2], data: new Float32Array([1, 0, 0, 1, 1, -1]) },
      bias: { shape: [3], data: new Float32Array([10, 20, 30]) },
    });
    const x = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    const before = tf.memory().numTensors;
    const y = linear.forward(x);
    assertEquals(tf.memory().numTensors, before + 1);
    assertEquals(y.shape, [1, 2, 2, 3]);
    assertEquals([...await y.data()].slice(0, 6), [11, 22, 29, 13, 24, 29]);
    const { value, grads } = tf.variableGrads(() => linear.forward(x).sum());
    const { weight, bias } = linear.parameters;
    assert(weight && bias);
    assertEquals([...await grads[weight.name]?.data() ?? []], [16, 20, 16, 20, 16, 20]);
    assertEquals([...await grads[bias.name]?.data() ?? []], [4, 4, 4]);
    tf.dispose([y, value, grads, x]);
    linear.dispose();
    assertEquals(tf.memory().numTensors, start);
  },
);

forEachBackend("Linear gives each replica the weights that its source draws alone", async () => {
  const three = new Linear({ ...sizes, replicas: 3, random: new Random(1) });
  assertEquals([three.parameterCount, three.store.count], [9, 27]);
  const x = tf.tensor(new Random(2).array(3 * 4 * 2), [3, 4, 2]);
  const y = three.forward(x);
  const dict = await three.stateDict();
  for (const r of [0, 1, 2]) {
    const alone = new Linear({ ...sizes, random: new Random(1).fork(r) });
    const { weight } = await alone.stateDict();
    assertEquals(dict.weight?.data.slice(6 * r, 6 * r + 6), weight?.data);
    const wanted = alone.forward(x.slice([r], [1]).squeeze([0]));
    assertEquals(await y.slice([r], [1]).data(), await wanted.data());
    alone.dispose();
  }
  three.dispose();
});

forEachBackend("Linear draws PyTorch's weights, with a bias or without", async () => {
  const linear = new Linear({ inFeatures: 100, outFeatures: 50, random: new Random(1) });
  const { weight, bias } = await linear.stateDict();
  for (const values of [weight?.data ?? [], bias?.data ?? []]) {
    const largest = Math.max(...values.map(Math.abs));
    assert(largest <= 0.1 && largest > 0.09);
  }
  const other = new Linear({ inFeatures: 100, outFeatures: 50, random: new Random(2) });
  assertNotEquals((await other.stateDict()).weight, weight);
  const without = new Linear({ ...sizes, bias: false, random: new Random(1) });
  assertEquals(Object.keys(without.parameters), ["weight"]);
  assertEquals([...await without.forward(tf.zeros([1, 2])).data()], [0, 0, 0]);
  for (const layer of [linear, other, without]) layer.dispose();
});

forEachBackend("Linear draws weights by init", async () => {
  const init: LayerInit = (name, [output = 0, input = 0], random) =>
    name === "bias" ? new Float32Array(output) : glorotUniform([output, input], random).flat();
  const linear = new Linear({ ...sizes, random: new Random(1), init });
  const { weight, bias } = await linear.stateDict();
  const wanted = glorotUniform([3, 2], new Random(1).fork("weight")).flat();
  assertEquals([...weight?.data ?? []], wanted.map(Math.fround));
  assertEquals([...bias?.data ?? []], [0, 0, 0]);
  assertThrows(
    () => new Linear({ ...sizes, random: new Random(1), init: () => [1] }),
    InputError,
    "initial weight must be 6 numbers, found 1",
  );
  linear.dispose();
});

forEachBackend("Linear refuses wrong sizes and inputs", () => {
  const random = new Random(1);
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  refuse(
    () => new Linear({ ...sizes, inFeatures: 0, random: random.fork("head") }),
    "inFeatures must be a positive integer, found 0",
  );
  refuse(
    () => new Linear({ ...sizes, outFeatures: -3, random: random.fork("head") }),
    "outFeatures must be a positive integer, found -3",
  );
  const one = new Linear({ ...sizes, random: random.fork("head") });
  const two = new Linear({ ...sizes, replicas: 2, random: random.fork("head") });
  refuse(() => one.forward(tf.zeros([4, 3])), "x must be of shape [..., input 2], found [4, 3]");
  refuse(() => one.forward(tf.zeros([2])), "x must be of shape [..., input 2], found [2]");
  refuse(
    () => two.forward(tf.zeros([3, 4, 2])),
    "x must be of shape [replica 2, ..., input 2], found [3, 4, 2]",
  );
  refuse(() => one.loadStateDict({}), "missing: weight, bias");
  one.dispose();
  two.dispose();
});
